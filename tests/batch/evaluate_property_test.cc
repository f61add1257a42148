// Laws that hold for whatever is evaluated, tried on every execution of a tiny transformer on 8 and
// 12 processors, with compute and memory time overlapping or not.
#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <map>

#include "calculon/base/divisors.h"
#include "calculon/batch/evaluate.h"
#include "calculon/model/evaluate.h"
#include "support/findings.h"
#include "support/laws.h"
#include "support/strategy_walk.h"
#include "support/tiny.h"

namespace calculon::test {
namespace {

std::string fresh_is_reused(const Case& c) {
  const Transformer transformer = tiny_transformer();
  const Outcome<Stats> fresh = evaluate(transformer, c.system, c.s);
  if (!fresh) {
    return describe(fresh.error());
  }
  return first_difference(*fresh, c.stats);
}

// Holds every feasible case on `num_procs` processors against all laws.
void check_everywhere(std::int64_t num_procs, ProcessingMode mode) {
  const Transformer transformer = tiny_transformer();
  const System system = tiny_system(mode);
  std::vector<Law> laws = laws_of_evaluation();
  laws.push_back(
      {"a fresh evaluation gives the very statistics of a reused profile", fresh_is_reused});
  Findings findings;
  std::size_t cases = 0;
  for (const BlockChoices& choices : all_block_choices(num_procs)) {
    const BlockProfile block = profile_block(transformer, system, choices);
    std::map<OptimizerShards, OptimizerProfile> optimizers;
    for (const std::int64_t shards : divisors(num_procs)) {
      const OptimizerShards all{shards, shards};
      optimizers[all] = profile_optimizer(transformer, system, choices, all);
    }
    for_each_schedule(choices, num_procs, [&](const Strategy& s) {
      const OptimizerProfile& optimizer = optimizers[s.optimizer_shards()];
      const Outcome<Stats> stats = evaluate(transformer, system, block, optimizer, s);
      findings.add_unless(static_cast<bool>(stats), "does not fit");
      if (!stats) {
        return;
      }
      ++cases;
      hold_against(laws, Case{s, system, *stats}, findings);
    });
  }
  CHECK(cases > 10'000);
  INFO(findings.text());
  CHECK(findings.empty());
}

}  // namespace

TEST_CASE("the laws of an evaluation hold everywhere on 8 processors", "[batch]") {
  check_everywhere(8, ProcessingMode::kNoOverlap);
}

TEST_CASE("the laws of an evaluation hold everywhere in roofline mode", "[batch]") {
  check_everywhere(8, ProcessingMode::kRoofline);
}

TEST_CASE("the laws of an evaluation hold everywhere on 12 processors", "[batch]") {
  check_everywhere(12, ProcessingMode::kNoOverlap);
}

}  // namespace calculon::test
