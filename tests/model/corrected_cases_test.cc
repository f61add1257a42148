// What people have reported of answers that were wrong, right in the corrected model: the values
// follow from what frameworks do and from the models alone.
#include <atomic>
#include <catch2/catch.hpp>
#include <utility>
#include <vector>

#include "calculon/hardware/system.h"
#include "calculon/model/evaluate.h"
#include "calculon/search/search.h"
#include "calculon/strategy/strategy.h"
#include "model/given_work.h"
#include "support/source_tree.h"

namespace calculon::test {
namespace {

System roomy_h100() {
  System system = read_system(source_path("systems/H100_80g.json"));
  system.mem1.capacity_bytes *= 1000;
  return system;
}

Transformer model_of(std::int64_t hidden, std::int64_t feedforward, std::int64_t blocks) {
  Transformer model;
  model.hidden = hidden;
  model.feedforward = feedforward;
  model.seq_size = 2048;
  model.attn_size = 128;
  model.attn_heads = hidden / model.attn_size;
  model.num_blocks = blocks;
  return model;
}

Strategy corrected(std::int64_t stages, std::int64_t replicas, std::int64_t microbatches) {
  Strategy s;
  s.set_preset(Preset::kCorrected);
  s.pipeline_par = stages;
  s.data_par = replicas;
  s.num_procs = stages * replicas;
  s.batch_size = replicas * microbatches;
  s.pipeline_par_net = s.data_par_net = s.data_par_exp_net = 1;
  return s;
}

}  // namespace

TEST_CASE("a distributed optimizer leaves 6 + 12 / DP bytes of a parameter", "[model][corrected]") {
  const Transformer model = model_of(4096, 16384, 32);
  const System system = roomy_h100();
  for (const std::int64_t replicas : {1, 2, 8, 64}) {
    Strategy s = corrected(1, replicas, 1);
    s.optimizer_sharding = replicas > 1;
    const Outcome<Stats> stats = evaluate(model, system, s);
    REQUIRE(stats);
    const double parameters = stats->weight_space / 2;
    CHECK((stats->weight_space + stats->weight_grad_space + stats->optimizer_space) / parameters ==
          Approx(6 + 12.0 / static_cast<double>(replicas)).epsilon(1e-12));
  }
}

// Mixtral 8x7B on 16 processors: an expert of 3 x 4096 x 14336 weights in each of 32 blocks, which
// two processors have, and 4 x 4096 x 4096 weights of attention, router and norms, which all have.
TEST_CASE("the state of experts is divided by their replicas", "[model][corrected]") {
  const Transformer model = model_of(4096, 14336, 32);
  Strategy s = corrected(1, 16, 8);
  s.model_MoE = s.optimizer_sharding = true;
  s.num_experts = s.expert_par = 8;
  s.top_k_experts = 2;
  s.data_par_exp = 2;
  s.activation_function = ActivationFunction::kSilu;
  const Outcome<Stats> stats = evaluate(model, roomy_h100(), s);
  REQUIRE(stats);
  const double experts = 32.0 * 3 * 4096 * 14336;
  const double others = 32.0 * (4 * 4096.0 * 4096 + 8 * 4096 + 2 * 2 * 4096);
  CHECK(stats->weight_space + stats->weight_grad_space + stats->optimizer_space ==
        Approx(experts * (2 + 4 + 12 / 2.0) + others * (2 + 4 + 12 / 16.0)).epsilon(1e-12));
}

TEST_CASE("no more microbatches are held than there are", "[model][corrected]") {
  const Transformer model = model_of(4096, 16384, 32);
  const System system = roomy_h100();
  for (const auto& [microbatches, held] :
       std::vector<std::pair<std::int64_t, double>>{{4, 4}, {6, 5.5}, {8, 5.5}}) {
    Strategy s = corrected(4, 1, microbatches);
    s.pipeline_interleaving = 2;
    const Outcome<Stats> stats = evaluate(model, system, s);
    REQUIRE(stats);
    CHECK(stats->act_space ==
          Approx(stats->block_act_working_space + stats->block_act_storage_space * (8 * held - 1))
              .epsilon(1e-12));
  }
}

TEST_CASE("efficiencies count the layers that there are", "[model][corrected]") {
  const System system = roomy_h100();
  const Outcome<Stats> uneven = evaluate(model_of(4096, 16384, 30), system, corrected(4, 1, 64));
  const Outcome<Stats> even = evaluate(model_of(4096, 16384, 32), system, corrected(4, 1, 64));
  REQUIRE(uneven);
  REQUIRE(even);
  CHECK(uneven->useful_flops == Approx(even->useful_flops * 30 / 32).epsilon(1e-12));
  CHECK(uneven->total_efficiency <
        even->total_efficiency * 30 / 32 * even->total_time / uneven->total_time * (1 + 1e-12));
}

TEST_CASE("silu is a gated MLP of three matrices in a dense model", "[model][corrected]") {
  const System system = roomy_h100();
  Strategy s = corrected(1, 1, 1);
  const Outcome<Stats> plain = evaluate(model_of(4096, 11008, 32), system, s);
  s.activation_function = ActivationFunction::kSilu;
  const Outcome<Stats> gated = evaluate(model_of(4096, 11008, 32), system, s);
  REQUIRE(plain);
  REQUIRE(gated);
  CHECK(gated->weight_space - plain->weight_space == 2.0 * 32 * 4096 * 11008);
  CHECK(gated->fw_time > 1.1 * plain->fw_time);
}

TEST_CASE("the best plan for a mixture is not faster than the machine", "[model][corrected]") {
  const Transformer model = model_of(4096, 14336, 32);
  const System system = read_system(source_path("systems/H100_80g.json"));
  SpaceOptions options;
  options.num_procs = 16;
  options.max_batch_size = 128;
  options.kind = SpaceKind::kMoeFlexible;
  options.num_experts = 8;
  options.activation_function = ActivationFunction::kSilu;
  options.filter.accept("batch_size", "128");
  options.filter.accept("weight_offload", "false");
  options.filter.accept("activations_offload", "false");
  options.filter.accept("optimizer_offload", "false");
  const auto best = [&](bool corrected_model) {
    options.corrected = corrected_model;
    const StrategySpace space(model, system, options);
    SearchOptions one;
    one.threads = 1;
    const std::atomic<bool> never{false};
    const SearchResult result = search(model, system, space, one, never, [](std::int64_t) {});
    REQUIRE(result.best.size() == 1);
    const RankedStrategy& first = result.best.front();
    return needed_rate(model, system, first.strategy, first.stats.sample_rate);
  };
  CHECK(best(false).impossible());
  CHECK(best(true).utilization() < 0.9);
}

}  // namespace calculon::test
