// The MLP: normalise, widen, activate, narrow, add. Its inner width is split over the tensor
// group, with a gather before and a reduction behind, as in attention.cc.
#include "block/block_layers.h"

namespace calculon {

void append_mlp(const BlockShape& shape, LayerList& layers) {
  const auto hidden = static_cast<double>(shape.transformer.hidden);
  const auto feedforward = static_cast<double>(shape.transformer.feedforward);
  append_part_start(shape, "MlpBlock_Fork", "MlpBlock_LayerNorm", layers);

  if (shape.choices.tensor_par_overlap == TensorParOverlap::kNone) {
    Layer gather = collective_layer(shape, "MlpBlock_F", CollectiveKind::kGather);
    gather.recommunicate = shape.regather_mlp;
    layers.push_back(gather);
    Layer widen =
        linear(shape, "MlpBlock_Mlp1", shape.tokens, hidden, feedforward / shape.tensor_par);
    widen.recompute = shape.recompute_all;
    widen.activation_stored = !shape.regather_mlp;
    layers.push_back(widen);
  } else {
    Layer widen = tiled_linear(shape, "MlpBlock_Mlp1_AG", CollectiveKind::kGather, shape.tokens,
                               hidden, feedforward);
    widen.recompute = shape.recompute_all;
    widen.recommunicate = shape.regather_mlp;
    layers.push_back(widen);
  }

  // Quirk M24: whatever `activation_function` says.
  Layer activate = gelu(shape, "MlpBlock_GeLU", feedforward * shape.tokens / shape.tensor_par,
                        shape.choices.fused_activation);
  activate.recompute = shape.recompute_all;
  layers.push_back(activate);

  // Quirk C5: full recomputation repeats all of this, though backward needs nothing of it.
  append_row_product(shape, "MlpBlock_Mlp2", "MlpBlock_G", "MlpBlock_Mlp2_RS", feedforward, layers);
  append_part_end(shape, "MlpBlock_DropOut", "MlpBlock_Residual", layers);
}

}  // namespace calculon
