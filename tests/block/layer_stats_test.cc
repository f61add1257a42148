#include "calculon/block/layer_stats.h"

#include <catch2/catch.hpp>

#include "calculon/block/block_profile.h"
#include "support/findings.h"
#include "support/strategy_walk.h"
#include "support/tiny.h"

namespace calculon::test {
namespace {

double sum(const std::vector<LayerStats>& layers, double LayerStats::*member) {
  double total = 0;
  for (const LayerStats& layer : layers) {
    total += layer.*member;
  }
  return total;
}

bool add_up(const std::vector<LayerStats>& layers, const BlockProfile& block) {
  const auto equals = [&](double LayerStats::*part, double whole) {
    return sum(layers, part) == Approx(whole);
  };
  return equals(&LayerStats::fw_flops, block.block_fw_flops) &&
         equals(&LayerStats::fw_mem_accessed, block.block_fw_mem_accessed) &&
         equals(&LayerStats::fw_processing_time, block.block_fw_time) &&
         equals(&LayerStats::agrad_flops, block.block_agrad_flops) &&
         equals(&LayerStats::agrad_processing_time, block.block_agrad_time) &&
         equals(&LayerStats::wgrad_flops, block.block_wgrad_flops) &&
         equals(&LayerStats::baseblock_fw_tp_comm_time, block.baseblock_fw_tp_time) &&
         equals(&LayerStats::edgeblock_fw_tp_comm_size, block.edgeblock_fw_tp_size) &&
         equals(&LayerStats::edgeblock_bw_tp_comm_time, block.edgeblock_agrad_tp_time) &&
         equals(&LayerStats::weight, block.block_weight_space) &&
         equals(&LayerStats::activation_grad, block.block_act_grad_space);
}

std::size_t layer_count(const BlockChoices& choices) {
  if (choices.tensor_par_overlap == TensorParOverlap::kNone) {
    return 24;
  }
  return choices.attention_type == AttentionType::kMultihead ? 17 : 20;
}

}  // namespace

TEST_CASE("the layers of a block add up to its profile", "[block]") {
  Findings findings;
  const Transformer transformer = tiny_transformer();
  const System system = tiny_system();
  for (const BlockChoices& choices : all_block_choices(8)) {
    if (!choices.training) {  // layers show the passes of training all the same
      continue;
    }
    const auto layers = layer_stats(transformer, system, choices, {});
    if (layers.size() != layer_count(choices) ||
        !add_up(layers, profile_block(transformer, system, choices))) {
      Strategy strategy = tiny_strategy();
      static_cast<BlockChoices&>(strategy) = choices;
      findings.add(strategy_text(strategy));
    }
  }
  INFO(findings.text());
  CHECK(findings.empty());
}

TEST_CASE("the layers of a forward-only block are those of training", "[block]") {
  BlockChoices choices;
  const auto training = layer_stats(tiny_transformer(), tiny_system(), choices, {});
  choices.training = false;
  const auto forward = layer_stats(tiny_transformer(), tiny_system(), choices, {});
  REQUIRE(training.size() == forward.size());
  CHECK(sum(training, &LayerStats::agrad_flops) == sum(forward, &LayerStats::agrad_flops));
  CHECK(sum(forward, &LayerStats::wgrad_flops) > 0);
}

}  // namespace calculon::test
