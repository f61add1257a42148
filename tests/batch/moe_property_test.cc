// Laws of a mixture of experts, tried on every way of running a tiny one on 8 processors.
#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <map>

#include "calculon/base/divisors.h"
#include "calculon/batch/evaluate.h"
#include "calculon/model/evaluate.h"
#include "calculon/search/strategy_space.h"
#include "support/findings.h"
#include "support/laws.h"
#include "support/strategy_walk.h"
#include "support/tiny.h"

namespace calculon::test {
namespace {

const Transformer& transformer() {
  static const Transformer kTransformer = tiny_transformer();
  return kTransformer;
}

const System& machine() {
  static const System kSystem = tiny_moe_system();
  return kSystem;
}

// All degrees and settings, some of the batches and tiers.
SpaceOptions all_settings() {
  SpaceOptions options;
  options.num_procs = 8;
  options.max_batch_size = 8;
  options.kind = SpaceKind::kMoeFlexible;
  options.num_experts = 4;
  options.distinct = options.independent_degrees = true;
  options.filter.accept("activation_recompute", "full,attn_only,none");
  for (const std::string_view setting :
       {"seq_par_ag_redo", "weight_offload", "activations_offload", "optimizer_offload"}) {
    options.filter.accept(setting, "true,false");
  }
  options.filter.accept("microbatch_size", "2");
  options.filter.accept("pipeline_interleaving", "1,2");
  for (const std::string_view net : {"tensor_par_net", "data_par_net", "expert_slice_net"}) {
    options.filter.accept(net, "0");
  }
  for (const std::string_view net : {"pipeline_par_net", "data_par_exp_net"}) {
    options.filter.accept(net, "1");
  }
  return options;
}

// Calls `visit` with every execution that fits, and its statistics.
template <class Visit>
void for_each_feasible(const SpaceOptions& options, const Visit& visit) {
  const StrategySpace space(transformer(), machine(), options);
  for (std::int64_t i = 0; i < space.size(); ++i) {
    const Strategy strategy = space.at(i);
    if (const auto stats = evaluate(transformer(), machine(), strategy)) {
      visit(strategy, *stats);
    }
  }
}

std::string experts_are_exposed(const Case& c) {  // M4
  const Stats& t = c.stats;
  return t.ep_comm_link_time == t.ep_comm_exposed_time &&
                 t.es_comm_link_time == t.es_comm_exposed_time &&
                 t.es_recomm_link_time == t.es_recomm_exposed_time
             ? ""
             : "something of expert traffic is hidden";
}

std::string all_to_all_is_not_repeated(const Case& c) {  // M15
  return nonzero(c.stats, {&Stats::ep_recomm_link_time, &Stats::ep_recomm_exposed_time,
                           &Stats::baseblock_ep_recomm_size, &Stats::edgeblock_ep_recomm_size,
                           &Stats::dp_exp_comm_exposed_time});
}

std::string traffic_takes_time(const Case& c) {
  const bool ep = c.s.expert_par == 1 || c.stats.ep_comm_link_time > 0;
  const bool es = c.s.expert_slice == 1 || c.stats.es_comm_link_time > 0;
  const bool dp = c.s.data_par_exp == 1 || c.stats.dp_exp_comm_link_time > 0;
  return ep && es && dp ? "" : "traffic that takes no time";
}

std::string repetitions_add_up(const Case& c) {
  const Stats& t = c.stats;
  return t.recomm_link_time == t.tp_recomm_link_time + t.ep_recomm_link_time + t.es_recomm_link_time
             ? ""
             : "the repeated communication is not the sum of its parts";
}

std::string comm_type_is_overridden(const Case& c) {
  for (const auto type : {TensorParCommType::kAr, TensorParCommType::kP2pRsAg}) {
    Strategy other = c.s;
    other.tensor_par_comm_type = type;
    const Outcome<Stats> stats = evaluate(transformer(), c.system, other);
    if (!stats) {
      return describe(stats.error());
    }
    if (std::string difference = first_difference(*stats, c.stats); !difference.empty()) {
      return difference;
    }
  }
  return "";
}

std::vector<Law> laws_of_mixtures() {
  std::vector<Law> laws = laws_of_evaluation();
  laws.push_back({"none of the traffic between experts is hidden", experts_are_exposed});
  laws.push_back({"no all-to-all is repeated", all_to_all_is_not_repeated});
  laws.push_back({"a degree above 1 costs time", traffic_takes_time});
  laws.push_back({"repeated communication is the sum of its families", repetitions_add_up});
  return laws;
}

// What the specification names as different for a dense model.
std::vector<std::string_view> named_differences(const Strategy& s) {
  std::vector<std::string_view> named = {
      // M8
      "act_space", "proc_mem_tier1_cap_req", "proc_mem_tier2_cap_req"};
  if (s.activation_recompute != ActivationRecompute::kNone || s.seq_par_ag_redo) {  // C1
    named.insert(named.end(), {"block_re_flops", "block_re_flops_time", "block_re_mem_accessed",
                               "block_re_mem_time"});
    if (s.data_par_overlap) {
      named.insert(named.end(),
                   {"dp_comm_exposed_time", "dp_bw_overlap_req_chunk", "dp_bw_overlap_req_tail",
                    "total_time", "system_efficiency", "total_efficiency", "sample_rate"});
    }
  }
  return named;
}

}  // namespace

TEST_CASE("the laws of an evaluation hold for mixtures of experts", "[batch]") {
  Findings findings;
  std::size_t cases = 0;
  for_each_feasible(all_settings(), [&](const Strategy& s, const Stats& stats) {
    ++cases;
    hold_against(laws_of_mixtures(), Case{s, machine(), stats}, findings);
  });
  CHECK(cases > 10'000);
  INFO(findings.text());
  CHECK(findings.empty());
}

TEST_CASE("the communication type changes nothing in a mixture of experts", "[batch]") {
  SpaceOptions options = all_settings();
  options.filter.accept("optimizer_sharding", "false");
  options.filter.accept("pipeline_par", "1,2");
  Findings findings;
  for_each_feasible(options, [&](const Strategy& s, const Stats& stats) {
    hold_against({{"the type does not matter", comm_type_is_overridden}}, Case{s, machine(), stats},
                 findings);
  });
  INFO(findings.text());
  CHECK(findings.empty());
}

TEST_CASE("a dense model is the same in both presets but for their named rules", "[batch]") {
  const System& system = machine();
  Findings findings;
  std::size_t cases = 0;
  for (const BlockChoices& choices : all_block_choices(4)) {
    BlockChoices moe = choices;
    moe.rules = rules_of(Preset::kCalculonMoe);
    const BlockProfile dense_block = profile_block(transformer(), system, choices);
    const BlockProfile moe_block = profile_block(transformer(), system, moe);
    std::map<OptimizerShards, OptimizerProfile> optimizers;
    for (const std::int64_t shards : divisors(4)) {
      const OptimizerShards all{shards, shards};
      optimizers[all] = profile_optimizer(transformer(), system, choices, all);
    }
    for_each_schedule(choices, 4, [&](const Strategy& s) {
      ++cases;
      const OptimizerProfile& optimizer = optimizers[s.optimizer_shards()];
      const auto a = evaluate(transformer(), system, dense_block, optimizer, s);
      const auto b = evaluate(transformer(), system, moe_block, optimizer, s);
      const std::string difference =
          a && b ? first_difference(*a, *b, named_differences(s)) : "does not fit";
      findings.add_unless(difference.empty(), difference + ": " + strategy_text(s));
    });
  }
  CHECK(cases > 10'000);
  INFO(findings.text());
  CHECK(findings.empty());
}

}  // namespace calculon::test
