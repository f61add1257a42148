#include "calculon/statistics/stats.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <limits>

#include "calculon/model/evaluate.h"
#include "support/input_error_of.h"
#include "support/tiny.h"

namespace calculon::test {

TEST_CASE("parts of the batch time are seconds, parts of the memory bytes", "[statistics]") {
  std::size_t times = 0;
  std::size_t spaces = 0;
  for (const StatField& field : kStatsFields) {
    INFO(field.name);
    CHECK((!is_time_part(field.role) || field.unit == Unit::kSeconds));
    CHECK((!is_memory_part(field.role) || field.unit == Unit::kBytes));
    CHECK((field.role != Role::kLeftInTier1 || field.name.ends_with("_with_offload")));
    times += is_time_part(field.role) ? 1 : 0;
    spaces += is_memory_part(field.role) ? 1 : 0;
  }
  CHECK(times == 14);
  CHECK(spaces == 6);
}

TEST_CASE("a role sums the statistics of a preset that have it", "[statistics]") {
  Stats stats;
  stats.tp_comm_exposed_time = 1;
  stats.recomm_exposed_time = 2;
  stats.tp_recomm_exposed_time = 64;  // is in recomm_exposed_time
  stats.ep_comm_exposed_time = 4;
  CHECK(sum_of(stats, Role::kTensorComm, Preset::kCalculon) == 3);
  CHECK(sum_of(stats, Role::kExpertComm, Preset::kCalculonMoe) == 4);
  CHECK_FALSE(sum_of(stats, Role::kExpertComm, Preset::kCalculon));
}

TEST_CASE("no statistic is infinite, and only one may be missing", "[statistics]") {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();
  CHECK_NOTHROW(require_finite(Stats{}));
  for (const StatField& field : kStatsFields) {
    INFO(field.name);
    for (const double value : {kInfinity, -kInfinity, kMissing}) {
      Stats stats;
      stats.*field.member = value;
      const bool may_be = std::isnan(value) && field.name == "act_checkpoint_size_with_offload";
      const std::string error = input_error_of([&] { require_finite(stats); });
      CHECK((error.find("leaves the range of a number") == std::string::npos) == may_be);
    }
  }
}

TEST_CASE("without offloading the parts of the memory are all in tier 1", "[statistics]") {
  const Strategy strategy = tiny_strategy();
  const Stats stats = *evaluate(tiny_transformer(), tiny_system(), strategy);
  double sum = 0;
  for (const Role part : kMemoryParts) {
    sum += sum_of(stats, part, strategy.preset).value_or(0);
  }
  CHECK(sum == Approx(stats.proc_mem_tier1_cap_req));
}

}  // namespace calculon::test
