#include "study/spec/table_columns.h"

#include <algorithm>

#include "calculon/statistics/stats.h"
#include "calculon/strategy/strategy.h"

namespace calculon {
namespace {

// What else a record or a row can have.
constexpr std::array<std::string_view, 12> kOtherColumns = {
    "varied", "rank",    "best_so_far", "best_so_far_at", "loss_below", "speedup_percent", "id",
    "axes",   "summary", "bad",         "closest",        "why"};

}  // namespace

std::vector<std::string_view> setting_names(Preset preset) {
  std::vector<std::string_view> names;
  for_each_field(kStrategyFields, [&](const auto& field) {
    if (field.belongs_to(preset)) {
      names.push_back(field.name);
    }
  });
  return names;
}

std::vector<std::string_view> study_columns() {
  std::vector<std::string_view> columns(kStatusColumns.begin(), kStatusColumns.end());
  for (const std::string_view name : setting_names(Preset::kCalculonMoe)) {
    columns.push_back(name);
  }
  for (const auto& field : kStatsFields) {
    columns.push_back(field.name);
  }
  columns.insert(columns.end(), kCostColumns.begin(), kCostColumns.end());
  columns.insert(columns.end(), kOtherColumns.begin(), kOtherColumns.end());
  return columns;
}

bool is_reserved_column(std::string_view name) {
  const auto among = [&](const std::vector<std::string_view>& names) {
    return std::find(names.begin(), names.end(), name) != names.end();
  };
  return among(study_columns()) && !among(setting_names(Preset::kCalculonMoe));
}

}  // namespace calculon
