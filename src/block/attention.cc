// Attention, top to bottom: normalise, project to queries, keys and values, attend, project back,
// add. With tensor parallelism the heads are split; a gather stands before the first products and
// a reduction behind the last one, on their own or tiled into the products.
#include <algorithm>
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
  layer.activation_stored = !shape.drops_attention_input;
  return layer;
}

// How heads share keys and values, and what of these a processor has.
struct KeyValues {
  explicit KeyValues(const BlockShape& shape)
      : heads(shape.key_value_heads()),
        copied(shape.choices.rules.copies_shared_keys),
        own(std::max(1.0, heads / shape.tensor_par)),
        processors(std::max(1.0, shape.tensor_par / heads)) {}

  double heads;       // of the model
  bool copied;        // quirk A5: computed by each processor, and counted once per head
  double own;         // heads that a processor attends with
  double processors;  // that attend with the same ones
};

// The width of the products of keys or values on one processor.
double key_value_width(const BlockShape& shape, const KeyValues& key_values, double own_heads) {
  const auto head = static_cast<double>(shape.transformer.attn_size);
  if (key_values.copied) {
    return shape.choices.attention_type == AttentionType::kMultiquery ? head : own_heads;
  }
  return key_values.heads * head / shape.tensor_par;
}

void append_projections(const BlockShape& shape, const KeyValues& key_values, LayerList& layers) {
  const auto hidden = static_cast<double>(shape.transformer.hidden);
  const auto head = static_cast<double>(shape.transformer.attn_size);
  const double all_heads = static_cast<double>(shape.transformer.attn_heads) * head;
  const double own_heads = std::floor(all_heads / shape.tensor_par);
  const double key_value = key_value_width(shape, key_values, own_heads);
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

  if (shape.choices.tensor_par_overlap == TensorParOverlap::kNone) {
    Layer gather = collective_layer(shape, "AttnBlock_F", CollectiveKind::kGather);
    gather.recommunicate = shape.regather_attention;
    layers.push_back(gather);
    layers.push_back(gathered_fork(shape, "AttnBlock_Multihead_Fork", 3));
    projection("AttnBlock_Query", own_heads);
    projection("AttnBlock_Key", key_value);
    projection("AttnBlock_Value", key_value);
  } else if (shape.choices.attention_type == AttentionType::kMultiquery &&
             shape.choices.rules.keeps_shared_input_twice) {
    tiled_projection("AttnBlock_Query_AG", all_heads);
    layers.push_back(gathered_fork(shape, "AttnBlock_KV_Fork", 2));  // quirk B9
    projection("AttnBlock_Key", key_value);
    projection("AttnBlock_Value", key_value);
  } else {
    tiled_projection("AttnBlock_QKV_AG", all_heads + 2 * key_value * shape.tensor_par);
  }
}

// Where fewer heads have keys and values than processors share them, each computes its share, and
// those that attend with the same head gather it.
void append_key_gather(const BlockShape& shape, const KeyValues& key_values, LayerList& layers) {
  if (key_values.copied || key_values.processors == 1) {
    return;
  }
  const auto head = static_cast<double>(shape.transformer.attn_size);
  Layer gather = shared_key_gather(shape, "AttnBlock_Shared_KV_Gather",
                                   2 * shape.tokens * head * key_values.own, key_values.processors);
  gather.recommunicate = shape.recompute_all;
  gather.activation_stored = false;  // the attention keeps the result
  layers.push_back(gather);
}

// A causal model needs half of the scores. Less is computed and moved, but what is kept stays
// whole. `score_bytes` are those that pass between the layer and memory in one pass.
void leave_out_masked(const BlockShape& shape, Layer& layer, double score_bytes) {
  const bool masked = shape.transformer.details.causal && !shape.choices.rules.full_score_square;
  if (!masked) {
    return;  // quirk A8
  }
  for (const Pass pass : {Pass::kForward, Pass::kAgrad}) {
    layer.flops[static_cast<std::size_t>(pass)] /= 2;
    layer.traffic_bytes[static_cast<std::size_t>(pass)] -= score_bytes / 2;
  }
}

void append_heads(const BlockShape& shape, const KeyValues& key_values, LayerList& layers) {
  const auto seq = static_cast<double>(shape.transformer.seq_size);
  const auto head = static_cast<double>(shape.transformer.attn_size);
  const auto heads = static_cast<double>(shape.transformer.attn_heads);
  const auto microbatch = static_cast<double>(shape.choices.microbatch_size);
  // Exact but for a mixture of experts, where the tensor degree need not divide (quirk M23).
  const double own_heads = std::floor(heads / shape.tensor_par);
  const double products = std::floor(microbatch * heads / shape.tensor_par);
  const double shared = key_values.copied ? products : microbatch * key_values.own;
  const double scores = own_heads * seq * seq * microbatch;
  const double score_bytes = scores * shape.element_bytes;

  // Quirk E9: what has the size of the scores is stored, or recomputed, but never left out.
  Layer key_query =
      batch_matmul(shape, "AttnBlock_Multihead_Key_Query", products, shared, seq, head, seq);
  key_query.recompute = shape.recompute_attention;
  key_query.output_stored = !shape.recompute_attention;
  leave_out_masked(shape, key_query, score_bytes);
  layers.push_back(key_query);

  Layer probabilities = softmax(shape, "AttnBlock_Multihead_SoftMax", scores);
  probabilities.recompute = shape.recompute_attention;
  probabilities.output_stored = !shape.recompute_attention;
  leave_out_masked(shape, probabilities, 2 * score_bytes);
  layers.push_back(probabilities);

  Layer mask = dropout(shape, "AttnBlock_Multihead_DropOut", scores);
  mask.recompute = shape.recompute_attention;
  mask.activation_stored = !shape.recompute_attention;
  leave_out_masked(shape, mask, 2 * score_bytes + scores);  // a byte of the mask for each
  layers.push_back(mask);

  Layer attend = batch_matmul(shape, "AttnBlock_Multihead_Attn", products, shared, seq, seq, head);
  attend.recompute = shape.recompute_all;
  leave_out_masked(shape, attend, score_bytes);
  layers.push_back(attend);
}

}  // namespace

void append_attention(const BlockShape& shape, LayerList& layers) {
  const double all_heads = static_cast<double>(shape.transformer.attn_heads) *
                           static_cast<double>(shape.transformer.attn_size);
  append_part_start(shape, "AttnBlock_Fork", "AttnBlock_LayerNorm", layers);
  const KeyValues key_values(shape);
  append_projections(shape, key_values, layers);
  append_key_gather(shape, key_values, layers);
  append_heads(shape, key_values, layers);
  append_row_product(shape, "AttnBlock_MLP", "AttnBlock_G", "AttnBlock_MLP_RS", all_heads, layers);
  append_part_end(shape, "AttnBlock_DropOut", "AttnBlock_Residual", layers);
}

}  // namespace calculon
