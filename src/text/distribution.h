#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "base/json_reader.h"

namespace calculon {

// A statistic over many executions: ten bins of equal width from the least to the greatest value
// (left edges belong to a bin, the last one has both), and the greatest hundred.
struct Distribution {
  static constexpr std::size_t kBins = 10;
  static constexpr std::size_t kTop = 100;

  std::string statistic;
  std::int64_t count = 0;
  std::vector<double> edges;  // kBins + 1
  std::vector<std::int64_t> counts;
  std::vector<double> top;  // descending
};

// From the `summary` of a record, and as one. Throws InputError for anything else.
Distribution distribution_of(const Json& summary);
Json summary_json(const Distribution& distribution);

// Takes values one by one and keeps them, 8 bytes each, since the width of the bins is known at the
// end; of very many the equal ones only once, so that a table which says little takes little.
class DistributionMaker {
 public:
  explicit DistributionMaker(std::string statistic) : statistic_(std::move(statistic)) {}

  void add(double value) {
    values_.push_back(value);
    if (values_.size() >= most_) {
      fold();
    }
  }
  std::int64_t count() const;
  // Of at least one value.
  Distribution finish() const;

 private:
  struct Repeated {
    double value;
    std::int64_t count;
  };

  // Counts the values that there are several times.
  void fold();
  std::vector<double> top_values() const;

  static constexpr std::size_t kFold = std::size_t{4} << 20;

  std::string statistic_;
  std::vector<double> values_;
  std::vector<Repeated> repeated_;  // values that are not in values_; ascending
  std::size_t most_ = kFold;        // how many of values_ call for a fold
};

}  // namespace calculon
