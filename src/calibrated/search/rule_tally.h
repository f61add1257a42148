#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace calculon {

// How many executions of a space were good, and how many each rule has rejected, with the one that
// came closest. Threads have one each and merge them: the sum is the same however the executions
// were dealt out.
class RuleTally {
 public:
  struct Rejections {
    std::string_view rule;
    std::int64_t count = 0;
    double excess = 0;  // of the closest: need over what there is, 0 for a rule without numbers
    std::int64_t closest = 0;  // its index; of equal ones the smallest
  };

  void accept() { ++good_; }
  // Counts `count` executions, the first of them with `index`. `rule` has to outlive the tally.
  void reject(std::string_view rule, std::int64_t count, double excess, std::int64_t index);
  void merge(const RuleTally& other);

  std::int64_t good() const { return good_; }
  std::int64_t bad() const;
  std::int64_t total() const { return good_ + bad(); }
  // The most frequent rule first.
  std::vector<Rejections> sorted() const;

 private:
  std::int64_t good_ = 0;
  std::vector<Rejections> rejections_;  // by rule
};

}  // namespace calculon
