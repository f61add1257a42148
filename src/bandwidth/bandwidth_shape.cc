// What follows from the inputs before anything is counted. All of it is computed at once, with
// stand-ins where a rule is violated; the rules are tested afterwards, in their own order.
#include <algorithm>
#include <cmath>

#include "bandwidth/bandwidth_checks.h"
#include "bandwidth/exact.h"
#include "calculon/bandwidth/bandwidth.h"
#include "calculon/base/divisors.h"

namespace calculon {
namespace {

constexpr std::int64_t kDefaultFfnRatio = 4;
constexpr std::int64_t kTokensPerProduct = 1024;  // wanted in each matrix product (rule RA8)

std::int64_t ffn_width(const BandwidthInputs& inputs) {
  if (inputs.d_ffn) {
    return *inputs.d_ffn;
  }
  const std::int64_t ratio = inputs.d_ffn_ratio.value_or(kDefaultFfnRatio);
  return product_of({ratio, inputs.d_model}).value_or(0);
}

std::int64_t head_count(const BandwidthInputs& inputs) {
  if (inputs.num_heads) {
    return *inputs.num_heads;
  }
  if (!inputs.total_attn_width_ratio) {
    return divides(inputs.d_head, inputs.d_model) ? inputs.d_model / inputs.d_head : 0;
  }
  // Quirk TA14: the product is rounded before it has to be a multiple of the head's width.
  const double head = static_cast<double>(inputs.d_head);
  const double width = *inputs.total_attn_width_ratio * static_cast<double>(inputs.d_model);
  const bool whole = std::isfinite(width) && std::fmod(width, head) == 0;
  return whole && width / head < kLargestExactCount ? static_cast<std::int64_t>(width / head) : 0;
}

// In binary64 and in this order: rounding decides (rule RA8).
std::int64_t smallest_microbatch(const BandwidthInputs& inputs, std::int64_t tokens_per_expert) {
  const auto replicas = static_cast<double>(inputs.p_data);
  const double tokens =
      static_cast<double>(tokens_per_expert) / (replicas * static_cast<double>(inputs.p_seq));
  const double sequences = kTokensPerProduct / tokens;
  const double smallest = std::ceil(sequences / replicas) * replicas;
  return smallest < kLargestExactCount ? static_cast<std::int64_t>(smallest) : INT64_MAX;
}

std::int64_t worker_count(const BandwidthInputs& in) {
  const auto workers =
      product_of({in.p_data, in.p_pipe, in.p_exp, in.p_seq, in.p_tensor_int, in.p_tensor_ext});
  return workers && *workers <= kLargestExactCount ? *workers : 0;
}

}  // namespace

BandwidthShape bandwidth_shape(const BandwidthInputs& inputs) {
  BandwidthShape shape;
  shape.tokens_per_expert = inputs.seq_len / inputs.num_experts;
  shape.d_ffn = ffn_width(inputs);
  shape.num_heads = head_count(inputs);
  // Quirk TA11: rounded, ties to even.
  shape.num_batches = std::nearbyint(inputs.dataset_size / (static_cast<double>(inputs.batch_size) *
                                                            static_cast<double>(inputs.seq_len)));
  shape.workers = worker_count(inputs);
  shape.min_microbatch = smallest_microbatch(inputs, shape.tokens_per_expert);
  shape.max_microbatch = inputs.p_pipe == 1
                             ? inputs.batch_size
                             : inputs.batch_size / kMicrobatchesPerStage / inputs.p_pipe;
  return shape;
}

// Quirk TA12: advice alone.
std::vector<std::int64_t> allowed_microbatches(const BandwidthInputs& inputs,
                                               const BandwidthShape& shape) {
  std::vector<std::int64_t> sizes;
  for (const std::int64_t divisor : divisors(inputs.batch_size / inputs.p_data)) {
    const std::int64_t size = divisor * inputs.p_data;
    if (shape.min_microbatch <= size && size <= shape.max_microbatch) {
      sizes.push_back(size);
    }
  }
  return sizes;
}

}  // namespace calculon
