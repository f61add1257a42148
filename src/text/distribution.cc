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

std::int64_t DistributionMaker::count() const {
  auto count = static_cast<std::int64_t>(values_.size());
  for (const Repeated& repeated : repeated_) {
    count += repeated.count;
  }
  return count;
}

void DistributionMaker::fold() {
  std::sort(values_.begin(), values_.end());
  std::vector<Repeated> before = std::move(repeated_);
  repeated_.clear();
  auto old = before.begin();
  std::size_t single = 0;
  for (std::size_t i = 0; i < values_.size();) {
    const double value = values_[i];
    std::int64_t count = 0;
    for (; i < values_.size() && values_[i] == value; ++i) {
      ++count;
    }
    for (; old != before.end() && old->value < value; ++old) {
      repeated_.push_back(*old);
    }
    if (old != before.end() && old->value == value) {
      count += (old++)->count;
    }
    if (count == 1) {
      values_[single++] = value;
    } else {
      repeated_.push_back({value, count});
    }
  }
  repeated_.insert(repeated_.end(), old, before.end());
  values_.resize(single);
  most_ = std::max(kFold, 2 * (single + repeated_.size()));
}

std::vector<double> DistributionMaker::top_values() const {
  std::vector<double> top(std::min(values_.size(), Distribution::kTop));
  std::partial_sort_copy(values_.begin(), values_.end(), top.begin(), top.end(), std::greater<>());
  std::size_t room = Distribution::kTop;
  for (auto repeated = repeated_.rbegin(); repeated != repeated_.rend() && room > 0; ++repeated) {
    const std::size_t copies = std::min(static_cast<std::size_t>(repeated->count), room);
    top.insert(top.end(), copies, repeated->value);
    room -= copies;
  }
  std::sort(top.begin(), top.end(), std::greater<>());
  top.resize(std::min(top.size(), Distribution::kTop));
  return top;
}

Distribution DistributionMaker::finish() const {
  Distribution distribution;
  distribution.statistic = statistic_;
  distribution.count = count();
  distribution.counts.assign(Distribution::kBins, 0);
  double least = repeated_.empty() ? values_.front() : repeated_.front().value;
  double greatest = repeated_.empty() ? values_.front() : repeated_.back().value;
  for (const double value : values_) {
    least = std::min(least, value);
    greatest = std::max(greatest, value);
  }
  const double width = (greatest - least) / Distribution::kBins;
  for (std::size_t i = 0; i < Distribution::kBins; ++i) {
    distribution.edges.push_back(least + width * static_cast<double>(i));
  }
  distribution.edges.push_back(greatest);
  const auto add_to_bin = [&](double value, std::int64_t count) {
    // The edges decide, not a division that may round across one.
    const auto edge = std::upper_bound(distribution.edges.begin(), distribution.edges.end(), value);
    const auto bin = static_cast<std::size_t>(edge - distribution.edges.begin());
    distribution.counts[std::clamp<std::size_t>(bin, 1, Distribution::kBins) - 1] += count;
  };
  for (const double value : values_) {
    add_to_bin(value, 1);
  }
  for (const Repeated& repeated : repeated_) {
    add_to_bin(repeated.value, repeated.count);
  }
  distribution.top = top_values();
  return distribution;
}

}  // namespace calculon
