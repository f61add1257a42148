#include "cli/study/shown_rows.h"

#include <fmt/format.h>

#include <optional>
#include <string_view>

#include "base/printable.h"
#include "calculon/base/quantity_text.h"
#include "cli/terminal.h"
#include "page/calibrated_columns.h"
#include "study/table/derive.h"

namespace calculon {
namespace {

// A row in a line.
std::string row_line(const LoadedStudy& loaded, const Table& rows, std::size_t row) {
  std::string line;
  for (const std::string& axis : loaded.study->column_names()) {
    const Cell& label = rows.value(row, axis);
    if (!label.is_missing()) {
      line += fmt::format("{}{} {}", line.empty() ? "" : ", ", axis, plain_text(label));
    }
  }
  line = line.empty() ? "base" : line;
  const Cell& feasible = rows.value(row, "feasible");
  if (feasible.is_number() && loaded.study->searches()) {
    line += fmt::format(": {} feasible of {}", grouped_digits(feasible.whole()),
                        grouped_digits(rows.value(row, "enumerated").whole()));
  }
  if (!rows.ok(row)) {
    return line + fmt::format("; {}: {}", plain_text(rows.value(row, "status")),
                              plain_text(rows.value(row, "reason")));
  }
  std::optional<double> memory;
  for (const std::string_view column : kMemoryColumns) {
    memory = memory ? memory : rows.number(row, column);
  }
  return line + fmt::format("; {} samples/s, {:.2f} s, {}",
                            plain_text(rows.value(row, "sample_rate")),
                            rows.number(row, "total_time").value_or(kNoAnswer),
                            bytes_text(memory.value_or(kNoAnswer), 2));
}

}  // namespace

bool ShownRows::are_few() const {
  constexpr std::size_t kMostShown = 40;
  return loaded_.points.size() <= kMostShown;
}

void ShownRows::add(const Table& rows, std::size_t row) {
  if (are_few() && is_new(rows, row)) {
    console_.log->info("{}", for_reading(console_, printable(row_line(loaded_, rows, row))));
  }
}

bool ShownRows::is_new(const Table& rows, std::size_t row) {
  const bool invalid = plain_text(rows.value(row, "status")) == "invalid";
  return !invalid || invalid_[plain_text(rows.value(row, "reason"))]++ == 0;
}

void ShownRows::tell_others() const {
  for (const auto& [reason, points] : invalid_) {
    if (points > 1) {
      const std::string line = fmt::format("{} more point{} invalid: {}", points - 1,
                                           points == 2 ? " is" : "s are", reason);
      console_.log->info("{}", for_reading(console_, printable(line)));
    }
  }
}

}  // namespace calculon
