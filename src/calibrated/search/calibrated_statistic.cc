#include "calibrated/search/calibrated_statistic.h"

#include <fmt/format.h>

#include "calculon/statistics/unknown_statistic.h"

namespace calculon {

const std::vector<CalibratedStatistic>& calibrated_statistics() {
  static const std::vector<CalibratedStatistic> kAll = [] {
    std::vector<CalibratedStatistic> all;
    for (const auto& field : kCalibratedFields) {
      all.push_back({std::string(field.name), field.unit, field.help, field.member});
    }
    for (const auto& field : kStepTimeFields) {
      all.push_back(
          {fmt::format("time.{}", field.name), field.unit, field.help, nullptr, field.member});
    }
    for (const auto& field : kDeviceNeedFields) {
      all.push_back({fmt::format("memory.{}", field.name), field.unit, field.help, nullptr, nullptr,
                     field.member});
    }
    return all;
  }();
  return kAll;
}

const CalibratedStatistic& calibrated_statistic(std::string_view name) {
  std::vector<std::string_view> names;
  for (const CalibratedStatistic& statistic : calibrated_statistics()) {
    if (statistic.name == name) {
      return statistic;
    }
    names.push_back(statistic.name);
  }
  throw UnknownStatistic(
      fmt::format("there is no statistic '{}'{}", name, did_you_mean(name, names)),
      "calculon statistics --calibrated");
}

}  // namespace calculon
