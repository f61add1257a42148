#include "calculon/planner/profiles/model_profiles.h"

#include <catch2/catch.hpp>
#include <numeric>

#include "calculon/model/evaluate.h"
#include "support/hetero_golden.h"
#include "support/input_error_of.h"
#include "support/source_tree.h"

namespace calculon::test {
namespace {

Transformer model() {
  return read_transformer(source_path("models/gpt3-13B.json"));
}

std::vector<GpuSystem> gpus() {
  return {{"H100", read_system(source_path("systems/H100_80g_sxm.json"))},
          {"A100", read_system(source_path("systems/a100_80g.json"))}};
}

double sum(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0);
}

}  // namespace

TEST_CASE("profiles from the model have a layer per block, an embedding and a head", "[planner]") {
  const ProfileSet profiles(
      "model", model_profiles(model(), gpus(), {.max_tensor_parallel = 8, .max_microbatch = 4}));
  // Tensor degree 8 does not divide the model.
  CHECK(profiles.profiles().size() == 2 * 3 * 3);
  CHECK(profiles.num_layers() == static_cast<std::size_t>(model().num_blocks) + 2);
  for (const LayerProfile& profile : profiles.profiles()) {
    INFO(key_text(profile.key));
    CHECK(profile.gap_ms() > 0);
    CHECK(profile.optimizer_ms > 0);
    // Parameters are those of whole layers, whatever the tensor degree.
    CHECK(profile.layer_parameter_bytes == profiles.profiles().front().layer_parameter_bytes);
    // More GPUs have less to do and to hold, a larger microbatch takes longer and needs more.
    const ProfileKey& key = profile.key;
    if (const auto* wider = profiles.find({key.type, 2 * key.tensor_par, key.microbatch})) {
      CHECK(sum(wider->layer_ms) < sum(profile.layer_ms));
      CHECK(sum(wider->layer_mb) < sum(profile.layer_mb));
    }
    if (const auto* larger = profiles.find({key.type, key.tensor_par, 2 * key.microbatch})) {
      CHECK(sum(larger->layer_ms) > sum(profile.layer_ms));
      CHECK(sum(larger->layer_mb) > sum(profile.layer_mb));
    }
    if (key.type == "A100") {
      CHECK(sum(profiles.at({"H100", key.tensor_par, key.microbatch}).layer_ms) <
            sum(profile.layer_ms));
    }
  }
  // GPT-3 13B at two bytes a parameter: blocks, and the vocabulary twice.
  const double parameters = sum(profiles.profiles().front().layer_parameter_bytes) / 2;
  CHECK(parameters == Approx(12.7e9 + 2 * 51200 * 5140).epsilon(0.02));
}

TEST_CASE("a block of a profile takes the time and memory of the model's block", "[planner]") {
  const Transformer transformer = model();
  const GpuSystem gpu = gpus().back();
  BlockChoices choices;
  choices.tensor_par = 4;
  choices.microbatch_size = 2;
  const ProfileSet profiles(
      "model", model_profiles(transformer, {gpu}, {.max_tensor_parallel = 4, .max_microbatch = 2}));
  const LayerProfile& profile = profiles.at({"A100", 4, 2});
  Strategy strategy;
  static_cast<BlockChoices&>(strategy) = choices;
  strategy.num_procs = 4;
  strategy.batch_size = 2;
  const Outcome<Stats> stats = evaluate(transformer, gpu.system, strategy);
  REQUIRE(stats);
  const auto blocks = static_cast<double>(transformer.num_blocks);
  const double seconds = stats->total_time - stats->optim_step_time;
  CHECK(profile.layer_ms[1] / 1000 == Approx(seconds / blocks).epsilon(0.01));
  const double bytes =
      stats->weight_space + stats->optimizer_space + stats->weight_grad_space + stats->act_space;
  CHECK(profile.layer_mb[1] * 1024 * 1024 == Approx(bytes / blocks).epsilon(0.05));
}

TEST_CASE("a mixed cluster is planned without measurements", "[planner]") {
  const auto kinds = node_kinds(gpus());
  REQUIRE(kinds.size() == 2);
  CHECK(kinds[0].address == "H100");
  CHECK(kinds[1].memory_mb == 80 * 1024);
  HeteroCase hetero{
      "model",
      make_cluster("h", {{"H100", 4}, {"H100", 4}, {"A100", 4}, {"A100", 4}}, "s", kinds),
      {"model", model_profiles(model(), gpus(), {.max_tensor_parallel = 16, .max_microbatch = 32})},
      {}};
  hetero.options.global_batch_size = 32;
  hetero.options.max_permute_length = 4;
  hetero.options.quirks = QuirkMode::kFixed;
  const HeteroResult mixed = search_all(hetero, hetero.options);
  REQUIRE_FALSE(mixed.top.empty());
  // Slower than as many H100, faster than as many A100.
  for (const char* type : {"H100", "A100"}) {
    HeteroCase one = hetero;
    one.cluster = make_cluster("h", std::vector<HostLine>(4, {type, 4}), "s", kinds);
    const HeteroResult result = search_all(one, one.options);
    REQUIRE_FALSE(result.top.empty());
    CHECK((result.top.front().cost < mixed.top.front().cost) == (type == std::string("H100")));
  }
}

TEST_CASE("what has no profile is told", "[planner]") {
  BlockChoices moe;
  moe.model_MoE = true;
  CHECK_THAT(input_error_of([&] { model_profiles(model(), gpus(), {.choices = moe}); }),
             Catch::StartsWith("a mixture of experts has no layer profiles"));
  BlockChoices eight;
  eight.datatype = Datatype::kFloat4;
  CHECK_THAT(input_error_of([&] { model_profiles(model(), {gpus().back()}, {.choices = eight}); }),
             Catch::Contains("float4"));
}

}  // namespace calculon::test
