#include "calculon/hardware/system.h"

#include <fmt/format.h>

#include <array>

#include "base/file_kind.h"
#include "calculon/base/files.h"
#include "calculon/base/units.h"
#include "hardware/calibration_json.h"
#include "hardware/provenance_json.h"
#include "hardware/system_json.h"

namespace calculon {
namespace {

std::vector<EfficiencyCurve::Step> parse_steps(const JsonReader& curve, double threshold_unit) {
  std::vector<EfficiencyCurve::Step> steps;
  for (std::size_t i = 0; i < curve.size(); ++i) {
    const JsonReader pair = curve[i];
    if (pair.size() != 2) {
      pair.reject("a pair [threshold, efficiency]");
    }
    const double threshold = pair[std::size_t{0}].number(kAnyReal) * threshold_unit;
    if (i > 0 && threshold >= steps.back().threshold) {
      pair[std::size_t{0}].reject("thresholds that strictly decrease");
    }
    steps.push_back({threshold, pair[std::size_t{1}].number(kEfficiency)});
    if (threshold == 0) {
      break;  // what follows can never be reached, and the published tool does not look at it
    }
  }
  return steps;
}

System::Engines parse_engines(const JsonReader& engines) {
  System::Engines parsed;
  for (const EnumAlias& other : EnumNames<Datatype>::kAliases) {
    if (engines.has(other.alias)) {  // too far from its name for a guess
      engines.complain(
          fmt::format("has the unknown key '{}' (did you mean '{}'?)", other.alias, other.name));
    }
  }
  engines.allow_keys(EnumNames<Datatype>::kNames);
  for (const std::string_view key : engines.keys()) {
    static constexpr std::array<std::string_view, 2> kKeys = {"tflops", "gflops_efficiency"};
    const JsonReader entry = engines[key];
    entry.require_keys(kKeys);
    const JsonReader curve = entry["gflops_efficiency"];
    parsed[static_cast<std::size_t>(*enum_from_name<Datatype>(key))] =
        Engine{entry["tflops"].number(kNotNegative) * kTera,
               EfficiencyCurve(curve.place(), parse_steps(curve, kGiga))};
  }
  return parsed;
}

// The capacity is in GiB, or in the GB of data sheets.
Memory parse_memory(const JsonReader& memory) {
  const bool decimal = memory.has("GB");
  if (decimal && memory.has("GiB")) {
    memory.complain("has the keys 'GB' and 'GiB', expected one of them");
  }
  const std::array<std::string_view, 3> keys = {decimal ? "GB" : "GiB", "GBps", "MB_efficiency"};
  memory.require_keys(keys);
  const JsonReader curve = memory["MB_efficiency"];
  return {memory[keys[0]].number(kNotNegative) * (decimal ? kGiga : kGibi),
          memory["GBps"].number(kNotNegative) * kGiga,
          EfficiencyCurve(curve.place(), parse_steps(curve, kMega))};
}

// Traffic is scalar * bytes * (1 + offset / group). No group of a tier makes that negative if the
// smallest, of two processors, does not.
double parse_offset(const JsonReader& reader) {
  constexpr double kLeastOffset = -2;
  const double offset = reader.number(kAnyReal);
  if (offset < kLeastOffset) {
    reader.reject("a number from -2, below which two processors would have negative traffic");
  }
  return offset;
}

// 0 stands for none. Published results go beyond the whole of a link, up to 1.2 (quirk M38).
double parse_own_efficiency(const JsonReader& reader) {
  constexpr double kLargestPublished = 1.2;
  const double efficiency = reader.number(kAnyReal);
  if (efficiency < 0 || efficiency > kLargestPublished) {
    reader.reject("0 < x <= 1.2, or 0 for that of the network");
  }
  return efficiency;
}

// [scalar, offset] or [scalar, offset, efficiency]. Only operations between two processors take an
// efficiency of their own, and 0 stands for none (quirk M38).
Network::OpLaw parse_op(const JsonReader& law, NetworkOp op, double network_efficiency) {
  constexpr std::size_t kPair = 2;
  constexpr std::size_t kTriple = 3;
  if (law.size() != kPair && law.size() != kTriple) {
    law.reject("a pair [scalar, offset], or a triple with the operation's own efficiency");
  }
  Network::OpLaw parsed{law[std::size_t{0}].number(kPositive), 0, network_efficiency};
  const JsonReader offset = law[std::size_t{1}];
  const double own_efficiency = law.size() == kTriple ? parse_own_efficiency(law[kPair]) : 0;
  if (op == NetworkOp::kP2p || op == NetworkOp::kAllToAll) {
    if (!offset.is_null()) {
      offset.reject("null, since the operation has no group");
    }
    if (own_efficiency != 0) {
      parsed.efficiency = own_efficiency;
    }
  } else {
    parsed.offset = parse_offset(offset);
  }
  return parsed;
}

void parse_ops(const JsonReader& ops, Network& network) {
  constexpr std::span<const std::string_view> kNames = EnumNames<NetworkOp>::kNames;
  network.has_all_to_all = ops.has(enum_name(NetworkOp::kAllToAll));
  ops.require_keys(network.has_all_to_all ? kNames : kNames.first(kNames.size() - 1));
  for (const std::string_view name : ops.keys()) {
    const NetworkOp op = *enum_from_name<NetworkOp>(name);
    network.ops[static_cast<std::size_t>(op)] = parse_op(ops[name], op, network.efficiency);
  }
}

Network parse_network(const JsonReader& network) {
  static constexpr std::array<std::string_view, 7> kKeys = {
      "bandwidth", "efficiency", "size", "latency", "ops", "must_be_filled", "processor_usage"};
  network.require_keys(kKeys);
  Network parsed;
  parsed.bytes_per_second = network["bandwidth"].number(kPositive) * kGiga;
  parsed.efficiency = network["efficiency"].number(kEfficiency);
  parsed.size = network["size"].integer(0);
  parsed.latency_seconds = network["latency"].number(kNotNegative);
  parse_ops(network["ops"], parsed);
  parsed.must_be_filled = network["must_be_filled"].boolean();
  parsed.processor_usage = network["processor_usage"].number(kUsage);
  return parsed;
}

const Engine& engine_of(const System& system, const System::Engines& engines,
                        std::string_view which, Datatype datatype) {
  const auto& engine = engines[static_cast<std::size_t>(datatype)];
  if (!engine) {
    std::vector<std::string_view> present;
    for (std::size_t i = 0; i < engines.size(); ++i) {
      if (engines[i]) {
        present.push_back(EnumNames<Datatype>::kNames[i]);
      }
    }
    throw InputError(fmt::format("{}: {} lacks the datatype '{}', it has {}", system.name, which,
                                 enum_name(datatype),
                                 present.empty() ? "none" : list_of_names(present)));
  }
  if (engine->peak_flops_per_second == 0) {
    throw InputError(fmt::format("{}: {}.{}.tflops is 0, so nothing can be computed with it",
                                 system.name, which, enum_name(datatype)));
  }
  return *engine;
}

constexpr std::string_view kMem2 = "mem2";
constexpr std::string_view kCalibration = "calibration";

void require_system_keys(const JsonReader& system) {
  static constexpr std::array<std::string_view, 5> kRequired = {"matrix", "vector", "mem1",
                                                                "processing_mode", "networks"};
  std::vector<std::string_view> optional = {kMem2, kCalibration};
  optional.insert(optional.end(), kFreeKeys.begin(), kFreeKeys.end());
  system.require_keys(kRequired, optional);
}

// Of a system without a second memory: nothing fits, so that its rate does not matter.
Memory no_memory() {
  return {0, kGiga, EfficiencyCurve("mem2", {{0, 1}})};
}

}  // namespace

const Engine& System::matrix_engine(Datatype datatype) const {
  return engine_of(*this, matrix, "matrix", datatype);
}

const Engine& System::vector_engine(Datatype datatype) const {
  return engine_of(*this, vector, "vector", datatype);
}

System to_system(const JsonReader& reader) {
  require_kind(reader, FileKind::kSystem);
  require_system_keys(reader);
  System system;
  system.name = reader.place();
  system.matrix = parse_engines(reader["matrix"]);
  system.vector = parse_engines(reader["vector"]);
  system.mem1 = parse_memory(reader["mem1"]);
  system.mem2 =
      reader.has(kMem2) && !reader[kMem2].is_null() ? parse_memory(reader[kMem2]) : no_memory();
  system.processing_mode = reader["processing_mode"].one_of<ProcessingMode>();
  const JsonReader networks = reader["networks"];
  for (std::size_t i = 0; i < networks.size(); ++i) {
    system.networks.push_back(parse_network(networks[i]));
  }
  if (reader.has(kCalibration) && !reader[kCalibration].is_null()) {
    system.calibration = to_calibration(reader[kCalibration]);
  }
  if (reader.has("provenance")) {
    system.provenance = to_provenance(reader["provenance"].json());
  }
  if (reader.has("notes") && reader["notes"].is_string()) {
    system.notes = reader["notes"].string();
  }
  return system;
}

System parse_system(const std::string& file, const std::string& text) {
  const Json json = parse_json(file, text);
  return to_system(JsonReader(file, json));
}

System read_system(const std::string& path) {
  return parse_system(path, read_text_file(path));
}

}  // namespace calculon
