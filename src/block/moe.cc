// The router and the experts in place of the MLP: every token is sent to k of the experts, which
// stand on expert_par processors, and each of which may be cut over expert_slice processors. An
// all-to-all takes tokens to their experts and another one brings the results back; inside a
// group of slices, tokens are gathered before the experts and their partial results reduced behind.
#include <cmath>

#include "block/block_layers.h"

namespace calculon {
namespace {

// What the experts of one processor see.
struct ExpertShare {
  explicit ExpertShare(const BlockShape& shape)
      : experts(static_cast<double>(shape.choices.num_experts / shape.choices.expert_par)),
        top_k(static_cast<double>(shape.choices.top_k_experts)),
        slices(static_cast<double>(shape.choices.expert_slice)),
        sent_tokens(shape.tokens * top_k / shape.tensor_par),
        // Quirk M1: those of the tensor group, whatever the slices are.
        routed_tokens(shape.choices.rules.slices_lose_tokens ? shape.tokens * top_k
                                                             : sent_tokens * slices),
        tokens_per_expert(routed_tokens / experts),
        width(shape.expert_feedforward() / slices) {
    if (shape.choices.rules.rounds_shares_down) {  // quirk M23
      tokens_per_expert = std::floor(tokens_per_expert);
      width = std::floor(width);
    }
  }

  double experts;
  double top_k;
  double slices;
  double sent_tokens;    // by one processor to its experts, and back to it
  double routed_tokens;  // that a group of slices works on
  double tokens_per_expert;
  double width;  // of a slice
};

Layer recomputed(Layer layer, const BlockShape& shape) {
  layer.recompute = shape.recompute_all;
  return layer;
}

// Nothing of the layer is stored. Quirk M10: what it puts out is taken off the stored activations
// all the same, though no layer behind it adds that.
Layer passing(Layer layer, const BlockShape& shape) {
  layer.activation_stored = false;
  layer.output_stored = !shape.choices.rules.takes_off_exchanges;
  return layer;
}

}  // namespace

void append_router(const BlockShape& shape, LayerList& layers) {
  const ExpertShare share(shape);
  const auto hidden = static_cast<double>(shape.transformer.hidden);
  const auto all_experts = static_cast<double>(shape.choices.num_experts);
  append_part_start(shape, "RouterBlock_Fork", "RouterBlock_LayerNorm", layers);
  layers.push_back(recomputed(
      linear(shape, "RouterBlock_ExpertProjection", shape.scattered_tokens, hidden, all_experts),
      shape));

  layers.push_back(passing(recomputed(top_k(shape, "RouterBlock_SelectTopK", shape.scattered_tokens,
                                            all_experts, share.top_k),
                                      shape),
                           shape));

  const double chosen = shape.scattered_tokens * share.top_k;
  Layer probabilities = recomputed(softmax(shape, "RouterBlock_Normalized_SoftMax", chosen), shape);
  probabilities.output_stored = !shape.recompute_all;
  layers.push_back(probabilities);

  const double sorted = shape.choices.rules.sorts_indices_only ? chosen : chosen * hidden;
  layers.push_back(passing(
      recomputed(transform(shape, "RouterBlock_TensorTransformation", sorted, 1), shape), shape));

  Layer dispatch =
      passing(all_to_all(shape, "RouterBlock_All2All_Expert", share.sent_tokens * hidden), shape);
  dispatch.recommunicate =  // quirk M15
      shape.recompute_all && !shape.choices.rules.never_repeats_exchanges;
  layers.push_back(dispatch);
  Layer gather = slice_collective_layer(shape, "RouterBlock_Gather_ExpertSlice",
                                        CollectiveKind::kGather, share.routed_tokens * hidden);
  gather.recommunicate = shape.regather_tokens;
  layers.push_back(gather);
}

void append_experts(const BlockShape& shape, LayerList& layers) {
  const ExpertShare share(shape);
  const auto hidden = static_cast<double>(shape.transformer.hidden);
  const ModelRules& rules = shape.choices.rules;
  const bool gated = shape.gated();
  const bool fused = shape.choices.fused_activation;
  const auto append = [&](Layer layer) {
    layer.of_experts = true;
    layers.push_back(recomputed(layer, shape));
  };
  const double both = 2 * shape.expert_feedforward() / share.slices;
  const double wide = !gated ? share.width : rules.rounds_shares_down ? std::floor(both) : both;
  Layer widen = expert_linear(shape, "MlpBlock_Mlp1_MoE", share.experts, share.tokens_per_expert,
                              hidden, wide);
  widen.activation_stored = !shape.regather_tokens || rules.keeps_gathered_tokens;  // quirk M12
  append(widen);
  const double inner = share.experts * share.tokens_per_expert * share.width;
  append(gated ? swiglu(shape, "MlpBlock_SwiGLU_MoE", inner, fused)
               : gelu(shape, "MlpBlock_GeLU_MoE", inner, fused));
  append(expert_linear(shape, "MlpBlock_Mlp2_MoE", share.experts, share.tokens_per_expert,
                       share.width, hidden));

  Layer reduce = slice_collective_layer(shape, "MlpBlock_Reduce_MoE_ExpertSlice",
                                        CollectiveKind::kReduce, share.routed_tokens * hidden);
  reduce.recommunicate =  // quirk M16
      rules.repeats_slice_reduction ? shape.regather_tokens : shape.recompute_all;
  reduce.activation_stored = false;
  reduce.of_experts = true;
  layers.push_back(reduce);

  // Quirk M2: another volume than on the way to the experts unless slices and tensor degree agree.
  const double returned = share.routed_tokens / share.slices;
  Layer combine =
      passing(all_to_all(shape, "MlpBlock_All2All_MoE_Expert",
                         (rules.rounds_shares_down ? std::floor(returned) : returned) * hidden),
              shape);
  combine.of_experts = true;
  layers.push_back(combine);

  if (!rules.sorts_indices_only) {  // quirk M18
    constexpr double kWeightAndAdd = 2;
    Layer sum =
        passing(recomputed(transform(shape, "MlpBlock_TensorTransformation",
                                     shape.scattered_tokens * share.top_k * hidden, kWeightAndAdd),
                           shape),
                shape);
    sum.of_experts = true;
    layers.push_back(sum);
  }
  append_shared_experts(shape, layers);

  Layer residual = recomputed(
      element_wise(shape, "MlpBlock_MoE_Add", shape.block_activation, shape.block_activation),
      shape);  // quirk M22: no dropout before it
  residual.activation_stored = false;
  residual.activation_reused = true;
  residual.of_experts = true;
  layers.push_back(residual);
}

}  // namespace calculon
