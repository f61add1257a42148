#pragma once

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <string>
#include <vector>

#include "base/json_reader.h"
#include "text/csv.h"
#include "text/plan_fields.h"

namespace calculon {

// Plans as JSON objects and as lines of CSV, by their rows.

// The planner counts in MB of 2^20 bytes.
inline constexpr double kMbPerGib = 1024;

template <class Value>
Json field_json(const Value& value) {
  return value;
}
inline Json field_json(const std::vector<StageStrategy>& strategies) {
  Json list = Json::array();
  for (const StageStrategy& strategy : strategies) {
    list.push_back({strategy.data_par, strategy.tensor_par});
  }
  return list;
}

template <class Record, class Fields>
Json record_json(const Record& record, const Fields& fields) {
  Json json = Json::object();
  for_each_field(fields, [&](const auto& field) {
    json[std::string(field.name)] = field_json(record.*field.member);
  });
  return json;
}

// A list is one cell, its items separated by blanks.
template <class Value>
const Value& field_cell(const Value& value) {
  return value;
}
template <class Item>
std::string field_cell(const std::vector<Item>& list) {
  return fmt::format("{}", fmt::join(list, " "));
}
inline std::string field_cell(const std::vector<StageStrategy>& strategies) {
  std::vector<std::string> texts;
  for (const StageStrategy& strategy : strategies) {
    texts.push_back(fmt::format("{}x{}", strategy.data_par, strategy.tensor_par));
  }
  return fmt::format("{}", fmt::join(texts, " "));
}

// A line for each plan behind its rank and its cost, and a header. Flags have been written as in
// published tables, and stay so.
template <class Plan, class Fields>
std::string plans_csv(const std::vector<Plan>& plans, const Fields& fields) {
  constexpr std::string_view kCost = "cost";
  std::string text;
  CsvWriter writer(text, kPublishedCsv);
  writer.cell("rank").cell(kCost);
  for_each_field(fields, [&](const auto& field) {
    if (field.name != kCost) {
      writer.cell(field.name);
    }
  });
  writer.end_line();
  for (std::size_t i = 0; i < plans.size(); ++i) {
    writer.cell(i + 1).cell(plans[i].cost);
    for_each_field(fields, [&](const auto& field) {
      if (field.name != kCost) {
        writer.cell(field_cell(plans[i].*field.member));
      }
    });
    writer.end_line();
  }
  return text;
}

}  // namespace calculon
