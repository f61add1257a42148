#include "calculon/strategy/placement.h"

#include <catch2/catch.hpp>

#include "support/input_error_of.h"
#include "support/tiny.h"

namespace calculon::test {
namespace {

Strategy spread(std::int64_t t, std::int64_t p, std::int64_t d) {
  Strategy s = tiny_strategy();
  s.num_procs = t * p * d;
  s.tensor_par = t;
  s.pipeline_par = p;
  s.data_par = d;
  return s;
}

std::string network_line(const Strategy& s, const System& system) {
  const auto infeasible = check_networks(s, system);
  return infeasible ? describe(*infeasible) : "fits";
}

std::string block_line(const Strategy& s) {
  const auto infeasible = check_blocks(s, tiny_transformer());
  return infeasible ? describe(*infeasible) : "fits";
}

}  // namespace

TEST_CASE("a network tier that the system lacks is an input error", "[strategy]") {  // U60, G9
  for (const auto member : {static_cast<std::int64_t Strategy::*>(&Strategy::tensor_par_net),
                            static_cast<std::int64_t Strategy::*>(&Strategy::pipeline_par_net),
                            static_cast<std::int64_t Strategy::*>(&Strategy::data_par_net)}) {
    for (const std::int64_t tier : {std::int64_t{2}, std::int64_t{-1}}) {
      Strategy s = tiny_strategy();  // the parallelisms are 1, and yet it is checked
      s.*member = tier;
      CHECK_THAT(input_error_of([&] { check_networks(s, tiny_system()); }),
                 Catch::EndsWith("_net is " + std::to_string(tier) +
                                 ", expected a tier of system.json: 0 <= x < 2"));
    }
  }
}

TEST_CASE("a tier holds the product of what is placed on it", "[strategy]") {  // I1
  System system = tiny_system();
  Strategy s = spread(8, 4, 1);
  CHECK(network_line(s, system) == "fits");
  s.pipeline_par_net = 0;
  CHECK(network_line(s, system) ==
        "network tier 0 is too small: it connects 24 processors, 32 are needed");
  system.networks[0].size = 32;
  CHECK(network_line(s, system) == "fits");
}

TEST_CASE("a tier that must be filled is divided by what is placed on it", "[strategy]") {  // I2
  const Strategy s = spread(5, 1, 1);
  System system = tiny_system();
  CHECK(network_line(s, system) ==
        "network tier 0 must be filled: 5 processors on it do not divide its size 24");
  system.networks[0].must_be_filled = false;
  CHECK(network_line(s, system) == "fits");
}

TEST_CASE("a tier that nothing uses may have any size", "[strategy]") {
  System system = tiny_system();
  system.networks[0].size = 0;
  CHECK(network_line(spread(1, 4, 2), system) == "fits");
}

TEST_CASE("the first tier at fault speaks", "[strategy]") {
  System system = tiny_system();
  system.networks[1].size = 2;
  CHECK_THAT(network_line(spread(48, 4, 1), system), Catch::StartsWith("network tier 0"));
  CHECK_THAT(network_line(spread(8, 4, 1), system), Catch::StartsWith("network tier 1"));
}

TEST_CASE("blocks are shared out to the pipeline, rounded up", "[strategy]") {
  CHECK(blocks_per_processor(tiny_transformer(), 1) == 12);
  CHECK(blocks_per_processor(tiny_transformer(), 5) == 3);
  CHECK(blocks_per_processor(tiny_transformer(), 100) == 1);
}

TEST_CASE("interleaving has to fit the blocks of a processor", "[strategy]") {  // I3, I4, MT7, MT8
  Strategy s = spread(1, 4, 1);
  s.pipeline_interleaving = 3;
  CHECK(block_line(s) == "fits");
  s.pipeline_interleaving = 4;
  CHECK(block_line(s) == "pipeline interleaving 4 exceeds the 3 blocks per processor");
  s.pipeline_interleaving = 2;
  CHECK(block_line(s) == "pipeline interleaving 2 does not divide the 3 blocks per processor");
}

TEST_CASE("offloading anything needs three blocks on a processor", "[strategy]") {  // I5, MT9
  for (const auto member : {static_cast<bool Strategy::*>(&Strategy::weight_offload),
                            static_cast<bool Strategy::*>(&Strategy::activations_offload),
                            static_cast<bool Strategy::*>(&Strategy::optimizer_offload)}) {
    Strategy s = spread(1, 4, 1);
    s.*member = true;
    CHECK(block_line(s) == "fits");
    s.pipeline_par = 6;
    CHECK(block_line(s) == "offloading needs at least 3 blocks per processor, there are 2");
  }
}

TEST_CASE("tensor parallelism divides what it splits", "[strategy]") {  // U62-U65
  const auto line = [](std::int64_t t, Transformer model, TensorParCommType type) {
    BlockChoices choices;
    choices.tensor_par = t;
    choices.tensor_par_comm_type = type;
    return split_contradiction(choices, model);
  };
  const Transformer model = tiny_transformer();
  Transformer odd = model;
  CHECK(line(24, model, TensorParCommType::kRsAg).empty());
  CHECK(line(32, model, TensorParCommType::kRsAg) ==
        "tensor_par is 32, expected a divisor of the model's microbatch_size * seq_size = 48");
  CHECK(line(32, model, TensorParCommType::kP2pRsAg) ==
        "tensor_par is 32, expected a divisor of the model's microbatch_size * seq_size = 48");
  CHECK(line(32, model, TensorParCommType::kAr) ==
        "tensor_par is 32, expected a divisor of the model's attn_heads = 24");
  odd.feedforward = 700;
  CHECK(line(24, odd, TensorParCommType::kAr) ==
        "tensor_par is 24, expected a divisor of the model's feedforward = 700");
  odd.hidden = 100;
  CHECK(line(24, odd, TensorParCommType::kAr) ==
        "tensor_par is 24, expected a divisor of the model's hidden = 100");
  Strategy s = spread(5, 1, 1);
  CHECK_THAT(input_error_of([&] { check_blocks(s, model); }),
             Catch::StartsWith("tensor_par is 5, expected a divisor of the model's hidden = 192"));
}

TEST_CASE("the tiers of a mixture of experts exist and know all-to-all", "[strategy]") {  // MT1, MS
  for (const auto member : {static_cast<std::int64_t Strategy::*>(&Strategy::data_par_exp_net),
                            static_cast<std::int64_t Strategy::*>(&Strategy::expert_par_net),
                            static_cast<std::int64_t Strategy::*>(&Strategy::expert_slice_net)}) {
    for (const std::int64_t tier : {std::int64_t{2}, std::int64_t{-1}}) {
      Strategy s = tiny_moe_strategy();
      s.*member = tier;
      CHECK_THAT(input_error_of([&] { check_networks(s, tiny_moe_system()); }),
                 Catch::EndsWith("_net is " + std::to_string(tier) +
                                 ", expected a tier of system.json: 0 <= x < 2"));
      s.model_MoE = false;
      CHECK_NOTHROW(check_networks(s, tiny_system()));
    }
  }
  System system = tiny_moe_system();
  system.networks[1].has_all_to_all = false;
  CHECK(input_error_of([&] { check_networks(tiny_moe_strategy(), system); }) ==
        "system.json: networks[1].ops lacks the key 'all_to_all', which a mixture of experts "
        "needs");
}

TEST_CASE("a tier holds experts and the rest as two separate groups",
          "[strategy]") {  // MT2, MT3, M39
  System system = tiny_moe_system();
  Strategy s = tiny_moe_strategy();
  s.expert_slice = 24;
  s.tensor_par = 12;
  CHECK(network_line(s, system) == "fits");  // 24 and 12, not 288
  s.expert_par_net = 0;
  CHECK(network_line(s, system) ==
        "network tier 0 is too small: it connects 24 processors, 48 are needed");
  s.expert_par_net = 1;
  s.expert_slice = 5;
  s.tensor_par = 48;  // experts speak first
  CHECK(network_line(s, system) ==
        "network tier 0 must be filled: 5 processors on it do not divide its size 24");
  s.expert_slice = 4;
  CHECK(network_line(s, system) ==
        "network tier 0 is too small: it connects 24 processors, 48 are needed");
}

TEST_CASE("tensor parallelism divides other sizes of a mixture of experts", "[strategy]") {  // MT10
  const auto line = [](std::int64_t t, Transformer model, TensorParOverlap overlap) {
    BlockChoices choices;
    choices.model_MoE = true;
    choices.tensor_par = t;
    choices.tensor_par_overlap = overlap;
    return split_contradiction(choices, model);
  };
  Transformer model = tiny_transformer();
  CHECK(line(48, model, TensorParOverlap::kNone).empty());  // M23: more than the 24 heads
  CHECK(line(48, model, TensorParOverlap::kRing).empty());
  CHECK(line(32, model, TensorParOverlap::kNone) ==
        "tensor_par is 32, expected a divisor of the model's microbatch_size * seq_size = 48");
  model.attn_size = 7;
  CHECK(line(48, model, TensorParOverlap::kNone).empty());
  CHECK(line(48, model, TensorParOverlap::kPipe) ==
        "tensor_par is 48, expected a divisor of the model's attn_heads * attn_size = 168");
  model.feedforward = 700;
  CHECK(line(48, model, TensorParOverlap::kNone) ==
        "tensor_par is 48, expected a divisor of the model's feedforward = 700");
}

TEST_CASE("a mixture of experts has a block for every stage", "[strategy]") {  // MT6
  Strategy s = tiny_moe_strategy();
  s.pipeline_par = 13;
  CHECK(input_error_of([&] { check_blocks(s, tiny_transformer()); }) ==
        "pipeline_par is 13, expected at most the model's num_blocks 12");
  s.set_preset(Preset::kCalculon);
  CHECK(block_line(s) == "fits");
}

}  // namespace calculon::test
