#include "hardware/calibration_json.h"

namespace calculon {
namespace {

constexpr std::string_view kMemoryOverhead = "memory_overhead";

const Range& range_of(LeastValue least) {
  static constexpr Range kFromOne = {1, kLargestReal, true, true, "x >= 1"};
  switch (least) {
    case LeastValue::kAboveZero:
      return kPositive;
    case LeastValue::kOne:
      return kFromOne;
    case LeastValue::kZero:
      break;
  }
  return kNotNegative;
}

void read_constant(const JsonReader& json, LeastValue least, double& value) {
  value = json.number(range_of(least));
}
void read_constant(const JsonReader& json, LeastValue, std::int64_t& value) {
  value = json.integer(0);
}
void read_constant(const JsonReader& json, LeastValue, bool& value) {
  value = json.boolean();
}

template <class Record, class Rows>
void read_constants(const JsonReader& reader, const Rows& rows, Record& record) {
  for_each_field(rows, [&](const auto& row) {
    if (reader.has(row.name)) {
      read_constant(reader[row.name], row.least, record.*row.member);
    }
  });
}

template <class Rows>
std::vector<std::string_view> names_of(const Rows& rows) {
  std::vector<std::string_view> names;
  for_each_field(rows, [&](const auto& row) { names.push_back(row.name); });
  return names;
}

MemoryOverhead to_memory_overhead(const JsonReader& reader) {
  MemoryOverhead overhead;
  reader.allow_keys(names_of(kMemoryOverheadRows));
  read_constants(reader, kMemoryOverheadRows, overhead);
  return overhead;
}

}  // namespace

Calibration to_calibration(const JsonReader& reader) {
  std::vector<std::string_view> names = names_of(kCalibrationRows);
  names.push_back(kMemoryOverhead);
  reader.allow_keys(names);
  Calibration calibration;
  read_constants(reader, kCalibrationRows, calibration);
  if (reader.has(kMemoryOverhead)) {
    calibration.memory_overhead = to_memory_overhead(reader[kMemoryOverhead]);
  }
  return calibration;
}

}  // namespace calculon
