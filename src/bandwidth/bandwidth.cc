#include "calculon/bandwidth/bandwidth.h"

#include <cmath>

#include "bandwidth/exact.h"
#include "bandwidth/rule_check.h"

namespace calculon {
namespace {

double parameter_count(const BandwidthInputs& in, const BandwidthShape& shape) {
  const double d = real(in.d_model);
  const double key_heads = in.no_multi_query_attn ? real(shape.num_heads) : 1;
  const double attention = 2 * d * (real(shape.num_heads) + key_heads) * real(in.d_head);
  const double feed_forward = (in.use_glu ? 3 : 2) * d * real(shape.d_ffn);
  return real(in.num_layers) * real(in.num_experts) * (attention + feed_forward);
}

void put_inputs(const BandwidthInputs& in, const BandwidthShape& shape, BandwidthResult& result) {
  result.num_parameters = parameter_count(in, shape);
  result.num_effective_parameters = result.num_parameters / real(in.num_experts);  // quirk TA7
  result.n_batches = shape.num_batches;
  result.num_tokens = shape.num_batches * (real(in.batch_size) * real(in.seq_len));
  result.batch_size = real(in.batch_size);
  result.num_workers = real(shape.workers);
  result.p_tensor_ext = real(in.p_tensor_ext);
  result.p_data = real(in.p_data);
  result.p_tensor_int = real(in.p_tensor_int);
  result.p_seq = real(in.p_seq);
  result.p_exp = real(in.p_exp);
  result.p_pipe = real(in.p_pipe);
}

void put_costs(const RunCosts& costs, bool checkpointing, BandwidthResult& result) {
  const double repeated = checkpointing ? 1 : 0;  // quirk TA8: of everything
  result.flop_fwd = costs.flop_fwd;
  result.tx_fwd = costs.tx_fwd;
  result.rx_fwd = costs.rx_fwd;
  result.net_fwd = costs.tx_fwd + costs.rx_fwd;  // quirk TA10
  result.flop_bwd = costs.flop_bwd + repeated * result.flop_fwd;
  result.tx_bwd = costs.tx_bwd + repeated * result.tx_fwd;
  result.rx_bwd = costs.rx_bwd + repeated * result.rx_fwd;
  result.net_bwd = costs.tx_bwd + costs.rx_bwd + repeated * result.net_fwd;
  result.flop_total = result.flop_fwd + result.flop_bwd;
  result.tx_total = result.tx_fwd + result.tx_bwd;
  result.rx_total = result.rx_fwd + result.rx_bwd;
  result.net_total = result.net_fwd + result.net_bwd;
}

// Averages at full arithmetic speed: the model has no notion of a network limit.
void put_rates(const BandwidthInputs& in, BandwidthResult& result) {
  const double flop = in.fwd_only ? result.flop_fwd : result.flop_total;
  const double bytes_per_flop = real(in.net_precision_bytes) / flop;
  const double tx = bytes_per_flop * (in.fwd_only ? result.tx_fwd : result.tx_total);
  const double rx = bytes_per_flop * (in.fwd_only ? result.rx_fwd : result.rx_total);
  const double rate = in.cluster_flop_rate.value_or(BandwidthResult::kUnknown);
  const double total = rate * result.num_workers;
  result.cluster_flop_per_sec = rate;
  result.cluster_net_bytes_per_sec = (tx + rx) * rate;
  result.cluster_tx_bytes_per_sec = tx * rate;
  result.cluster_rx_bytes_per_sec = rx * rate;
  result.total_flop_per_sec = total;
  result.total_net_bytes_per_sec = (tx + rx) * total;
  result.total_tx_bytes_per_sec = tx * total;
  result.total_rx_bytes_per_sec = rx * total;
  result.runtime_sec = flop / total;
}

// The totals tell it of what they are the sums of, and a sum of them tells it of all, since none is
// negative. Rates that are not known are no mistake.
bool is_finite(const BandwidthInputs& in, const BandwidthResult& result) {
  const double costs = (result.flop_total + result.net_total) + result.num_tokens;
  const double rates = (result.total_flop_per_sec + result.total_net_bytes_per_sec) +
                       (result.cluster_net_bytes_per_sec + result.runtime_sec);
  return std::isfinite(costs) && (!in.cluster_flop_rate || std::isfinite(rates));
}

}  // namespace

const TrainingRunRule* evaluate_bandwidth(const BandwidthInputs& inputs, BandwidthResult& result) {
  BandwidthShape shape;
  if (const TrainingRunRule* rule = check_bandwidth(inputs, shape)) {
    return rule;
  }
  put_inputs(inputs, shape, result);
  put_costs(closed_form_costs(inputs, shape), inputs.activation_checkpointing, result);
  put_rates(inputs, result);
  return is_finite(inputs, result) ? nullptr : &kOutOfRange;
}

double BandwidthModel::derived(const BandwidthInputs& inputs, std::string_view name) {
  struct Row {
    std::string_view name;
    std::int64_t BandwidthShape::*member;
  };
  static constexpr Row kRows[] = {{"tokens", &BandwidthShape::tokens_per_expert},
                                  {"d_ffn", &BandwidthShape::d_ffn},
                                  {"num_heads", &BandwidthShape::num_heads},
                                  {"min_microbatch", &BandwidthShape::min_microbatch},
                                  {"max_microbatch", &BandwidthShape::max_microbatch}};
  for (const Row& row : kRows) {
    if (row.name == name) {
      return real(bandwidth_shape(inputs).*row.member);
    }
  }
  return 0;
}

}  // namespace calculon
