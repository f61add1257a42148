// The estimate, in the symbols of docs/bandwidth.md: one matrix product, what crosses the network
// per layer and microbatch, and the three parts of a batch.
#include "calculon/bandwidth/estimate.h"

#include <algorithm>
#include <cmath>

#include "bandwidth/exact.h"
#include "bandwidth/rule_check.h"

namespace calculon {
namespace {

constexpr double kTokensPerParameter = 20;
constexpr double kFlopPerParameter = 6;  // and token: forward 2, backward 4
constexpr double kProductsPerLayer = 6;  // two forward, four backward
constexpr double kSecondsPerDay = 86400;
constexpr double kBitsPerByte = 8;  // of the chips' arithmetic rate, too

double when(bool condition, double seconds) {
  return condition ? seconds : 0;
}

struct Run {
  const EstimateInputs& in;
  bool is_head;
  double flops_per_second;         // of arithmetic at the precision, nominal
  double reached;                  // the share of nominal rates in a single product
  double memory_bytes_per_second;  // nominal
  double network_bytes_per_second;
  double bytes_per_number;

  // Sends and receives `numbers` spread over `chips`. Quirk TB11: at the precision of activations.
  double transfer_seconds(double numbers, double chips) const {
    return 2 * (numbers / chips) * bytes_per_number / network_bytes_per_second;
  }
};

Run run_of(const EstimateInputs& in) {
  const bool is_head = in.version == ModelVersion::kHead;
  const Chip& chip = *in.chip_type;
  const double bytes = real(in.precision_bits) / kBitsPerByte;
  return {.in = in,
          .is_head = is_head,
          .flops_per_second = chip.flops_per_second / bytes,  // quirk TB12
          .reached = is_head ? in.base_utilization : 1,
          .memory_bytes_per_second = chip.memory_bytes_per_second,
          .network_bytes_per_second =
              is_head ? in.network_bandwidth.value_or(chip.network_bytes_per_second)
                      : chip.network_bytes_per_second,
          .bytes_per_number = bytes};
}

// Whole batches in the data set: the floor of the exact quotient.
double batch_count(const EstimateInputs& in) {
  const std::int64_t batch_tokens = in.batch_size * in.seq_len;
  if (in.dataset_size) {
    const double tokens = real(batch_tokens);
    return std::nearbyint((*in.dataset_size - std::fmod(*in.dataset_size, tokens)) / tokens);
  }
  // Quirk TB7: 20 tokens for each of all parameters, 20 * (q * tokens + r) of them.
  const std::int64_t parameters =
      2 * in.n_experts * in.n_layers * in.d_model * in.d_model * in.d_internal_ratio;
  const std::int64_t rest = parameters % batch_tokens;
  const auto tokens_per_parameter = static_cast<std::int64_t>(kTokensPerParameter);
  return real(parameters / batch_tokens) * kTokensPerParameter +
         real(tokens_per_parameter * rest / batch_tokens);
}

void put_sizes(const Run& run, EstimateResult& r) {
  const EstimateInputs& in = run.in;
  const double parameters_per_expert =
      2 * real(in.n_layers) * real(in.d_model) * real(in.d_internal_ratio * in.d_model);
  r.d_int = real(in.d_internal_ratio * in.d_model);
  r.p = real(in.pp * in.dp * in.tp * in.tp2 * in.n_experts);
  r.num_met_parameters = real(in.n_routed_experts) * parameters_per_expert;
  r.num_parameters = real(in.n_experts) * parameters_per_expert;
  r.n_batches = batch_count(in);
  r.num_tokens = r.n_batches * real(in.batch_size * in.seq_len);
  r.n_microbatches_per_batch = real(in.batch_size / in.microbatch_size);
  r.pipe_boundary_intvl = real(in.n_layers / in.pp / in.pipeline_interleaving);
  r.pipeline_bubble_layers = real(in.pp - 1) * r.pipe_boundary_intvl;
  r.flop_per_batch = kFlopPerParameter * r.num_met_parameters * real(in.batch_size * in.seq_len);
  r.tokens_per_matmul =
      real(in.microbatch_size * in.seq_len * in.n_routed_experts / in.dp / in.n_experts);
  r.d_int_per_matmul = r.d_int / real(in.tp);
  r.d_per_matmul = real(in.d_model / in.tp2);
}

double matmul_seconds(const Run& run, const EstimateResult& r) {
  const double a = r.d_int_per_matmul;
  const double c = r.d_per_matmul;
  const double tokens = r.tokens_per_matmul;
  const double arithmetic = 2 * a * c * tokens / (run.reached * run.flops_per_second);
  // Quirk TB1: numbers as bytes, whatever the precision.
  const double memory =
      (a * c + c * tokens + a * tokens) / (run.reached * run.memory_bytes_per_second);
  return std::max(arithmetic, memory);
}

// What a layer exchanges for a microbatch, in seconds, in one direction of the pass.
struct Exchange {
  double all_reduces;   // along both tensor-parallel axes
  double hand_over;     // to another stage or expert
  bool experts_change;  // a token may meet another expert without any all-reduce to take it there
};

Exchange exchange_of(const Run& run, const EstimateResult& r) {
  const EstimateInputs& in = run.in;
  const double tokens = real(in.microbatch_size * in.seq_len);
  const double d = real(in.d_model);
  const double dp = real(in.dp);
  const double e = real(in.n_experts);
  const double k = real(in.n_routed_experts);
  const double tp = real(in.tp);
  const double tp2 = real(in.tp2);
  const bool one_expert = in.n_routed_experts == 1 && in.tp == 1;
  const double internal = when(in.tp2 > 1, run.transfer_seconds(tokens * k * r.d_int, dp * tp * e));
  const double external = when(!one_expert, run.transfer_seconds(tokens * d, dp * tp2 * e / k));
  return {.all_reduces = internal + external,
          .hand_over = run.transfer_seconds(tokens * d, dp * tp * tp2 * e),
          .experts_change = one_expert && in.n_experts > 1};
}

double bubble_seconds(const Run& run, const EstimateResult& r, const Exchange& exchange) {
  const double e = real(run.in.n_experts);
  const double layers = r.pipe_boundary_intvl;
  const double boundary_crossings = run.is_head ? 1 : 2;  // quirk TB2
  // Quirk TB3: both directions, unlike at a boundary.
  const double inner_crossings = when(exchange.experts_change, 2 * (e - 1) / e);
  return real(run.in.pp - 1) *
         (layers * (kProductsPerLayer * r.matmul_time + 2 * exchange.all_reduces) +
          boundary_crossings * exchange.hand_over +
          (layers - 1) * inner_crossings * exchange.hand_over);
}

void put_times(const Run& run, EstimateResult& r) {
  const EstimateInputs& in = run.in;
  const Exchange exchange = exchange_of(run, r);
  const double steps = real(in.n_layers / in.pp) * r.n_microbatches_per_batch;
  const double crossings =
      exchange.experts_change ? 1 : 1 / r.pipe_boundary_intvl;  // quirks TB4, TB5

  r.matmul_time = matmul_seconds(run, r);
  r.pipeline_bubble_time = bubble_seconds(run, r, exchange);
  r.pipeline_full_flop_time = steps * kProductsPerLayer * r.matmul_time;
  r.pipeline_full_net_time =
      steps * (2 * exchange.all_reduces + 2 * crossings * exchange.hand_over);
  r.pipeline_full_time = run.is_head ? std::max(r.pipeline_full_flop_time, r.pipeline_full_net_time)
                                     : r.pipeline_full_flop_time;  // quirk TB6
  r.gradient_reduction_time =
      when(in.dp > 1, run.transfer_seconds(r.num_parameters, r.p / real(in.dp)));
  r.batch_time = r.pipeline_bubble_time + r.pipeline_full_time + r.gradient_reduction_time;
  r.utilization = r.flop_per_batch / (r.p * run.flops_per_second * r.batch_time);  // quirk TB9
  r.run_time_days = r.batch_time * r.n_batches / kSecondsPerDay;
}

}  // namespace

const TrainingRunRule* evaluate_estimate(const EstimateInputs& inputs, EstimateResult& result) {
  if (const TrainingRunRule* rule = check_estimate(inputs)) {
    return rule;
  }
  const Run run = run_of(inputs);
  put_sizes(run, result);
  put_times(run, result);
  result.total_flop = kFlopPerParameter * result.num_met_parameters * result.num_tokens;
  result.flop_per_expert = result.total_flop / real(inputs.n_experts);
  result.network_bandwidth = run.network_bytes_per_second;
  result.base_utilization = run.reached;
  const bool finite = std::isfinite(result.run_time_days) && std::isfinite(result.utilization) &&
                      std::isfinite(result.total_flop);
  return finite ? nullptr : &kOutOfRange;
}

}  // namespace calculon
