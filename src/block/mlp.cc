// The MLP: normalise, widen, activate, narrow, add. Its inner width is split over the tensor
// group, with a gather before and a reduction behind, as in attention.cc.
#include "block/block_layers.h"

namespace calculon {
namespace {

Layer activation(const BlockShape& shape, std::string_view plain_name, std::string_view gated_name,
                 double size) {
  const bool fused = shape.choices.fused_activation;
  Layer layer =
      shape.gated() ? swiglu(shape, gated_name, size, fused) : gelu(shape, plain_name, size, fused);
  layer.recompute = shape.recompute_all;
  return layer;
}

// A gated MLP widens twice.
double widened(const BlockShape& shape, double feedforward) {
  return shape.gated() ? 2 * feedforward : feedforward;
}

// The column-split product that widens, with its gather before it.
void append_separate_widening(const BlockShape& shape, std::string_view gather_name,
                              std::string_view product_name, double feedforward,
                              LayerList& layers) {
  Layer gather = collective_layer(shape, gather_name, CollectiveKind::kGather);
  gather.recommunicate = shape.regather_mlp;
  layers.push_back(gather);
  Layer widen =
      linear(shape, product_name, shape.tokens, static_cast<double>(shape.transformer.hidden),
             widened(shape, feedforward) / shape.tensor_par);
  widen.recompute = shape.recompute_all;
  widen.activation_stored = !shape.regather_mlp;
  layers.push_back(widen);
}

}  // namespace

void append_mlp(const BlockShape& shape, LayerList& layers) {
  const auto feedforward = static_cast<double>(shape.transformer.feedforward);
  append_part_start(shape, "MlpBlock_Fork", "MlpBlock_LayerNorm", layers);

  if (shape.choices.tensor_par_overlap == TensorParOverlap::kNone) {
    append_separate_widening(shape, "MlpBlock_F", "MlpBlock_Mlp1", feedforward, layers);
  } else {
    Layer widen =
        tiled_linear(shape, "MlpBlock_Mlp1_AG", CollectiveKind::kGather, shape.tokens,
                     static_cast<double>(shape.transformer.hidden), widened(shape, feedforward));
    widen.recompute = shape.recompute_all;
    widen.recommunicate = shape.regather_mlp;
    layers.push_back(widen);
  }

  layers.push_back(activation(shape, "MlpBlock_GeLU", "MlpBlock_SwiGLU",
                              feedforward * shape.tokens / shape.tensor_par));

  // Quirk C5: full recomputation repeats all of this, though backward needs nothing of it.
  append_row_product(shape, "MlpBlock_Mlp2", "MlpBlock_G", "MlpBlock_Mlp2_RS", feedforward, layers);
  append_part_end(shape, "MlpBlock_DropOut", "MlpBlock_Residual", layers);
}

void append_shared_experts(const BlockShape& shape, LayerList& layers) {
  const auto feedforward = static_cast<double>(shape.transformer.details.moe_shared_feedforward);
  if (feedforward == 0 || shape.choices.rules.ignores_model_details) {
    return;
  }
  append_separate_widening(shape, "SharedBlock_F", "SharedBlock_Mlp1", feedforward, layers);
  layers.push_back(activation(shape, "SharedBlock_GeLU", "SharedBlock_SwiGLU",
                              feedforward * shape.tokens / shape.tensor_par));
  append_separate_row_product(shape, "SharedBlock_Mlp2", "SharedBlock_G", feedforward, layers);
}

}  // namespace calculon
