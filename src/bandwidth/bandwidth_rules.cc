// Rules RA0 to RA12 of the bandwidth model in the order in which they are tested: what contradicts
// itself, and what would be inefficient.
#include "bandwidth/bandwidth_checks.h"
#include "bandwidth/exact.h"
#include "bandwidth/rule_check.h"

namespace calculon {
namespace {

// Twice what rule RA6's published message says (quirk TA2).
constexpr std::int64_t kNoiseLimitTokens = std::int64_t{4096} * 2048;
constexpr std::string_view kSkip = "--skip_efficiency_check skips this rule";
constexpr std::int64_t kUnitsPerWorker = 1024;

struct BandwidthCase {
  const BandwidthInputs& in;
  const BandwidthShape& shape;
};

// Whether some k | number lies in first..last; it or its cofactor is at most sqrt(number).
bool has_divisor_between(std::int64_t number, std::int64_t first, std::int64_t last) {
  for (std::int64_t low = 1; low <= number / low; ++low) {
    const std::int64_t high = number / low;
    if (high < first) {
      return false;  // and so is every smaller one
    }
    if (divides(low, number) && ((first <= low && low <= last) || high <= last)) {
      return true;
    }
  }
  return false;
}

bool has_efficient_microbatch(const BandwidthCase& c) {
  const std::int64_t replicas = c.in.p_data;
  return has_divisor_between(c.in.batch_size / replicas,
                             (c.shape.min_microbatch + replicas - 1) / replicas,
                             c.shape.max_microbatch / replicas);
}

bool fills(std::int64_t degree, std::int64_t units) {
  return saturated({degree, kUnitsPerWorker}) <= units;
}

using BandwidthCheck = RuleCheck<BandwidthCase>;

constexpr BandwidthCheck kInputChecks[] = {
    {{"A1",
      "num_experts must divide seq_len",
      {"num_experts", "seq_len"},
      {"num_experts", "seq_len"}},
     [](const BandwidthCase& c) { return divides(c.in.num_experts, c.in.seq_len); }},
    {{"A2",
      "d_ffn_ratio and d_ffn exclude each other",
      {"d_ffn_ratio", "d_ffn"},
      {},
      "give one of them"},
     [](const BandwidthCase& c) { return !(c.in.d_ffn_ratio && c.in.d_ffn); }},
    {{"A3",
      "num_heads and total_attn_width_ratio exclude each other",
      {"num_heads", "total_attn_width_ratio"},
      {},
      "give one of them"},
     [](const BandwidthCase& c) { return !(c.in.num_heads && c.in.total_attn_width_ratio); }},
    {{"A4",
      "d_head must divide the total width of the heads",
      {"d_head", "d_model", "total_attn_width_ratio"},
      {"d_head", "num_heads"}},
     [](const BandwidthCase& c) { return c.shape.num_heads > 0; }},
    {{"LIMIT", "d_ffn_ratio * d_model is beyond 2^63", {"d_ffn_ratio", "d_model"}, {"d_ffn_ratio"}},
     [](const BandwidthCase& c) { return c.shape.d_ffn > 0; }},
    {{"A5", "p_data must divide batch_size", {"p_data", "batch_size"}, {"p_data", "batch_size"}},
     [](const BandwidthCase& c) { return divides(c.in.p_data, c.in.batch_size); }},
};

constexpr BandwidthCheck kEfficiencyChecks[] = {
    {{"A6",
      "batch_size * tokens per expert must not exceed 8388608 (gradient noise)",
      {"batch_size", "tokens"},
      {"batch_size", "num_experts"},
      kSkip},
     [](const BandwidthCase& c) {
       return saturated({c.in.batch_size, c.shape.tokens_per_expert}) <= kNoiseLimitTokens;
     }},
    {{"A7",
      "batch_size / p_data must be at least 4 * p_pipe (pipeline bubble)",
      {"batch_size", "p_data", "p_pipe"},
      {"p_pipe", "batch_size"},
      kSkip},
     [](const BandwidthCase& c) {
       return c.in.p_pipe == 1 ||
              c.in.batch_size / c.in.p_data >= saturated({kMicrobatchesPerStage, c.in.p_pipe});
     }},
    {{"A8",
      "the smallest microbatch with 1024 tokens in each product must not exceed the largest "
      "that fills the pipeline",
      {"min_microbatch", "max_microbatch", "tokens", "p_data", "p_seq", "p_pipe"},
      {"batch_size", "p_pipe"},
      kSkip},
     [](const BandwidthCase& c) { return c.shape.min_microbatch <= c.shape.max_microbatch; }},
    {{"A9",
      "a multiple of p_data from the smallest to the largest microbatch must divide "
      "batch_size",
      {"min_microbatch", "max_microbatch", "p_data", "batch_size"},
      {"batch_size", "p_data"},
      kSkip},
     has_efficient_microbatch},
    {{"A10",
      "p_tensor_int must not exceed d_ffn / 1024",
      {"p_tensor_int", "d_ffn"},
      {"p_tensor_int"},
      kSkip},
     [](const BandwidthCase& c) { return fills(c.in.p_tensor_int, c.shape.d_ffn); }},
    {{"A11",
      "p_tensor_int must not exceed num_heads * d_head / 1024",
      {"p_tensor_int", "num_heads", "d_head"},
      {"p_tensor_int"},
      kSkip},
     [](const BandwidthCase& c) {
       return fills(c.in.p_tensor_int, saturated({c.shape.num_heads, c.in.d_head}));
     }},
    {{"A12",
      "p_tensor_ext must not exceed d_model / 1024",
      {"p_tensor_ext", "d_model"},
      {"p_tensor_ext"},
      kSkip},
     [](const BandwidthCase& c) { return fills(c.in.p_tensor_ext, c.in.d_model); }},
};

}  // namespace

const TrainingRunRule* check_bandwidth_inputs(const BandwidthInputs& in,
                                              const BandwidthShape& shape) {
  return first_violated(kInputChecks, BandwidthCase{in, shape});
}

const TrainingRunRule* check_efficiency(const BandwidthInputs& in, const BandwidthShape& shape) {
  return first_violated(kEfficiencyChecks, BandwidthCase{in, shape});
}

const TrainingRunRule* check_bandwidth(const BandwidthInputs& in, BandwidthShape& shape) {
  if (!all_positive(in, kBandwidthInputFields)) {
    return &kPositiveA;
  }
  shape = bandwidth_shape(in);
  if (const TrainingRunRule* rule = check_bandwidth_inputs(in, shape)) {
    return rule;
  }
  const TrainingRunRule* rule = in.skip_efficiency_check ? nullptr : check_efficiency(in, shape);
  return rule ? rule : check_degrees(in, shape);
}

}  // namespace calculon
