// Element counts first, bytes and flops from them; the layers that deviate from the general rule
// say so where they are built.
#include "block/layer.h"

#include <algorithm>
#include <cmath>

namespace calculon {
namespace {

constexpr auto kFw = static_cast<std::size_t>(Pass::kForward);
constexpr auto kAgrad = static_cast<std::size_t>(Pass::kAgrad);
constexpr auto kWgrad = static_cast<std::size_t>(Pass::kWgrad);

struct Elements {
  double input = 0;
  double output = 0;
  double activation = 0;
  double activation_grad = 0;
  double weights = 0;
};

// A layer whose bytes follow from its elements by the general rule.
Layer general_layer(const BlockShape& shape, std::string_view name,
                    std::array<double, kNumPasses> flops, const Elements& e) {
  const double element = shape.element_bytes;
  Layer layer;
  layer.name = name;
  layer.flops = flops;
  layer.traffic_bytes = {
      (e.input + e.output + e.weights) * element,
      (e.weights + e.activation + e.activation_grad) * element,
      e.weights == 0 ? 0 : (e.weights + e.activation + e.activation_grad) * element,
  };
  layer.input_elements = e.input;
  layer.output_elements = e.output;
  layer.output_bytes = e.output * element;
  layer.activation_bytes = e.activation * element;
  layer.activation_grad_bytes = e.activation_grad * element;
  layer.weights = e.weights;
  layer.moments = 2 * e.weights;
  return layer;
}

void set_forward_and_agrad_traffic(Layer& layer, double bytes) {
  layer.traffic_bytes[kFw] = bytes;
  layer.traffic_bytes[kAgrad] = bytes;
}

// A layer that handles indices: what it keeps is negligible, what it moves is its input once.
Layer index_layer(const BlockShape& shape, std::string_view name, double flops,
                  const Elements& elements) {
  Layer layer = general_layer(shape, name, {flops, flops, 0}, elements);
  set_forward_and_agrad_traffic(layer, elements.input * shape.element_bytes);
  return layer;
}

// A collective that stands alone; all zero in a group of one.
Layer standalone_collective(const BlockShape& shape, std::string_view name, double size,
                            TensorParCommType comm_type, Collective collective) {
  Layer layer;
  layer.name = name;
  const double group = collective.group;
  if (group == 1) {
    return layer;
  }
  const bool gathers = collective.kind == CollectiveKind::kGather;
  const double additions = size * (group - 1) / group;
  layer = general_layer(
      shape, name, {gathers ? 0 : additions, gathers ? additions : 0, 0},  // quirk A11
      {.input = size, .output = size, .activation = size, .activation_grad = size});
  const double full_bytes = size * shape.element_bytes;
  layer.collective = collective;
  layer.collective.bytes = full_bytes;
  if (comm_type == TensorParCommType::kRsAg) {
    set_forward_and_agrad_traffic(layer, 2 * full_bytes);
    layer.activation_bytes = full_bytes / group;
    layer.activation_grad_bytes = full_bytes / group;
  } else {
    // Quirk A10: the edge block of p2p_rs_ag has the traffic of the all-reduce, too.
    layer.traffic_bytes[kFw] = gathers ? 0 : 2 * full_bytes;
    layer.traffic_bytes[kAgrad] = gathers ? 2 * full_bytes : 0;
    layer.activation_bytes = gathers ? 0 : full_bytes;
    layer.activation_grad_bytes = gathers ? full_bytes : 0;
  }
  return layer;
}

}  // namespace

BlockShape::BlockShape(const Transformer& model, const BlockChoices& block)
    : transformer(model),
      choices(block),
      element_bytes(bytes_per_element(block.datatype)),  // quirk E10: of all
      tensor_par(static_cast<double>(block.tensor_par)),
      comm_type(block.effective_comm_type()) {
  const auto hidden = static_cast<double>(model.hidden);
  const std::int64_t microbatch_tokens = block.microbatch_size * model.seq_size;
  tokens = static_cast<double>(microbatch_tokens);
  full_activation = tokens * hidden;
  scattered_tokens = static_cast<double>(microbatch_tokens / block.tensor_par);
  scattered_activation = scattered_tokens * hidden;
  block_activation = comm_type == TensorParCommType::kRsAg ? scattered_activation : full_activation;
  recompute_all = block.activation_recompute == ActivationRecompute::kFull;
  recompute_attention = block.activation_recompute != ActivationRecompute::kNone;
  const bool redoes_any = block.seq_par_ag_redo && block.rules.redo_drops_without_gather;
  const auto redone_in = [&](std::int64_t group) {
    return recompute_all || redoes_any || (block.seq_par_ag_redo && group > 1);
  };
  regather_mlp = redone_in(block.tensor_par);
  regather_tokens = redone_in(block.expert_slice);
  const bool recomputes_more = recompute_attention && !recompute_all;
  regather_attention =  // quirk C3
      regather_mlp || (recomputes_more && block.rules.attn_only_gathers_again);
  drops_attention_input =  // quirk C4
      regather_mlp || (recomputes_more && block.rules.attn_only_drops_input);
}

double BlockShape::key_value_heads() const {
  if (choices.attention_type == AttentionType::kMultiquery) {
    return 1;
  }
  return static_cast<double>(choices.rules.ignores_model_details ? transformer.attn_heads
                                                                 : transformer.kv_heads());
}

bool BlockShape::gated() const {
  const bool heard = choices.model_MoE || !choices.rules.dense_ignores_silu;  // quirk M24
  return (heard && choices.activation_function == ActivationFunction::kSilu) ||
         (!choices.rules.ignores_model_details && transformer.details.mlp_gated);
}

double BlockShape::norm_weights() const {
  const bool scale_only =
      !choices.rules.ignores_model_details && transformer.details.norm_kind == NormKind::kRmsNorm;
  return (scale_only ? 1 : 2) * static_cast<double>(transformer.hidden);
}

double BlockShape::expert_feedforward() const {
  return static_cast<double>(choices.rules.ignores_model_details
                                 ? transformer.feedforward
                                 : transformer.expert_feedforward());
}

Layer linear(const BlockShape& shape, std::string_view name, double m, double n, double k) {
  return expert_linear(shape, name, 1, m, n, k);
}

Layer expert_linear(const BlockShape& shape, std::string_view name, double experts, double m,
                    double n, double k) {
  const double flops = experts * (2 * m * n * k);
  Layer layer = general_layer(shape, name, {flops, flops, flops},
                              {.input = experts * m * n,
                               .output = experts * m * k,
                               .activation = experts * m * n,
                               .activation_grad = experts * m * k,
                               .weights = experts * n * k});
  layer.on_matrix_engine = true;
  return layer;
}

Layer batch_matmul(const BlockShape& shape, std::string_view name, double batch, double shared,
                   double m, double n, double k) {
  const double flops = batch * 2 * m * n * k;
  const double inputs =
      shared == batch ? batch * (m * n + n * k) : batch * (m * n) + shared * (n * k);
  const double outputs = batch * m * k;
  // Quirk A3: backward traffic has no written gradients.
  Layer layer = general_layer(
      shape, name, {flops, 2 * flops, 0},
      {.input = inputs, .output = outputs, .activation = inputs, .activation_grad = outputs});
  layer.on_matrix_engine = true;
  return layer;
}

Layer layer_norm(const BlockShape& shape, std::string_view name, double size) {
  return general_layer(shape, name, {9 * size, 14 * size, 7 * size},  // quirk A3
                       {.input = size,
                        .output = size,
                        .activation = size,
                        .activation_grad = size,
                        .weights = shape.norm_weights()});
}

Layer dropout(const BlockShape& shape, std::string_view name, double size) {
  Layer layer =
      general_layer(shape, name, {size, size, 0},
                    {.input = size, .output = size, .activation = size, .activation_grad = size});
  // The mask has one byte per element. Quirk A2: so has the activation gradient.
  layer.activation_bytes = size;
  layer.activation_grad_bytes = size;
  set_forward_and_agrad_traffic(layer, 2 * size * shape.element_bytes + size);
  return layer;
}

Layer gelu(const BlockShape& shape, std::string_view name, double size, bool fused) {
  const double kept = fused ? 0 : size;
  Layer layer =
      general_layer(shape, name, {8 * size, 13 * size, 0},
                    {.input = size, .output = size, .activation = kept, .activation_grad = kept});
  // Quirks A1, A3: the separate memory passes stay when fused, and backward has two streams.
  set_forward_and_agrad_traffic(layer, 2 * size * shape.element_bytes);
  return layer;
}

Layer swiglu(const BlockShape& shape, std::string_view name, double size, bool fused) {
  const bool reads_half = shape.choices.rules.swiglu_reads_half;  // quirk M19
  const double input = reads_half ? size : 2 * size;
  const double kept = fused ? 0 : 2 * size;
  const double gradient = fused || reads_half ? kept : size;
  Layer layer = general_layer(
      shape, name, {9 * size, 15 * size, 0},
      {.input = input, .output = size, .activation = kept, .activation_grad = gradient});
  set_forward_and_agrad_traffic(layer, (input + size) * shape.element_bytes);  // quirks A1, A3
  return layer;
}

Layer softmax(const BlockShape& shape, std::string_view name, double size) {
  Layer layer =
      general_layer(shape, name, {5 * size, 8 * size, 0},
                    {.input = size, .output = size, .activation = size, .activation_grad = size});
  set_forward_and_agrad_traffic(layer, 2 * size * shape.element_bytes);  // quirk A3
  return layer;
}

Layer element_wise(const BlockShape& shape, std::string_view name, double left, double right) {
  const double larger = std::max(left, right);
  return general_layer(shape, name, {larger, left + right, 0},
                       {.input = left + right,
                        .output = larger,
                        .activation = left + right,
                        .activation_grad = larger});
}

Layer fork(const BlockShape& shape, std::string_view name, double size, double users) {
  Layer layer =
      general_layer(shape, name, {0, users * size, 0}, {.input = size, .activation = size});
  layer.traffic_bytes[kFw] = 0;
  layer.traffic_bytes[kAgrad] = size * shape.element_bytes * (users + 1);
  return layer;
}

Layer top_k(const BlockShape& shape, std::string_view name, double tokens, double experts,
            double k) {
  if (shape.choices.rules.scores_per_token) {  // quirk M17
    return index_layer(shape, name, k * tokens,
                       {.input = tokens, .output = std::floor(tokens / experts) * k});
  }
  return index_layer(shape, name, k * tokens * experts,
                     {.input = tokens * experts, .output = tokens * k});
}

Layer transform(const BlockShape& shape, std::string_view name, double size,
                double flops_per_element) {
  return index_layer(shape, name, flops_per_element * size, {.input = size, .output = size});
}

Layer collective_layer(const BlockShape& shape, std::string_view name, CollectiveKind kind) {
  return standalone_collective(
      shape, name, shape.full_activation, shape.comm_type,
      {.kind = kind, .family = CommFamily::kTensor, .group = shape.tensor_par});
}

Layer slice_collective_layer(const BlockShape& shape, std::string_view name, CollectiveKind kind,
                             double size) {
  return standalone_collective(shape, name, size, TensorParCommType::kRsAg,
                               {.kind = kind,
                                .family = CommFamily::kExpertSlice,
                                .group = static_cast<double>(shape.choices.expert_slice),
                                .always_splits = true});
}

Layer all_to_all(const BlockShape& shape, std::string_view name, double size) {
  Layer layer;
  layer.name = name;
  if (shape.choices.expert_par == 1) {
    return layer;
  }
  layer =
      general_layer(shape, name, {0, 0, 0},
                    {.input = size, .output = size, .activation = size, .activation_grad = size});
  layer.collective = {.kind = CollectiveKind::kAllToAll,
                      .family = CommFamily::kExpert,
                      .group = static_cast<double>(shape.choices.expert_par),
                      .bytes = size * shape.element_bytes};
  return layer;
}

Layer shared_key_gather(const BlockShape& shape, std::string_view name, double size, double group) {
  return standalone_collective(shape, name, size, TensorParCommType::kRsAg,
                               {.kind = CollectiveKind::kGather,
                                .family = CommFamily::kTensor,
                                .group = group,
                                .always_splits = true});
}

Layer tiled_linear(const BlockShape& shape, std::string_view name, CollectiveKind kind, double m,
                   double n, double k) {
  const bool gathers = kind == CollectiveKind::kGather;
  const double t = shape.tensor_par;
  if (gathers) {
    k /= t;
  } else {
    n /= t;
  }
  const double input = m * n;
  const double output = m * k;
  const double input_share = std::floor(input / t);
  const double output_share = std::floor(output / t);
  Elements e = {.input = input, .output = output, .weights = n * k};
  // Quirks B7, B8: what is kept for backward depends on the communication type, and differs from
  // what the separate layers keep.
  if (shape.comm_type == TensorParCommType::kRsAg) {
    e.activation = gathers ? input_share : input;
    e.activation_grad = gathers ? output : 2 * output_share;
  } else {
    e.activation = gathers ? input : 0;
    e.activation_grad = gathers ? 0 : 2 * output;
  }
  const double flops = 2 * m * n * k;
  Layer layer = general_layer(shape, name, {flops, flops, flops}, e);
  layer.on_matrix_engine = true;
  layer.collective = {.kind = kind,
                      .family = CommFamily::kTensor,
                      .group = t,
                      .tiled = true,
                      .bytes = (gathers ? input : output) * shape.element_bytes};
  return layer;
}

Layer embedding(const BlockShape& shape, std::string_view name, double vocabulary,
                double positions) {
  const double activation_bytes = shape.full_activation * shape.element_bytes;
  const double rows = vocabulary / shape.tensor_par + positions / shape.tensor_par;
  Layer layer;
  layer.name = name;
  layer.traffic_bytes = {2 * activation_bytes, 0, 3 * activation_bytes};
  layer.weights = rows * static_cast<double>(shape.transformer.hidden);
  layer.moments = 2 * layer.weights;
  return layer;
}

Layer head(const BlockShape& shape, std::string_view name, double vocabulary) {
  return linear(shape, name, shape.tokens, static_cast<double>(shape.transformer.hidden),
                vocabulary / shape.tensor_par);
}

Layer loss(const BlockShape& shape, std::string_view name, double vocabulary) {
  const double logits = shape.tokens * (vocabulary / shape.tensor_par);
  Layer layer;
  layer.name = name;
  layer.flops = {5 * logits, 2 * logits, 0};
  layer.traffic_bytes = {2 * logits * shape.element_bytes, 2 * logits * shape.element_bytes, 0};
  return layer;
}

}  // namespace calculon
