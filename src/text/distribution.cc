#include "text/distribution.h"

#include <algorithm>
#include <functional>

#include "text/json_report.h"

namespace calculon {

Distribution distribution_of(const Json& summary) {
  Distribution distribution;
  try {
    distribution.statistic = summary.value("statistic", std::string("sample_rate"));
    distribution.count = summary.at("count").get<std::int64_t>();
    distribution.edges = summary.at("edges").get<std::vector<double>>();
    distribution.counts = summary.at("counts").get<std::vector<std::int64_t>>();
    distribution.top = summary.at("top").get<std::vector<double>>();
  } catch (const Json::exception&) {
    throw InputError("a summary needs the keys count, edges, counts and top");
  }
  if (distribution.edges.size() != distribution.counts.size() + 1) {
    throw InputError("a summary needs one edge more than counts");
  }
  return distribution;
}

Json summary_json(const Distribution& distribution) {
  Json json = {{"statistic", distribution.statistic},
               {"count", distribution.count},
               {"least", to_json(distribution.edges.front())},
               {"greatest", to_json(distribution.edges.back())},
               {"edges", Json::array()},
               {"counts", distribution.counts},
               {"top", Json::array()}};
  for (const double edge : distribution.edges) {
    json["edges"].push_back(to_json(edge));
  }
  for (const double value : distribution.top) {
    json["top"].push_back(to_json(value));
  }
  return json;
}

Distribution DistributionMaker::finish() {
  Distribution distribution;
  distribution.statistic = statistic_;
  distribution.count = static_cast<std::int64_t>(values_.size());
  distribution.counts.assign(Distribution::kBins, 0);
  const auto [least, greatest] = std::minmax_element(values_.begin(), values_.end());
  const double from = *least;
  const double width = (*greatest - from) / Distribution::kBins;
  for (std::size_t i = 0; i < Distribution::kBins; ++i) {
    distribution.edges.push_back(from + width * static_cast<double>(i));
  }
  distribution.edges.push_back(*greatest);
  for (const double value : values_) {
    // The edges decide, not a division that may round across one.
    const auto edge = std::upper_bound(distribution.edges.begin(), distribution.edges.end(), value);
    const auto bin = static_cast<std::size_t>(edge - distribution.edges.begin());
    ++distribution.counts[std::clamp<std::size_t>(bin, 1, Distribution::kBins) - 1];
  }
  const std::size_t num_top = std::min(values_.size(), Distribution::kTop);
  distribution.top.resize(num_top);
  std::partial_sort_copy(values_.begin(), values_.end(), distribution.top.begin(),
                         distribution.top.end(), std::greater<>());
  return distribution;
}

}  // namespace calculon
