#include "model/given_work.h"

#include <algorithm>

#include "block/layer.h"

namespace calculon {

GivenWork given_work(const Transformer& transformer, const BlockChoices& choices) {
  constexpr double kFlopsPerWeight = 2;  // a product and a sum
  const BlockShape shape(transformer, choices);
  const ModelDetails& details = transformer.details;
  const auto hidden = static_cast<double>(transformer.hidden);
  const auto seq = static_cast<double>(transformer.seq_size);
  const auto head = static_cast<double>(transformer.attn_size);
  const double heads = static_cast<double>(transformer.attn_heads) * head;
  const double key_value = shape.key_value_heads() * head;
  const double scores = details.causal && !choices.rules.full_score_square ? 0.5 : 1;
  const double flops = kFlopsPerWeight * seq;
  GivenWork work;
  work.attention = flops * (2 * hidden * (heads + key_value) + scores * 2 * seq * heads);
  const double matrices = shape.gated() ? 3 : 2;
  if (!choices.model_MoE) {
    work.mlp = flops * matrices * hidden * static_cast<double>(transformer.feedforward);
    return work;
  }
  const auto met = static_cast<double>(std::min(choices.top_k_experts, choices.num_experts));
  const auto shared =
      static_cast<double>(choices.rules.ignores_model_details ? 0 : details.moe_shared_feedforward);
  work.router = flops * hidden * static_cast<double>(choices.num_experts);
  work.mlp = flops * matrices * hidden * (met * shape.expert_feedforward() + shared);
  return work;
}

double given_flops_of_sequence(const Transformer& transformer, const BlockChoices& choices) {
  constexpr double kTrainingPasses = 3;  // backward has two products for each of forward
  return (choices.training ? kTrainingPasses : 1) * static_cast<double>(transformer.num_blocks) *
         given_work(transformer, choices).block();
}

NeededRate needed_rate(const Transformer& transformer, const System& system,
                       const Strategy& strategy, double sample_rate) {
  return {given_flops_of_sequence(transformer, strategy) * sample_rate /
              static_cast<double>(strategy.num_procs),
          system.matrix_engine(strategy.datatype).peak_flops_per_second};
}

}  // namespace calculon
