#include "block/block_layers.h"

#include <cmath>

namespace calculon {

LayerList block_layers(const BlockShape& shape) {
  LayerList layers;
  append_attention(shape, layers);
  if (shape.choices.model_MoE) {
    append_router(shape, layers);
    append_experts(shape, layers);
  } else {
    append_mlp(shape, layers);
  }
  return layers;
}

void append_part_start(const BlockShape& shape, std::string_view fork_name,
                       std::string_view norm_name, LayerList& layers) {
  Layer branch = fork(shape, fork_name, shape.block_activation, 2);
  branch.recompute = shape.recompute_all;
  layers.push_back(branch);

  Layer norm = layer_norm(shape, norm_name, shape.block_activation);
  norm.recompute = shape.recompute_all;
  norm.activation_stored = false;
  norm.activation_reused = true;
  layers.push_back(norm);
}

void append_separate_row_product(const BlockShape& shape, std::string_view product_name,
                                 std::string_view reduction_name, double width, LayerList& layers) {
  const auto hidden = static_cast<double>(shape.transformer.hidden);
  Layer product =
      linear(shape, product_name, shape.tokens, std::floor(width / shape.tensor_par), hidden);
  product.recompute = shape.recompute_all;
  layers.push_back(product);
  Layer reduction = collective_layer(shape, reduction_name, CollectiveKind::kReduce);
  reduction.recommunicate = shape.recompute_all;
  reduction.activation_stored = false;
  layers.push_back(reduction);
}

void append_row_product(const BlockShape& shape, std::string_view product_name,
                        std::string_view reduction_name, std::string_view tiled_name, double width,
                        LayerList& layers) {
  if (shape.choices.tensor_par_overlap == TensorParOverlap::kNone) {
    append_separate_row_product(shape, product_name, reduction_name, width, layers);
  } else {
    Layer product = tiled_linear(shape, tiled_name, CollectiveKind::kReduce, shape.tokens, width,
                                 static_cast<double>(shape.transformer.hidden));
    product.recompute = shape.recompute_all;
    product.recommunicate = shape.recompute_all;
    layers.push_back(product);
  }
}

void append_part_end(const BlockShape& shape, std::string_view dropout_name,
                     std::string_view residual_name, LayerList& layers) {
  Layer mask = dropout(shape, dropout_name, shape.block_activation);
  mask.recompute = shape.recompute_all;
  layers.push_back(mask);

  Layer residual =
      element_wise(shape, residual_name, shape.block_activation, shape.block_activation);
  residual.recompute = shape.recompute_all;
  residual.activation_stored = false;
  residual.activation_reused = true;
  layers.push_back(residual);
}

}  // namespace calculon
