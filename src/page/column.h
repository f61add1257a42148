#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "text/table.h"

namespace calculon {

// How a column of a table is shown to people: bytes as GiB, bytes/s as GB/s, flops as TFLOP, ratios
// as per cent.
struct ColumnInfo {
  std::string name;
  std::string unit = {};   // as shown; may be empty
  double factor = 1;       // shown = stored * factor
  std::string help = {};   // may be empty
  std::string words = {};  // what it is called on axes: "Sample rate"

  // The words within a sentence or a title: "sample rate". A name that has no words stays as it is.
  std::string in_sentence() const;
  // "Sample rate (samples/s)".
  std::string with_unit() const { return unit.empty() ? words : words + " (" + unit + ")"; }
};

ColumnInfo column_info(std::string_view name);

// The statistics that a table starts with, and all settings of an execution of either dialect.
const std::vector<std::string>& main_statistics();
const std::vector<std::string>& setting_columns();
bool is_statistic(std::string_view column);

// Whether less of a statistic is better, as of times and spaces.
bool less_is_better(std::string_view column);

// A value as a label: "8", "0.65", "true", "H100"; "—" for none.
std::string value_label(const Cell& value);

}  // namespace calculon
