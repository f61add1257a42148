#include "study/table/measured_cells.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <string>

#include "calculon/base/units.h"
#include "measured/predict.h"
#include "text/table_json.h"

namespace calculon {
namespace {

double number_in(const Json& row, std::string_view key) {
  const auto found = row.find(std::string(key));
  return found == row.end() ? std::nan("") : found->get<double>();
}

// Of the stage that was read, or the largest. The published models know the first one only.
double predicted_peak(const Json& row, const PointRecord& record) {
  const auto stage = row.find("measured_stage");
  const auto& peaks = record.stage_peaks;
  if (peaks.empty()) {
    const bool first = stage == row.end() || *stage == 0;
    return first ? record.best_number("proc_mem_tier1_cap_req") : std::nan("");
  }
  if (stage == row.end()) {
    return *std::max_element(peaks.begin(), peaks.end());
  }
  const auto at = stage->get<std::size_t>();
  return at < peaks.size() ? peaks[at] : std::nan("");
}

// A measured number, the predicted one, both in a unit, and the error; what is not known is empty.
struct Comparison {
  std::string_view measured;
  std::string_view predicted;
  std::string_view error;
  double unit;
};

void set_comparison(const Comparison& columns, double measured, double predicted, Table& rows) {
  rows.set(std::string(columns.measured), number_cell(measured / columns.unit));
  if (!std::isnan(measured)) {
    rows.set(std::string(columns.predicted), number_cell(predicted / columns.unit));
    rows.set(std::string(columns.error), number_cell(error_percent(predicted, measured)));
  }
}

}  // namespace

void set_measured(const Point& point, const PointRecord& record, Table& rows) {
  const Json& row = point.inputs.measured;
  for (const char* name : {"system", "kind", "precision", "source", "flag"}) {
    if (row.at(name) != "") {
      rows.set(name, cell_of(row.at(name)));
    }
  }
  if (const auto& said = point.run->approximations) {
    rows.set("approximations",
             said->empty() ? std::string("none") : fmt::format("{}", fmt::join(*said, "; ")));
  }
  set_comparison({"measured_seconds", "predicted_seconds", "error_percent", 1},
                 number_in(row, "measured_seconds"), record.best_number("total_time"), rows);
  set_comparison({"measured_peak_gib", "predicted_peak_gib", "peak_error_percent", kGibi},
                 number_in(row, "measured_peak_bytes"), predicted_peak(row, record), rows);
}

}  // namespace calculon
