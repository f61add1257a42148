#include "calculon/model/evaluate.h"

#include <catch2/catch.hpp>
#include <numeric>
#include <vector>

#include "calculon/base/input_error.h"
#include "support/findings.h"
#include "support/laws.h"
#include "support/strategy_walk.h"
#include "support/tiny.h"

namespace calculon::test {
namespace {

// Strategies of all block choices on 2 processors; neighbours may differ in anything.
std::vector<Strategy> mixed_strategies() {
  std::vector<Strategy> strategies;
  for (const BlockChoices& choices : all_block_choices(2)) {
    for_each_schedule(choices, 2, [&](const Strategy& s) { strategies.push_back(s); });
  }
  // A step that shares no factor with the number of strategies visits each once.
  std::vector<Strategy> mixed;
  std::size_t step = 101;
  while (std::gcd(step, strategies.size()) != 1) {
    ++step;
  }
  for (std::size_t i = 0; i < strategies.size(); i += 7) {
    mixed.push_back(strategies[i * step % strategies.size()]);
  }
  return mixed;
}

// A strategy, and others of the same block choices: a larger batch, another number of shards.
std::vector<Strategy> with_other_schedules(const Strategy& strategy) {
  std::vector<Strategy> strategies(3, strategy);
  strategies[1].batch_size *= 2;
  strategies[2].optimizer_sharding = strategy.data_par > 1 && !strategy.optimizer_sharding;
  return strategies;
}

}  // namespace

TEST_CASE("an evaluator gives the statistics of a fresh evaluation, whatever came before",
          "[model]") {
  const Transformer transformer = tiny_transformer();
  const System system = tiny_system();
  Evaluator evaluator(transformer, system);
  Findings findings;
  const std::vector<Strategy> strategies = mixed_strategies();
  CHECK(strategies.size() > 500);
  for (const Strategy& strategy : strategies) {
    for (const Strategy& next : with_other_schedules(strategy)) {
      const Outcome<Stats> fresh = evaluate(transformer, system, next);
      for (const Outcome<Stats>& again : {evaluator.evaluate(next), evaluator.answer(next)}) {
        REQUIRE(static_cast<bool>(again) == static_cast<bool>(fresh));
        const std::string difference = fresh ? first_difference(*fresh, *again) : "";
        findings.add_unless(difference.empty(), strategy_text(next) + ": " + difference);
      }
    }
  }
  INFO(findings.text());
  CHECK(findings.empty());
}

TEST_CASE("an evaluator sees what a strategy changes besides its schedule", "[model]") {
  const Transformer transformer = tiny_transformer();
  const System system = tiny_system();
  Evaluator evaluator(transformer, system);
  Strategy strategy = tiny_strategy();
  const double before = evaluator.evaluate(strategy)->total_time;
  strategy.activation_recompute = ActivationRecompute::kFull;
  CHECK(evaluator.evaluate(strategy)->total_time > before);
}

TEST_CASE("what a single evaluation calls wrong input is a reason in a search", "[model]") {
  const Transformer transformer = tiny_transformer();
  System system = tiny_system(ProcessingMode::kRoofline);
  system.mem1.peak_bytes_per_second = 1e3;  // so that nothing waits for the flops
  const Strategy strategy = tiny_strategy();
  Evaluator evaluator(transformer, system);
  CHECK_THROWS_AS(evaluator.evaluate(strategy), InputError);
  const Outcome<Stats> outcome = evaluator.answer(strategy);
  REQUIRE_FALSE(outcome);
  CHECK(is_wrong_input(outcome.error().reason));
}

TEST_CASE("the parts of a tier are what an infeasible strategy needs of it", "[model]") {
  const Transformer transformer = tiny_transformer();
  System system = tiny_system();
  system.mem1.capacity_bytes = 1e6;
  Strategy strategy = tiny_strategy();
  Evaluator evaluator(transformer, system);
  const Outcome<Stats> outcome = evaluator.evaluate(strategy);
  REQUIRE_FALSE(outcome);
  REQUIRE(outcome.error().reason == Reason::kTier1Capacity);
  const Stats parts = evaluator.tier_parts(strategy, 1);
  CHECK(parts.weight_space + parts.act_space + parts.act_checkpoint_size + parts.act_grad_space +
            parts.weight_grad_space + parts.optimizer_space ==
        Approx(outcome.error().needed));
  CHECK(evaluator.tier_parts(strategy, 2).weight_space == 0);
  strategy.weight_offload = true;
  CHECK(evaluator.tier_parts(strategy, 2).weight_space == parts.weight_space);
}

}  // namespace calculon::test
