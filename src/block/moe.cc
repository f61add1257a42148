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
        routed_tokens(shape.tokens * top_k),  // quirk M1: whatever the slices are
        tokens_per_expert(std::floor(routed_tokens / experts)),
        width(std::floor(static_cast<double>(shape.transformer.feedforward) / slices)) {}

  double experts;
  double top_k;
  double slices;
  double routed_tokens;
  double tokens_per_expert;
  double width;  // of a slice
};

Layer recomputed(Layer layer, const BlockShape& shape) {
  layer.recompute = shape.recompute_all;
  return layer;
}

// Sends tokens to or from experts. Quirks M10, M15: nothing of it is stored, yet more is taken
// off the stored activations than it adds; and it is never repeated in backward.
Layer exchange(const BlockShape& shape, std::string_view name, double size, bool of_experts) {
  Layer layer = all_to_all(shape, name, size);
  layer.activation_stored = false;
  layer.output_stored = false;
  layer.of_experts = of_experts;
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

  Layer select = recomputed(
      top_k(shape, "RouterBlock_SelectTopK", shape.scattered_tokens, all_experts, share.top_k),
      shape);
  select.activation_stored = false;
  select.output_stored = false;
  layers.push_back(select);

  const double chosen = shape.scattered_tokens * share.top_k;
  Layer probabilities = recomputed(softmax(shape, "RouterBlock_Normalized_SoftMax", chosen), shape);
  probabilities.output_stored = !shape.recompute_all;
  layers.push_back(probabilities);

  Layer sort = recomputed(transform(shape, "RouterBlock_TensorTransformation", chosen), shape);
  sort.activation_stored = false;
  sort.output_stored = false;
  layers.push_back(sort);

  layers.push_back(exchange(shape, "RouterBlock_All2All_Expert",
                            std::floor(share.routed_tokens / shape.tensor_par) * hidden, false));
  Layer gather = slice_collective_layer(shape, "RouterBlock_Gather_ExpertSlice",
                                        CollectiveKind::kGather, share.routed_tokens * hidden);
  gather.recommunicate = shape.regather_mlp;
  layers.push_back(gather);
}

void append_experts(const BlockShape& shape, LayerList& layers) {
  const ExpertShare share(shape);
  const auto hidden = static_cast<double>(shape.transformer.hidden);
  const auto feedforward = static_cast<double>(shape.transformer.feedforward);
  const bool gated = shape.choices.activation_function == ActivationFunction::kSilu;
  const bool fused = shape.choices.fused_activation;
  const auto append = [&](Layer layer) {
    layer.of_experts = true;
    layers.push_back(recomputed(layer, shape));
  };
  const double widened = gated ? std::floor(2 * feedforward / share.slices) : share.width;
  append(expert_linear(shape, "MlpBlock_Mlp1_MoE", share.experts, share.tokens_per_expert, hidden,
                       widened));  // quirk M12
  const double inner = share.experts * share.tokens_per_expert * share.width;
  append(gated ? swiglu(shape, "MlpBlock_SwiGLU_MoE", inner, fused)
               : gelu(shape, "MlpBlock_GeLU_MoE", inner, fused));
  append(expert_linear(shape, "MlpBlock_Mlp2_MoE", share.experts, share.tokens_per_expert,
                       share.width, hidden));

  Layer reduce = slice_collective_layer(shape, "MlpBlock_Reduce_MoE_ExpertSlice",
                                        CollectiveKind::kReduce, share.routed_tokens * hidden);
  reduce.recommunicate = shape.regather_mlp;  // quirk M16
  reduce.activation_stored = false;
  reduce.of_experts = true;
  layers.push_back(reduce);

  // Quirk M2: another volume than on the way to the experts unless slices and tensor degree agree.
  layers.push_back(exchange(shape, "MlpBlock_All2All_MoE_Expert",
                            std::floor(share.routed_tokens / share.slices) * hidden, true));

  Layer residual = recomputed(
      element_wise(shape, "MlpBlock_MoE_Add", shape.block_activation, shape.block_activation),
      shape);  // quirk M22: no dropout before it
  residual.activation_stored = false;
  residual.activation_reused = true;
  residual.of_experts = true;
  layers.push_back(residual);
}

}  // namespace calculon
