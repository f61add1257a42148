#include "calculon/statistics/stats.h"

#include <fmt/format.h>

#include <cmath>

#include "base/finite.h"
#include "calculon/statistics/unknown_statistic.h"

namespace calculon {

const StatField& statistic(std::string_view name) {
  std::array<std::string_view, kStatsFields.size()> names;
  for (std::size_t i = 0; i < kStatsFields.size(); ++i) {
    if (kStatsFields[i].name == name) {
      return kStatsFields[i];
    }
    names[i] = kStatsFields[i].name;
  }
  throw UnknownStatistic(
      fmt::format("there is no statistic '{}'{}", name, did_you_mean(name, names)));
}

std::optional<double> sum_of(const Stats& stats, Role role, Preset preset) {
  std::optional<double> sum;
  for (const StatField& field : kStatsFields) {
    if (field.role == role && field.belongs_to(preset)) {
      sum = sum.value_or(0) + stats.*field.member;
    }
  }
  return sum;
}

void require_finite(const Stats& stats) {
  for (const auto& field : kStatsFields) {
    const double value = stats.*field.member;
    const bool missing =  // quirk E3
        field.member == &Stats::act_checkpoint_size_with_offload && std::isnan(value);
    if (!missing) {
      require_finite(value, field.name);
    }
  }
}

}  // namespace calculon
