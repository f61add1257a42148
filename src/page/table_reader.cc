#include "page/table_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <unordered_set>

#include "base/text.h"
#include "calculon/calibrated/calibrated_execution.h"
#include "calibrated/search/calibrated_statistic.h"
#include "page/calibrated_columns.h"
#include "page/column.h"
#include "text/csv.h"
#include "text/input_columns.h"
#include "text/run_cost_report.h"

namespace calculon {
namespace {

// A name is a text, whatever it looks like.
Cell name_in(std::string_view text) {
  return text.empty() ? Cell() : Cell(unguarded_text(text));
}

Cell cell_in(std::string_view text) {
  if (text == "None" || text.empty()) {
    return {};
  }
  if (text == "True" || text == "False") {
    return text == "True";
  }
  const auto number = parse_number<double>(text);
  if (!number) {
    return unguarded_text(text);
  }
  return number_cell(*number);
}

// Where the quotes that a cell begins with are closed, or the end of the line.
std::size_t end_of_quotes(std::string_view line) {
  std::size_t at = 1;
  while (at < line.size()) {
    const std::size_t quote = line.find('"', at);
    if (quote == std::string_view::npos) {
      break;
    }
    if (line.substr(quote + 1, 1) != "\"") {
      return quote + 1;
    }
    at = quote + 2;  // two stand for one
  }
  return line.size();
}

std::string without_quotes(std::string_view cell) {
  std::string text;
  const std::string_view inner = cell.substr(1, end_of_quotes(cell) - 1);
  for (std::size_t i = 0; i < inner.size(); ++i) {
    if (inner[i] == '"') {
      ++i;  // the second of two, or the last
    }
    if (i < inner.size()) {
      text += inner[i];
    }
  }
  return text;
}

// Whether what calls itself a result may have this column.
bool is_result_column(std::string_view column) {
  const std::vector<std::string>& settings = setting_columns();
  return column == "rank" || column == kMethodologyKey || column == kVerdictName ||
         is_statistic(column) || is_run_cost_column(column) || is_input_column(column) ||
         std::find(settings.begin(), settings.end(), column) != settings.end();
}

bool is_ranked_header(std::string_view header) {
  return header.starts_with(',');
}

}  // namespace

TableReader::TableReader(std::string name, std::string_view header, std::size_t most)
    : name_(std::move(name)),
      header_(header),
      columns_(split(header_, ',')),
      ranked_(is_ranked_header(header)),
      selection_(name_, ranked_, most, kLeastRows) {
  if (ranked_) {
    columns_[0] = "rank";
  }
  check_columns();
  rate_ = place_of("sample_rate");
  memory_ = columns_.size();
  for (const std::string_view column : kMemoryColumns) {
    memory_ = std::min(memory_, place_of(column));
  }
  tensor_par_ = place_of("tensor_par");
  pipeline_par_ = place_of("pipeline_par");
  if (rate_ == columns_.size()) {
    throw InputError(fmt::format("{}: has no column sample_rate", name_));
  }
}

void TableReader::check_columns() const {
  std::unordered_set<std::string_view> seen;
  for (const std::string_view column : columns_) {
    if (!is_result_column(column)) {
      reject_result(name_);
    }
    if (!seen.insert(column).second) {
      throw InputError(fmt::format("{}: has two columns {}", name_, column));
    }
  }
}

std::size_t TableReader::place_of(std::string_view column) const {
  return static_cast<std::size_t>(std::find(columns_.begin(), columns_.end(), column) -
                                  columns_.begin());
}

void TableReader::split_line(std::string_view line) {
  cells_.clear();
  unquoted_.clear();
  for (;;) {
    const bool quoted = line.starts_with('"');
    const auto comma = line.find(',', quoted ? end_of_quotes(line) : 0);
    const std::string_view cell = line.substr(0, comma);
    cells_.push_back(quoted ? unquoted_.emplace_back(without_quotes(cell)) : cell);
    if (comma == std::string_view::npos) {
      return;
    }
    line.remove_prefix(comma + 1);
  }
}

void TableReader::add(std::string_view line) {
  split_line(line);
  const std::size_t number = selection_.count() + 1;
  if (cells_.size() != columns_.size()) {
    throw InputError(fmt::format("{}: row {} has {} cells, expected {}", name_, number,
                                 cells_.size(), columns_.size()));
  }
  RowSelection::Row row;
  row.rate = parse_number<double>(cells_[rate_]);
  if (!row.rate || !std::isfinite(*row.rate)) {
    throw InputError(fmt::format("{}: row {}: sample_rate is {}, expected a number", name_, number,
                                 cells_[rate_]));
  }
  row.memory = std::numeric_limits<double>::infinity();
  if (memory_ < cells_.size()) {
    row.memory = parse_number<double>(cells_[memory_]).value_or(row.memory);
  }
  for (const std::size_t place : {tensor_par_, pipeline_par_}) {
    if (place < cells_.size()) {
      row.split.append(cells_[place]).push_back(',');
    }
  }
  if (selection_.offer(row)) {
    selection_.keep(std::string(line));
  }
}

Table TableReader::finish() {
  Table rows;
  for (const RowSelection::Kept& kept : selection_.take()) {
    rows.add_row();
    if (kept.rank) {
      rows.set("rank", *kept.rank);
      if (*kept.rank == 0) {
        rows.set_summary(*selection_.rates());
      }
    }
    split_line(kept.text);
    for (std::size_t i = 0; i < cells_.size(); ++i) {
      if (!is_run_cost_column(columns_[i])) {  // of no plot, and of no axis
        rows.set(columns_[i],
                 is_input_column(columns_[i]) ? name_in(cells_[i]) : cell_in(cells_[i]));
      }
    }
  }
  return rows;
}

void reject_result(const std::string& name) {
  throw InputError(fmt::format(
      "{}: is no result, expected what llm, llm-optimal-execution or llm-all-executions wrote",
      name));
}

}  // namespace calculon
