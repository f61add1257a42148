// The bundled systems, and the page that says what each of them is.
#include <fmt/format.h>

#include <catch2/catch.hpp>

#include "base/json_reader.h"
#include "calculon/base/files.h"
#include "calculon/base/units.h"
#include "calculon/hardware/system.h"
#include "support/findings.h"
#include "support/source_tree.h"

namespace calculon::test {
namespace {

const std::string kPage = "systems/README.md";

Json bundled_json(const std::string& name) {
  return Json::parse(source_text("systems/" + name + ".json"));
}

// The names of bundled systems, of those with a calibration or of those without.
std::vector<std::string> bundled_systems(bool calibrated) {
  std::vector<std::string> names;
  for (const std::string& file : source_files("systems", {".json"})) {
    const std::string name = name_without_extension(file);
    if (name != "chips" && bundled_json(name).contains("calibration") == calibrated) {
      names.push_back(name);
    }
  }
  return names;
}

std::string figure(const Json& number) {
  return fmt::format("{:.12g}", number.get<double>());
}

// "| `NAME`, 0 | ..." -> what stands in the row that begins with `cell`; "" if there is none.
std::string row_of(const std::string& page, const std::string& cell, int occurrence) {
  for (const std::string& line : lines_of(page)) {
    if (line.starts_with("| " + cell + " |") && occurrence-- == 0) {
      return line;
    }
  }
  return "";
}

std::string processor_row(const std::string& name, const Json& system) {
  std::string row = fmt::format("| `{}` |", name);
  std::string shares;
  for (const char* datatype : {"float16", "float8", "float4"}) {
    const Json& matrix = system.at("matrix");
    row += matrix.contains(datatype) ? fmt::format(" {} |", figure(matrix[datatype]["tflops"]))
                                     : " – |";
    if (matrix.contains(datatype)) {
      shares += shares.empty() ? "" : " / ";
      shares += figure(matrix[datatype]["gflops_efficiency"][0][1]);
    }
  }
  row += fmt::format(" {} | {} |", shares, figure(system["vector"]["float16"]["tflops"]));
  for (const char* memory : {"mem1", "mem2"}) {
    row += fmt::format(" {} | {} |", figure(system[memory]["GiB"]), figure(system[memory]["GBps"]));
  }
  return row;
}

std::string tier_row(const std::string& name, std::size_t tier, const Json& network) {
  constexpr double kSoftwareScatter = 1.5;
  const Json& ops = network.at("ops");
  std::string all_to_all = "–";
  if (ops.contains("all_to_all")) {
    all_to_all =
        figure(ops["all_to_all"].size() > 2 ? ops["all_to_all"][2] : network["efficiency"]);
  }
  return fmt::format("| `{}`, {} | {} | {} | {} | {:.6g} | {} | {} | {} | {} |", name, tier,
                     figure(network["size"]), figure(network["bandwidth"]),
                     figure(network["efficiency"]), network["latency"].get<double>() * kMega,
                     ops["reduce_scatter"][0] == kSoftwareScatter ? "software" : "in-network",
                     all_to_all, network["must_be_filled"].get<bool>() ? "yes" : "no",
                     figure(network["processor_usage"]));
}

// "165, 3.4, 8.74": runs, mean and ninth decile of an error.
std::string error_text(const Json& provenance, const char* key) {
  if (!provenance.contains(key)) {
    return "–";
  }
  const Json& error = provenance[key];
  return fmt::format("{}, {}, {}", figure(error["n"]), figure(error["mean"]), figure(error["p90"]));
}

}  // namespace

TEST_CASE("the page of bundled systems has the class and errors of calibrated ones", "[system]") {
  const std::string page = source_text(kPage);
  Findings findings;
  for (const std::string& name : bundled_systems(true)) {
    const Json provenance = bundled_json(name)["provenance"];
    const std::string row = fmt::format(
        "| `{}` | {} | {} | {} | {} |", name, provenance["class"].get<std::string>(),
        provenance["stack"].get<std::string>(), error_text(provenance, "calibration_error"),
        error_text(provenance, "gate_error"));
    findings.add_unless(row_of(page, "`" + name + "`", 0) == row, "expected " + row);
    CHECK_NOTHROW(read_system(source_path("systems/" + name + ".json")));
  }
  CHECK(bundled_systems(true).size() == 36);
  INFO(findings.text());
  CHECK(findings.empty());
}

TEST_CASE("the page of bundled systems has each of them with its figures", "[system]") {
  const std::string page = source_text(kPage);
  Findings findings;
  std::size_t rows = 0;
  for (const std::string& name : bundled_systems(false)) {
    const Json system = bundled_json(name);
    const std::string words = row_of(page, "`" + name + "`", 0);
    findings.add_unless(!words.empty(), name + " has no row that describes it");
    findings.add_unless(
        words.find("(see its notes)") != std::string::npos == system.contains("notes"),
        name + " has notes, or its row says so: not both");
    const std::string processor = processor_row(name, system);
    findings.add_unless(row_of(page, "`" + name + "`", 1) == processor, "expected " + processor);
    rows += 2;
    for (std::size_t tier = 0; tier < system["networks"].size(); ++tier) {
      const std::string row = tier_row(name, tier, system["networks"][tier]);
      findings.add_unless(row_of(page, fmt::format("`{}`, {}", name, tier), 0) == row,
                          "expected " + row);
      ++rows;
    }
  }
  rows += bundled_systems(true).size();
  for (const std::string& line : lines_of(page)) {
    rows -= line.starts_with("| `") ? 1 : 0;
  }
  findings.add_unless(rows == 0, "there are rows of files that do not exist");
  INFO(findings.text());
  CHECK(findings.empty());
}

TEST_CASE("every bundled system computes in bfloat16 as in float16", "[system]") {
  for (const std::string& name : bundled_systems(false)) {
    INFO(name);
    const Json system = bundled_json(name);
    for (const char* engines : {"matrix", "vector"}) {
      CHECK(system[engines].at("bfloat16") == system[engines].at("float16"));
    }
    CHECK_NOTHROW(
        read_system(source_path("systems/" + name + ".json")).matrix_engine(Datatype::kBfloat16));
  }
}

TEST_CASE("systems with peaks that no training reaches say so in a line", "[system]") {
  constexpr std::size_t kLongestNote = 200;
  for (const std::string& name : bundled_systems(false)) {
    INFO(name);
    const System system = read_system(source_path("systems/" + name + ".json"));
    const double peak = system.matrix_engine(Datatype::kFloat16).peak_flops_per_second;
    const bool nvidia = name.starts_with("H100") || name.starts_with("GB200");
    constexpr double kDenseH100 = 1e15;
    CHECK((nvidia && peak > kDenseH100) ==
          (system.notes.find("2:4 sparsity") != std::string::npos));
    CHECK(system.notes.find('\n') == std::string::npos);
    CHECK(system.notes.size() <= kLongestNote);
  }
}

}  // namespace calculon::test
