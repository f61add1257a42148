// Element counts first, bytes and flops from them; the layers that deviate from the general rule
// say so where they are built.
#include "block/layer.h"

#include <algorithm>

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

}  // namespace

BlockShape::BlockShape(const Transformer& model, const BlockChoices& block)
    : transformer(model),
      choices(block),
      element_bytes(bytes_per_element(block.datatype)),
      tensor_par(static_cast<double>(block.tensor_par)) {
  const auto hidden = static_cast<double>(model.hidden);
  const std::int64_t microbatch_tokens = block.microbatch_size * model.seq_size;
  tokens = static_cast<double>(microbatch_tokens);
  full_activation = tokens * hidden;
  scattered_activation = static_cast<double>(microbatch_tokens / block.tensor_par) * hidden;
  block_activation = block.tensor_par_comm_type == TensorParCommType::kRsAg ? scattered_activation
                                                                            : full_activation;
  recompute_all = block.activation_recompute == ActivationRecompute::kFull;
  recompute_attention = block.activation_recompute != ActivationRecompute::kNone;
  regather_attention = recompute_attention || block.seq_par_ag_redo;  // quirk C3
  regather_mlp = recompute_all || block.seq_par_ag_redo;
}

Layer linear(const BlockShape& shape, std::string_view name, double m, double n, double k) {
  const double flops = 2 * m * n * k;
  Layer layer = general_layer(shape, name, {flops, flops, flops},
                              {.input = m * n,
                               .output = m * k,
                               .activation = m * n,
                               .activation_grad = m * k,
                               .weights = n * k});
  layer.on_matrix_engine = true;
  return layer;
}

Layer batch_matmul(const BlockShape& shape, std::string_view name, double batch, double m, double n,
                   double k) {
  const double flops = batch * 2 * m * n * k;
  const double inputs = batch * (m * n + n * k);
  const double outputs = batch * m * k;
  // Quirks A3, A5: backward traffic has no written gradients; keys and values count once per head.
  Layer layer = general_layer(
      shape, name, {flops, 2 * flops, 0},
      {.input = inputs, .output = outputs, .activation = inputs, .activation_grad = outputs});
  layer.on_matrix_engine = true;
  return layer;
}

Layer layer_norm(const BlockShape& shape, std::string_view name, double size) {
  const auto hidden = static_cast<double>(shape.transformer.hidden);
  return general_layer(shape, name, {9 * size, 14 * size, 7 * size},  // quirk A3
                       {.input = size,
                        .output = size,
                        .activation = size,
                        .activation_grad = size,
                        .weights = 2 * hidden});
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

Layer collective_layer(const BlockShape& shape, std::string_view name, CollectiveKind kind) {
  Layer layer;
  layer.name = name;
  if (shape.choices.tensor_par == 1) {
    return layer;
  }
  const bool gathers = kind == CollectiveKind::kGather;
  const double size = shape.full_activation;
  const double additions = size * (shape.tensor_par - 1) / shape.tensor_par;
  layer = general_layer(
      shape, name, {gathers ? 0 : additions, gathers ? additions : 0, 0},  // quirk A11
      {.input = size, .output = size, .activation = size, .activation_grad = size});
  layer.collective = {kind, false, size * shape.element_bytes};
  const double full_bytes = size * shape.element_bytes;
  if (shape.choices.tensor_par_comm_type == TensorParCommType::kRsAg) {
    set_forward_and_agrad_traffic(layer, 2 * full_bytes);
    layer.activation_bytes = full_bytes / shape.tensor_par;
    layer.activation_grad_bytes = full_bytes / shape.tensor_par;
  } else {
    // Quirk A10: the edge block of p2p_rs_ag has the traffic of the all-reduce, too.
    layer.traffic_bytes[kFw] = gathers ? 0 : 2 * full_bytes;
    layer.traffic_bytes[kAgrad] = gathers ? 2 * full_bytes : 0;
    layer.activation_bytes = gathers ? 0 : full_bytes;
    layer.activation_grad_bytes = gathers ? full_bytes : 0;
  }
  layer.traffic_bytes[kWgrad] = 0;
  return layer;
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
  Elements e = {.input = input, .output = output, .weights = n * k};
  // Quirks B7, B8: what is kept for backward depends on the communication type, and differs from
  // what the separate layers keep.
  if (shape.choices.tensor_par_comm_type == TensorParCommType::kRsAg) {
    e.activation = gathers ? input / t : input;
    e.activation_grad = gathers ? output : 2 * output / t;
  } else {
    e.activation = gathers ? input : 0;
    e.activation_grad = gathers ? 0 : 2 * output;
  }
  const double flops = 2 * m * n * k;
  Layer layer = general_layer(shape, name, {flops, flops, flops}, e);
  layer.on_matrix_engine = true;
  layer.collective = {kind, true, (gathers ? input : output) * shape.element_bytes};
  return layer;
}

}  // namespace calculon
