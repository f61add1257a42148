// Attention, top to bottom: normalise, project to queries, keys and values, attend, project back,
// add. With tensor parallelism the heads are split; a gather stands before the first products and
// a reduction behind the last one, on their own or tiled into the products.
#include <cmath>

#include "block/block_layers.h"

namespace calculon {
namespace {

// A product that reads what the layer before it keeps, so it keeps nothing itself.
Layer sharing_input(Layer layer, bool recompute) {
  layer.recompute = recompute;
  layer.activation_stored = false;
  layer.activation_reused = true;
  return layer;
}

// The full activation handed to several products; quirk C2: "recomputed" when it is regathered.
Layer gathered_fork(const BlockShape& shape, std::string_view name, double users) {
  Layer layer = fork(shape, name, shape.full_activation, users);
  layer.recompute = shape.regather_attention;
  layer.activation_stored = !shape.regather_attention;  // quirk C4
  return layer;
}

void append_projections(const BlockShape& shape, LayerList& layers) {
  const auto hidden = static_cast<double>(shape.transformer.hidden);
  const auto head = static_cast<double>(shape.transformer.attn_size);
  const double all_heads = static_cast<double>(shape.transformer.attn_heads) * head;
  const double own_heads = std::floor(all_heads / shape.tensor_par);
  const bool multiquery = shape.choices.attention_type == AttentionType::kMultiquery;
  const auto projection = [&](std::string_view name, double width) {
    layers.push_back(
        sharing_input(linear(shape, name, shape.tokens, hidden, width), shape.recompute_all));
  };
  const auto tiled_projection = [&](std::string_view name, double width) {
    Layer layer = tiled_linear(shape, name, CollectiveKind::kGather, shape.tokens, hidden, width);
    layer.recompute = shape.recompute_all;
    layer.recommunicate = shape.regather_attention;
    layers.push_back(layer);
  };
  const double key_value_width = multiquery ? head : own_heads;  // quirk A5: not split

  if (shape.choices.tensor_par_overlap == TensorParOverlap::kNone) {
    Layer gather = collective_layer(shape, "AttnBlock_F", CollectiveKind::kGather);
    gather.recommunicate = shape.regather_attention;
    layers.push_back(gather);
    layers.push_back(gathered_fork(shape, "AttnBlock_Multihead_Fork", 3));
    projection("AttnBlock_Query", own_heads);
    projection("AttnBlock_Key", key_value_width);
    projection("AttnBlock_Value", key_value_width);
  } else if (multiquery) {
    tiled_projection("AttnBlock_Query_AG", all_heads);
    layers.push_back(gathered_fork(shape, "AttnBlock_KV_Fork", 2));  // quirk B9
    projection("AttnBlock_Key", key_value_width);
    projection("AttnBlock_Value", key_value_width);
  } else {
    tiled_projection("AttnBlock_QKV_AG", 3 * all_heads);
  }
}

void append_heads(const BlockShape& shape, LayerList& layers) {
  const auto seq = static_cast<double>(shape.transformer.seq_size);
  const auto head = static_cast<double>(shape.transformer.attn_size);
  const auto heads = static_cast<double>(shape.transformer.attn_heads);
  const auto microbatch = static_cast<double>(shape.choices.microbatch_size);
  // Exact but for a mixture of experts, where the tensor degree need not divide (quirk M23).
  const double own_heads = std::floor(heads / shape.tensor_par);
  const double products = std::floor(microbatch * heads / shape.tensor_par);
  const double scores = own_heads * seq * seq * microbatch;  // quirk A8: the full square

  // Quirk E9: what has the size of the scores is stored, or recomputed, but never left out.
  Layer key_query = batch_matmul(shape, "AttnBlock_Multihead_Key_Query", products, seq, head, seq);
  key_query.recompute = shape.recompute_attention;
  key_query.output_stored = !shape.recompute_attention;
  layers.push_back(key_query);

  Layer probabilities = softmax(shape, "AttnBlock_Multihead_SoftMax", scores);
  probabilities.recompute = shape.recompute_attention;
  probabilities.output_stored = !shape.recompute_attention;
  layers.push_back(probabilities);

  Layer mask = dropout(shape, "AttnBlock_Multihead_DropOut", scores);
  mask.recompute = shape.recompute_attention;
  mask.activation_stored = !shape.recompute_attention;
  layers.push_back(mask);

  Layer attend = batch_matmul(shape, "AttnBlock_Multihead_Attn", products, seq, seq, head);
  attend.recompute = shape.recompute_all;
  layers.push_back(attend);
}

}  // namespace

void append_attention(const BlockShape& shape, LayerList& layers) {
  const double all_heads = static_cast<double>(shape.transformer.attn_heads) *
                           static_cast<double>(shape.transformer.attn_size);
  append_part_start(shape, "AttnBlock_Fork", "AttnBlock_LayerNorm", layers);
  append_projections(shape, layers);
  append_heads(shape, layers);
  append_row_product(shape, "AttnBlock_MLP", "AttnBlock_G", "AttnBlock_MLP_RS", all_heads, layers);
  append_part_end(shape, "AttnBlock_DropOut", "AttnBlock_Residual", layers);
}

}  // namespace calculon
