// What a better machine or another setting may do to an execution, tried on the schedules of a tiny
// transformer on 8 processors.
#include <catch2/catch.hpp>

#include "calculon/model/evaluate.h"
#include "support/findings.h"
#include "support/strategy_walk.h"
#include "support/tiny.h"

namespace calculon::test {
namespace {

constexpr double kRounding = 1 + 1e-12;

// The microbatch and the fused activation change sizes alone: one value of each will do here.
std::vector<BlockChoices> some_block_choices() {
  std::vector<BlockChoices> list = all_block_choices(8);
  std::erase_if(list, [](const BlockChoices& choices) {
    return choices.microbatch_size != 1 || choices.fused_activation;
  });
  return list;
}

// Calls `law(before, after, strategy)`, which returns whether it holds, for every execution on a
// machine and on a changed one.
template <class Change, class Law>
void check_changed_system(ProcessingMode mode, const Change& change, const Law& law) {
  const Transformer transformer = tiny_transformer();
  Findings findings;
  const System system = tiny_system(mode);
  System other = system;
  change(other);
  for (const BlockChoices& choices : some_block_choices()) {
    for_each_schedule(choices, 8, [&](const Strategy& s) {
      const auto before = evaluate(transformer, system, s);
      const auto after = evaluate(transformer, other, s);
      if (!before || !after || !law(*before, *after, s)) {
        findings.add(strategy_text(s));
      }
    });
  }
  INFO(findings.text());
  CHECK(findings.empty());
}

// The same for a changed strategy; `change` returns whether the change applies.
template <class Change, class Law>
void check_changed_strategy(const Change& change, const Law& law) {
  const Transformer transformer = tiny_transformer();
  const System system = tiny_system();
  Findings findings;
  std::size_t cases = 0;
  for (const BlockChoices& choices : some_block_choices()) {
    for_each_schedule(choices, 8, [&](const Strategy& s) {
      Strategy other = s;
      if (!change(other) || !contradiction(other).empty()) {
        return;
      }
      ++cases;
      const auto before = evaluate(transformer, system, s);
      const auto after = evaluate(transformer, system, other);
      if (!before || !after || !law(*before, *after, s)) {
        findings.add(strategy_text(s));
      }
    });
  }
  CHECK(cases > 100);
  INFO(findings.text());
  CHECK(findings.empty());
}

}  // namespace

TEST_CASE("twice the network bandwidth never lengthens the time on a link", "[batch]") {
  const auto faster = [](System& system) {
    for (Network& network : system.networks) {
      network.bytes_per_second *= 2;
    }
  };
  check_changed_system(ProcessingMode::kNoOverlap, faster,
                       [](const Stats& before, const Stats& after, const Strategy&) {
                         return after.tp_comm_link_time <= before.tp_comm_link_time &&
                                after.recomm_link_time <= before.recomm_link_time &&
                                after.pp_comm_link_time <= before.pp_comm_link_time &&
                                after.dp_comm_link_time <= before.dp_comm_link_time &&
                                after.fw_time <= before.fw_time * kRounding;
                       });
}

// Overlap is left out: its windows are not clamped (quirk D2), and tiles wait for flop time alone
// (quirk B5), so a slower processor can hide more there than it loses.
TEST_CASE("half the flops never speed up a batch that overlaps nothing", "[batch]") {
  const auto slower = [](System& system) {
    for (System::Engines* engines : {&system.matrix, &system.vector}) {
      for (auto& engine : *engines) {
        if (engine) {
          engine->peak_flops_per_second /= 2;
        }
      }
    }
  };
  const auto law = [](const Stats& before, const Stats& after, const Strategy& s) {
    const bool overlaps = s.data_par_overlap || s.tensor_par_overlap != TensorParOverlap::kNone;
    return overlaps || before.total_time <= after.total_time * kRounding;
  };
  check_changed_system(ProcessingMode::kNoOverlap, slower, law);
  check_changed_system(ProcessingMode::kRoofline, slower, law);
}

TEST_CASE("a larger machine changes nothing that fits", "[batch]") {
  const auto larger = [](System& system) {
    system.mem1.capacity_bytes *= 2;
    system.mem2.capacity_bytes *= 2;
    system.networks[1].size *= 2;
  };
  check_changed_system(ProcessingMode::kRoofline, larger,
                       [](const Stats& before, const Stats& after, const Strategy&) {
                         return before.total_time == after.total_time &&
                                before.proc_mem_tier1_cap_req == after.proc_mem_tier1_cap_req;
                       });
}

TEST_CASE("offloading never needs more of tier 1 when training", "[batch]") {
  const auto offload = [](Strategy& s) {
    s.weight_offload = s.activations_offload = s.optimizer_offload = true;
    return s.training && 12 / s.pipeline_par >= 3;
  };
  check_changed_strategy(offload, [](const Stats& before, const Stats& after, const Strategy&) {
    return after.proc_mem_tier1_cap_req <= before.proc_mem_tier1_cap_req * kRounding &&
           after.proc_mem_tier2_cap_req >= before.proc_mem_tier2_cap_req;
  });
}

TEST_CASE("a sharded optimizer keeps its share of the state", "[batch]") {
  const auto shard = [](Strategy& s) {
    return !s.optimizer_sharding && (s.optimizer_sharding = true);
  };
  check_changed_strategy(shard, [](const Stats& before, const Stats& after, const Strategy& s) {
    const double shards = static_cast<double>(s.data_par);
    return Approx(before.block_optimizer_space / shards) == after.block_optimizer_space &&
           Approx(before.block_weight_grad_space / shards) == after.block_weight_grad_space &&
           before.weight_space == after.weight_space && before.fw_time == after.fw_time;
  });
}

TEST_CASE("interleaving shortens the bubble when the microbatches fill the pipeline", "[batch]") {
  const auto interleave = [](Strategy& s) {
    const bool applies = s.pipeline_interleaving == 1 && s.pipeline_par == 2;
    s.pipeline_interleaving = 2;
    return applies && s.batch_size / s.data_par / s.microbatch_size % s.pipeline_par == 0;
  };
  check_changed_strategy(interleave, [](const Stats& before, const Stats& after, const Strategy&) {
    return after.bubble_time < before.bubble_time && after.fw_time == before.fw_time &&
           after.pp_comm_link_time == Approx(2 * before.pp_comm_link_time);
  });
}

}  // namespace calculon::test
