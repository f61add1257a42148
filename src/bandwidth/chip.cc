#include "calculon/bandwidth/chip.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/file_kind.h"
#include "base/json_reader.h"
#include "calculon/base/files.h"
#include "calculon/base/units.h"

namespace calculon {
namespace {

constexpr std::array<std::string_view, 3> kRates = {"tflops_8bit", "memory_GBps", "network_GBps"};
constexpr std::string_view kOnly = "only";

// A number, or one for each version of the model.
double rate(const JsonReader& chip, std::string_view key, ModelVersion version) {
  const JsonReader value = chip[key];
  if (!value.is_object()) {
    return value.number(kPositive);
  }
  value.require_keys(EnumNames<ModelVersion>::kNames);
  return value[enum_name(version)].number(kPositive);
}

void check_keys(const JsonReader& chip) {
  std::vector<std::string_view> expected(kRates.begin(), kRates.end());
  if (chip.has(kOnly)) {
    expected.push_back(kOnly);
  }
  chip.require_keys(expected);
}

Chip parse_chip(const JsonReader& chip, std::string_view name, ModelVersion version) {
  return {.name = std::string(name),
          .flops_per_second = rate(chip, kRates[0], version) * kTera,
          .memory_bytes_per_second = rate(chip, kRates[1], version) * kGiga,
          .network_bytes_per_second = rate(chip, kRates[2], version) * kGiga};
}

double peak(const System& system, Datatype datatype) {
  const auto& engine = system.matrix[static_cast<std::size_t>(datatype)];
  return engine ? engine->peak_flops_per_second : 0;
}

}  // namespace

std::vector<Chip> parse_chips(const std::string& file, const std::string& text,
                              ModelVersion version, Mistakes& mistakes) {
  const Json json = parse_json(file, text);
  const JsonReader root(file, json);
  require_kind(root, FileKind::kChips);
  std::vector<Chip> chips;
  for (const std::string_view name : root.keys()) {
    mistakes.attempt([&] {
      const JsonReader chip = root[name];
      check_keys(chip);
      const Chip parsed = parse_chip(chip, name, version);
      if (!chip.has(kOnly) || chip[kOnly].one_of<ModelVersion>() == version) {
        chips.push_back(parsed);
      }
    });
  }
  return chips;
}

std::vector<Chip> read_chips(const std::string& path, ModelVersion version) {
  return parse_chips(path, read_text_file(path), version);
}

const Chip* find_chip(const std::vector<Chip>& chips, std::string_view name) {
  const auto found =
      std::find_if(chips.begin(), chips.end(), [&](const Chip& chip) { return chip.name == name; });
  return found == chips.end() ? nullptr : &*found;
}

Chip chip_of_system(const System& system, const std::string& name) {
  const double flops =
      peak(system, Datatype::kFloat8) > 0
          ? peak(system, Datatype::kFloat8)
          : 2 * std::max(peak(system, Datatype::kFloat16), peak(system, Datatype::kBfloat16));
  if (flops == 0) {
    throw InputError(fmt::format(
        "{}: matrix has neither float8 nor a 16-bit datatype, expected one of them", system.name));
  }
  if (system.networks.empty()) {
    throw InputError(fmt::format("{}: networks is empty, expected tier 0", system.name));
  }
  return {.name = name,
          .flops_per_second = flops,
          .memory_bytes_per_second = system.mem1.peak_bytes_per_second,
          .network_bytes_per_second = 2 * system.networks[0].bytes_per_second};
}

}  // namespace calculon
