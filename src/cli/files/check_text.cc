// Files that are no JSON: tables, the output of nccl-tests, hostfiles.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <string_view>
#include <utility>
#include <variant>

#include "base/csv_reader.h"
#include "base/text.h"
#include "calculon/base/files.h"
#include "calculon/planner/profiles/gpu_cluster.h"
#include "cli/files/file_mistakes.h"
#include "fit/collective_table.h"
#include "fit/product_table.h"
#include "measured/measured_table.h"
#include "measured/row_reader.h"

namespace calculon {
namespace {

constexpr std::string_view kBlanks = " \t\r\n";
constexpr std::string_view kFilling = "1";  // what every column takes that must not be empty

std::vector<std::string> columns_of(const CsvRow& header) {
  std::vector<std::string> columns;
  for (const std::string& cell : header.cells) {
    columns.emplace_back(trimmed(cell, kBlanks));
  }
  return columns;
}

bool is_of_runs(const std::vector<std::string>& columns) {
  const auto has = [&](std::string_view name) {
    return std::find(columns.begin(), columns.end(), name) != columns.end();
  };
  return (has("id") && has("system")) ||
         std::any_of(columns.begin(), columns.end(), [](const std::string& column) {
           return column.starts_with(kModelColumn) || column.starts_with(kExecutionColumn) ||
                  column.starts_with("measured_");
         });
}

bool is_of_products(const std::vector<std::string>& columns) {
  constexpr std::array<std::string_view, 5> kColumns = {"m", "n", "k", "seconds", "tflops"};
  return 3 <= std::count_if(columns.begin(), columns.end(), [&](const std::string& column) {
           return std::find(kColumns.begin(), kColumns.end(), column) != kColumns.end();
         });
}

// All that is wrong with a row of a measured table. The first mistake alone is told, so its cell is
// emptied, or filled where it has to be, and the row read again; what speaks of such a cell then
// follows from that.
class RowMistakes {
 public:
  RowMistakes(const RowReader& reader, std::vector<std::string> columns)
      : reader_(reader), columns_(std::move(columns)) {}

  std::vector<std::string> all(CsvRow row, std::string message) const {
    std::vector<std::string> mistakes = {message};
    std::set<std::string> changed;
    while (true) {
      const std::string column = column_of(row, message);
      if (column.empty() || row.cells.size() != columns_.size()) {
        return mistakes;
      }
      const auto place = std::find(columns_.begin(), columns_.end(), column) - columns_.begin();
      std::string& cell = row.cells[static_cast<std::size_t>(place)];
      if (cell == kFilling) {
        return mistakes;
      }
      cell = cell.empty() || !changed.insert(column).second ? kFilling : "";
      changed.insert(column);
      const auto read = reader_.read(row);
      const auto* rejected = std::get_if<RejectedRow>(&read);
      if (rejected == nullptr) {
        return mistakes;
      }
      message = rejected->message;
      if (std::none_of(changed.begin(), changed.end(),
                       [&](const std::string& name) { return speaks_of(message, name); })) {
        mistakes.push_back(message);
      }
    }
  }

 private:
  // "row 3: execution.tensor_par is ..." -> "execution.tensor_par", if it is a column.
  std::string column_of(const CsvRow& row, const std::string& message) const {
    const std::string before = fmt::format("row {}: ", row.number);
    if (!message.starts_with(before)) {
      return "";
    }
    const std::string_view rest = std::string_view(message).substr(before.size());
    const std::string column(rest.substr(0, rest.find_first_of(" [")));
    return std::find(columns_.begin(), columns_.end(), column) == columns_.end() ? "" : column;
  }
  static bool speaks_of(const std::string& message, const std::string& column) {
    return has_word(message, std::string_view(column).substr(column.rfind('.') + 1));
  }

  const RowReader& reader_;
  std::vector<std::string> columns_;
};

std::vector<std::string> table_mistakes(const std::string& path, const std::string& text) {
  std::map<std::int64_t, std::string> rejected;  // by row
  for (const RejectedRow& row : parse_measured_table(path, text, 1).rejected) {
    rejected.emplace(row.row, row.message);
  }
  std::vector<std::string> mistakes;
  CsvReader csv(text);
  CsvRow row;
  csv.next(row);
  const RowReader reader(path, row);
  const RowMistakes of_row(reader, columns_of(row));
  while (csv.next(row)) {
    if (const auto found = rejected.find(row.number); found != rejected.end()) {
      for (const std::string& message : of_row.all(row, found->second)) {
        mistakes.push_back(fmt::format("{}: {}", path, message));
      }
    }
  }
  return mistakes;
}

template <class Read>
CheckedFile checked(std::string kind, const Read& read) {
  Mistakes mistakes;
  mistakes.attempt([&] { read(mistakes); });
  return {std::move(kind), mistakes.lines()};
}

bool is_hostfile(const std::string& path, const std::string& text) {
  Mistakes lines;
  const bool has_nodes = lines.attempt([&] {
    if (parse_hostfile(path, text, lines).empty()) {
      throw InputError("no line is that of a node");
    }
  });
  return has_nodes || text.find("slots=") != std::string::npos ||
         path.find("hostfile") != std::string::npos;
}

}  // namespace

std::optional<CheckedFile> check_text(const std::string& path, const std::string& text) {
  const std::string_view first = trimmed(text, kBlanks).substr(0, 1);
  if (first.empty()) {
    throw InputError(path + " is empty");
  }
  if (first == "{" || first == "[" || has_extension(path, ".json")) {
    return std::nullopt;
  }
  CsvReader csv(text);
  CsvRow header;
  csv.next(header);
  const std::vector<std::string> columns = columns_of(header);
  if (is_of_products(columns)) {
    return checked("a table of matrix products",
                   [&](Mistakes& mistakes) { parse_product_table(path, text, mistakes); });
  }
  if (is_of_runs(columns) || has_extension(path, ".csv")) {
    return checked("a table of measured runs",
                   [&](Mistakes& mistakes) { mistakes.add(table_mistakes(path, text)); });
  }
  if (text.find("# Rank ") != std::string::npos || text.find("busbw") != std::string::npos) {
    return checked("the output of a test of nccl-tests",
                   [&](Mistakes&) { parse_collective_table(path, text); });
  }
  if (is_hostfile(path, text)) {
    return checked("a hostfile", [&](Mistakes& mistakes) { parse_hostfile(path, text, mistakes); });
  }
  throw InputError(path +
                   " is neither JSON, nor a table of measured runs or of matrix products, the "
                   "output of nccl-tests or a hostfile, as far as its text tells");
}

}  // namespace calculon
