#include "calculon/model/why_not.h"

#include <catch2/catch.hpp>
#include <iterator>
#include <set>
#include <vector>

#include "calculon/model/evaluate.h"
#include "support/tiny.h"

namespace calculon::test {
namespace {

struct Explained {
  Infeasible infeasible;
  WhyNot why;
};

Explained explain_on(const System& system, const Strategy& strategy) {
  const auto outcome = evaluate(tiny_transformer(), system, strategy);
  REQUIRE_FALSE(outcome);
  return {outcome.error(), explain(tiny_transformer(), system, strategy, outcome.error())};
}

// The changes of one setting that the execution on one processor allows.
std::vector<Strategy> single_changes(const Strategy& start) {
  std::vector<Strategy> changes;
  const auto add = [&](const auto& change) {
    changes.push_back(start);
    change(changes.back());
  };
  add([](Strategy& s) { s.activation_recompute = ActivationRecompute::kFull; });
  add([](Strategy& s) { s.activation_recompute = ActivationRecompute::kAttnOnly; });
  add([](Strategy& s) { s.fused_activation = true; });
  add([](Strategy& s) { s.weight_offload = true; });
  add([](Strategy& s) { s.activations_offload = true; });
  add([](Strategy& s) { s.optimizer_offload = true; });
  for (const std::int64_t microbatch : {2, 3, 4, 6, 8, 12, 16, 24, 48}) {
    add([&](Strategy& s) { s.microbatch_size = microbatch; });
  }
  return changes;
}

}  // namespace

TEST_CASE("the shares of a full tier add up to what it needs, largest first", "[model]") {
  System system = tiny_system();
  system.mem1.capacity_bytes = 1e6;
  const Explained e = explain_on(system, tiny_strategy());
  CHECK(e.infeasible.reason == Reason::kTier1Capacity);
  REQUIRE(e.why.tier_shares.size() == 6);
  double total = 0;
  for (std::size_t i = 0; i < e.why.tier_shares.size(); ++i) {
    total += e.why.tier_shares[i].bytes;
    CHECK((i == 0 || e.why.tier_shares[i - 1].bytes >= e.why.tier_shares[i].bytes));
  }
  CHECK(total == Approx(e.infeasible.needed));
}

TEST_CASE("a change that makes an execution fit really does", "[model]") {
  const auto needed = [](const Strategy& s) {
    return evaluate(tiny_transformer(), tiny_system(), s)->proc_mem_tier1_cap_req;
  };
  Strategy offloaded = tiny_strategy();
  offloaded.activation_recompute = ActivationRecompute::kFull;
  System system = tiny_system();
  system.mem1.capacity_bytes = (needed(tiny_strategy()) + needed(offloaded)) / 2;
  const Explained e = explain_on(system, tiny_strategy());
  REQUIRE(e.why.nearest);
  CHECK_FALSE(e.why.nearest->remaining);
  CHECK(e.why.nearest->total_time > 0);
}

TEST_CASE("a change that only comes nearer says what remains", "[model]") {
  System system = tiny_system();
  system.mem1.capacity_bytes = 1e5;
  const Explained e = explain_on(system, tiny_strategy());
  REQUIRE(e.why.nearest);
  REQUIRE(e.why.nearest->remaining);
  CHECK(e.why.nearest->remaining->needed < e.infeasible.needed);
}

TEST_CASE("of the changes that fit, the fastest is offered", "[model]") {
  const Strategy start = tiny_strategy();
  const std::vector<Strategy> changes = single_changes(start);
  const auto needed = [](const Strategy& s) {
    return evaluate(tiny_transformer(), tiny_system(), s)->proc_mem_tier1_cap_req;
  };
  std::set<double> needs;
  for (const Strategy& changed : changes) {
    needs.insert(needed(changed));
  }
  // Memory for the three changes that need least, and not for the start.
  System system = tiny_system();
  system.mem1.capacity_bytes = *std::next(needs.begin(), 2);
  REQUIRE(needed(start) > system.mem1.capacity_bytes);
  const Explained e = explain_on(system, start);
  REQUIRE(e.why.nearest);
  CHECK_FALSE(e.why.nearest->remaining);
  std::set<double> times;
  for (const Strategy& changed : changes) {
    if (const auto outcome = evaluate(tiny_transformer(), system, changed)) {
      times.insert(outcome->total_time);
    }
  }
  REQUIRE(times.size() >= 2);
  CHECK(e.why.nearest->total_time == *times.begin());
}

TEST_CASE("where no change fits, the one that lacks least is offered", "[model]") {
  const Strategy start = tiny_strategy();
  System system = tiny_system();
  system.mem1.capacity_bytes = 1e5;
  const Explained e = explain_on(system, start);
  REQUIRE(e.why.nearest);
  REQUIRE(e.why.nearest->remaining);
  std::set<double> needs;
  for (const Strategy& changed : single_changes(start)) {
    const auto outcome = evaluate(tiny_transformer(), system, changed);
    REQUIRE_FALSE(outcome);
    needs.insert(outcome.error().needed);
  }
  REQUIRE(needs.size() >= 2);
  CHECK(e.why.nearest->remaining->needed == *needs.begin());
}

TEST_CASE("wrong interleaving is answered with one that fits", "[model]") {
  Strategy s = tiny_strategy();
  s.num_procs = s.pipeline_par = 4;
  s.pipeline_interleaving = 2;
  const Explained e = explain_on(tiny_system(), s);
  CHECK(e.why.tier_shares.empty());
  REQUIRE(e.why.nearest);
  CHECK(e.why.nearest->setting == "pipeline_interleaving");
  CHECK(e.why.nearest->from == "2");
}

TEST_CASE("where no single change helps, none is offered", "[model]") {
  System system = tiny_system();
  system.networks[0].size = 2;
  system.networks[1].size = 2;
  Strategy s = tiny_strategy();
  s.num_procs = s.tensor_par = 8;
  CHECK_FALSE(explain_on(system, s).why.nearest);
}

TEST_CASE("a change of a mixture's tiers is found", "[model]") {
  System system = tiny_moe_system();
  system.networks[0].must_be_filled = false;
  for (const auto member : {static_cast<std::int64_t Strategy::*>(&Strategy::data_par_exp_net),
                            static_cast<std::int64_t Strategy::*>(&Strategy::expert_par_net),
                            static_cast<std::int64_t Strategy::*>(&Strategy::expert_slice_net)}) {
    Strategy s = tiny_moe_strategy();
    s.num_procs = s.data_par = s.batch_size = 256;
    s.tensor_par = s.pipeline_par = 1;
    s.num_experts = s.expert_par = s.expert_slice = 4;
    s.data_par_exp = 16;
    s.data_par_exp_net = s.expert_par_net = s.expert_slice_net = 1;
    s.*member = 0;
    system.networks[0].size = 3;
    const Explained e = explain_on(system, s);
    CHECK(e.infeasible.reason == Reason::kNetworkTooSmall);
    REQUIRE(e.why.nearest);
    CHECK_FALSE(e.why.nearest->remaining);
    CHECK_THAT(std::string(e.why.nearest->setting), Catch::EndsWith("_net"));
    CHECK(e.why.nearest->from == "0");
    CHECK(e.why.nearest->to == "1");
  }
}

TEST_CASE("no advice makes another model of a mixture, or a mixture of a dense model", "[model]") {
  System system = tiny_moe_system();
  system.mem1.capacity_bytes = 1e5;
  Strategy mixture = tiny_moe_strategy();
  mixture.expert_par = mixture.expert_slice = 1;
  mixture.data_par_exp = 4;
  for (const Strategy& strategy : {mixture, tiny_strategy()}) {
    const Explained e = explain_on(system, strategy);
    if (e.why.nearest) {
      CHECK(e.why.nearest->setting != "model_MoE");
      CHECK(e.why.nearest->setting != "activation_function");
    }
  }
}

}  // namespace calculon::test
