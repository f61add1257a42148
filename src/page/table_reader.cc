#include "page/table_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "base/text.h"
#include "page/column.h"

namespace calculon {
namespace {

Cell cell_in(std::string_view text) {
  if (text == "None" || text.empty()) {
    return {};
  }
  if (text == "True" || text == "False") {
    return text == "True";
  }
  const auto number = parse_number<double>(text);
  if (!number) {
    return text;
  }
  return number_cell(*number);
}

}  // namespace

TableReader::TableReader(std::string name, std::string_view header)
    : name_(std::move(name)), header_(header), columns_(split(header_, ',')) {
  ranked_ = columns_[0].empty() && columns_.size() > 1;
  if (ranked_) {
    columns_[0] = "rank";
  }
  const std::vector<std::string>& settings = setting_columns();
  for (const std::string_view column : columns_) {
    if (column != "rank" && !is_statistic(column) &&
        std::find(settings.begin(), settings.end(), column) == settings.end()) {
      reject_result(name_);
    }
  }
  rate_ = place_of("sample_rate");
  tensor_par_ = place_of("tensor_par");
  pipeline_par_ = place_of("pipeline_par");
  if (rate_ == columns_.size()) {
    throw InputError(fmt::format("{}: has no column sample_rate", name_));
  }
}

std::size_t TableReader::place_of(std::string_view column) const {
  return static_cast<std::size_t>(std::find(columns_.begin(), columns_.end(), column) -
                                  columns_.begin());
}

void TableReader::add(std::string_view line) {
  const std::vector<std::string_view> cells = split(line, ',');
  ++number_;
  if (cells.size() != columns_.size()) {
    throw InputError(fmt::format("{}: row {} has {} cells, expected {}", name_, number_,
                                 cells.size(), columns_.size()));
  }
  const auto rate = parse_number<double>(cells[rate_]);
  if (!rate) {
    throw InputError(fmt::format("{}: row {}: sample_rate is {}, expected a number", name_, number_,
                                 cells[rate_]));
  }
  if (ranked_) {
    kept_.emplace(number_, line);
  } else {
    rates_.add(*rate);
    keep(cells, *rate, line);
  }
}

void TableReader::keep(const std::vector<std::string_view>& cells, double rate,
                       std::string_view line) {
  std::string split;
  for (const std::size_t place : {tensor_par_, pipeline_par_}) {
    split += place < cells.size() ? std::string(cells[place]) + "," : "";
  }
  KeptRow& best_of_split = best_of_split_[split];
  if (best_of_split.number == 0 || rate > best_of_split.rate) {
    best_of_split = {rate, number_, std::string(line)};
  }
  if (best_.size() == kBest && rate <= best_.back().rate) {
    return;
  }
  const auto place = std::find_if(best_.begin(), best_.end(),
                                  [&](const KeptRow& kept) { return rate > kept.rate; });
  best_.insert(place, {rate, number_, std::string(line)});
  best_.resize(std::min(best_.size(), kBest));
}

std::vector<std::size_t> TableReader::order_of(
    const std::map<std::size_t, std::string>& lines) const {
  std::vector<std::size_t> order;
  for (const KeptRow& kept : best_) {
    order.push_back(kept.number);
  }
  const auto num_best = static_cast<std::ptrdiff_t>(order.size());
  for (const auto& entry : lines) {
    if (std::find(order.begin(), order.begin() + num_best, entry.first) ==
        order.begin() + num_best) {
      order.push_back(entry.first);
    }
  }
  return order;
}

Table TableReader::finish() {
  std::map<std::size_t, std::string> lines = kept_;
  for (const auto& [degrees, kept] : best_of_split_) {
    lines.emplace(kept.number, kept.line);
  }
  for (const KeptRow& kept : best_) {
    lines.emplace(kept.number, kept.line);
  }
  Table rows;
  for (const std::size_t number : order_of(lines)) {
    const std::size_t rank = rows.size();
    rows.add_row();
    if (rank < best_.size()) {
      rows.set("rank", rank);
    }
    if (rank == 0 && !best_.empty()) {
      rows.set_summary(rates_.finish());
    }
    const std::vector<std::string_view> cells = split(lines.at(number), ',');
    for (std::size_t i = 0; i < cells.size(); ++i) {
      rows.set(columns_[i], cell_in(cells[i]));
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
