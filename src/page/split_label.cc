#include "page/split_label.h"

#include <fmt/format.h>

#include <array>
#include <map>
#include <set>

#include "page/column.h"

namespace calculon {
namespace {

struct LabelPart {
  std::string_view column;
  std::string_view prefix;
  bool if_more_than_one = false;
};

constexpr std::array kDegrees = {
    LabelPart{"tensor_par", "t"},        LabelPart{"pipeline_par", "p"},
    LabelPart{"context_par", "c", true}, LabelPart{"data_par", "d"},
    LabelPart{"expert_par", "e", true},  LabelPart{"microbatch_size", "mb"}};

// What tells executions of one split apart, the most telling first. A flag is said where it is set.
constexpr std::array kDifferences = {
    LabelPart{"pipeline_interleaving", "i"}, LabelPart{"activation_recompute", ""},
    LabelPart{"data_par_sharding", ""},      LabelPart{"optimizer_sharding", "sharded"},
    LabelPart{"weight_offload", "+w"},       LabelPart{"activations_offload", "+a"},
    LabelPart{"optimizer_offload", "+o"},    LabelPart{"tensor_par_comm_type", ""},
    LabelPart{"tensor_par_overlap", ""},     LabelPart{"batch_size", "b"}};

std::string degrees_label(const Table& table, std::size_t row) {
  std::string label;
  for (const LabelPart& part : kDegrees) {
    const Cell& value = table.value(row, part.column);
    if (value.is_missing() || (part.if_more_than_one && value == 1)) {
      continue;
    }
    label += fmt::format("{}{}{}", label.empty() ? "" : " ", part.prefix, value_label(value));
  }
  return label;
}

// Rows by their labels, where several have the same.
std::vector<std::vector<std::size_t>> sharers(const std::vector<std::string>& labels) {
  std::map<std::string, std::vector<std::size_t>> by_label;
  for (std::size_t row = 0; row < labels.size(); ++row) {
    by_label[labels[row]].push_back(row);
  }
  std::vector<std::vector<std::size_t>> shared;
  for (auto& [label, rows] : by_label) {
    if (!label.empty() && rows.size() > 1) {
      shared.push_back(std::move(rows));
    }
  }
  return shared;
}

bool differ(const Table& table, const std::vector<std::size_t>& rows, std::string_view column) {
  std::set<std::string> values;
  for (const std::size_t row : rows) {
    values.insert(value_label(table.value(row, column)));
  }
  return values.size() > 1;
}

std::string difference_text(const LabelPart& part, const Cell& value) {
  if (value.is_flag()) {
    return value.flag() ? " " + std::string(part.prefix) : "";
  }
  return fmt::format(" {}{}", part.prefix, value_label(value));
}

}  // namespace

std::vector<std::string> split_labels(const Table& table) {
  constexpr int kMostDifferences = 3;
  std::vector<std::string> labels;
  for (std::size_t row = 0; row < table.size(); ++row) {
    labels.push_back(degrees_label(table, row));
  }
  std::vector<int> differences(labels.size());
  for (const LabelPart& part : kDifferences) {
    for (const std::vector<std::size_t>& rows : sharers(labels)) {
      if (!differ(table, rows, part.column)) {
        continue;
      }
      for (const std::size_t row : rows) {
        if (differences[row]++ < kMostDifferences) {
          labels[row] += difference_text(part, table.value(row, part.column));
        }
      }
    }
  }
  for (const std::vector<std::size_t>& rows : sharers(labels)) {
    for (const std::size_t row : rows) {
      const Cell& rank = table.value(row, "rank");
      labels[row] += rank.is_missing() ? "" : " #" + plain_text(rank);
    }
  }
  return labels;
}

}  // namespace calculon
