#pragma once

#include "block/layer.h"
#include "calculon/base/fixed_vector.h"

namespace calculon {

// The longest block, that of a mixture of experts with shared ones and shared keys, has 36 layers.
using LayerList = FixedVector<Layer, 36>;

// The layers of one block in the order in which forward runs them: the attention part, then the
// MLP part or the router and the experts (docs/model.md, "The block"). Nothing stands before the
// first block or behind the last one (quirk A7).
LayerList block_layers(const BlockShape& shape);

void append_attention(const BlockShape& shape, LayerList& layers);
void append_mlp(const BlockShape& shape, LayerList& layers);
void append_router(const BlockShape& shape, LayerList& layers);
void append_experts(const BlockShape& shape, LayerList& layers);
// The MLP of the experts that all tokens pass, beside the others.
void append_shared_experts(const BlockShape& shape, LayerList& layers);

// What both parts begin with: the residual's branch and the normalisation.
void append_part_start(const BlockShape& shape, std::string_view fork_name,
                       std::string_view norm_name, LayerList& layers);

// The row-split product from `width` back to hidden, with its reduction behind it.
void append_separate_row_product(const BlockShape& shape, std::string_view product_name,
                                 std::string_view reduction_name, double width, LayerList& layers);
// The same, or with its reduction tiled into it (`tiled_name`), as the choices have it.
void append_row_product(const BlockShape& shape, std::string_view product_name,
                        std::string_view reduction_name, std::string_view tiled_name, double width,
                        LayerList& layers);

// What both parts end with: dropout and the residual addition.
void append_part_end(const BlockShape& shape, std::string_view dropout_name,
                     std::string_view residual_name, LayerList& layers);

}  // namespace calculon
