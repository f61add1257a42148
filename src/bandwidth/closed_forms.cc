// The totals of a run as closed forms. The tensor language (tensor_block.cc) is the second way to
// the same numbers; a test holds the two together.
#include <algorithm>

#include "calculon/bandwidth/bandwidth.h"

namespace calculon {
namespace {

// The symbols of docs/bandwidth.md, as doubles: totals are far beyond 64-bit integers.
struct Symbols {
  double a, h, d, f, l, e, layers;
  double glu;          // the number of up-projections
  double consecutive;  // 1: the feed-forward reads the attention output
  double kv_computed;  // key and value heads that are computed (quirk TA3)
  double kv_heads;
  double p_ext, p_int;
  double weight_group;      // workers that share a weight
  double key_weight_group;  // ... a key or value weight
  // The others in a group along TENSOR_EXT, along TENSOR_INT, along SEQ and EXP together.
  double ext_others, int_others, position_others;
  double phi;  // the chance that the next block's input is on another worker
};

double any(double others) {
  return others > 0 ? 1 : 0;
}

Symbols symbols(const BandwidthInputs& in, const BandwidthShape& shape) {
  const auto real = [](auto count) { return static_cast<double>(count); };
  Symbols s{};
  s.a = real(in.d_head);
  s.h = real(shape.num_heads);
  s.d = real(in.d_model);
  s.f = real(shape.d_ffn);
  s.l = real(in.seq_len);
  s.e = real(in.num_experts);
  s.layers = real(in.num_layers);
  s.glu = in.use_glu ? 2 : 1;
  s.consecutive = in.consecutive_attn_and_ffn ? 1 : 0;
  s.p_ext = real(in.p_tensor_ext);
  s.p_int = real(in.p_tensor_int);
  s.kv_computed = in.no_multi_query_attn ? s.h : s.p_int;
  s.kv_heads = in.no_multi_query_attn ? s.h : 1;
  s.weight_group = real(in.p_data) * real(in.p_seq);
  s.key_weight_group = in.no_multi_query_attn ? s.weight_group : s.weight_group * s.p_int;
  s.ext_others = s.p_ext - 1;
  s.int_others = s.p_int - 1;
  s.position_others = real(in.p_seq) * real(in.p_exp) - 1;
  s.phi = 1 - (1 - (real(in.p_pipe) - 1) / s.layers) / real(in.p_exp);  // quirk TA13
  return s;
}

// Per token and layer.
RunCosts block_costs(const Symbols& s) {
  const double heads = s.h * s.a;                              // width of the queries
  const double keys = 2 * s.kv_computed * s.a;                 // width of keys and values together
  const double exchanged = (2 * s.a + 1) * s.h + s.glu * s.f;  // widths reduced along TENSOR_EXT
  const double outputs = (1 + s.consecutive) * s.d;            // and along TENSOR_INT
  // Quirk TA4: the gating product is done by every TENSOR_EXT rank.
  const double multiplications = 2 * s.d * heads + keys * s.d + 2 * heads * s.l + s.h * s.l +
                                 (s.glu + 1) * s.d * s.f + (s.glu - 1) * s.f * s.p_ext;
  const double additions = heads * (s.d - 1) + keys * (s.d - 1) + s.h * s.l * (s.a - 1) +
                           s.h * (s.l - 1) + heads * (s.l - 1) + s.d * s.h * (s.a - 1) +
                           s.glu * s.f * (s.d - 1) + s.d * (s.h + s.f - 1 - s.consecutive);
  const double spread =
      exchanged * s.ext_others + keys * s.position_others + outputs * s.int_others + s.d * s.phi;
  const double reduced = exchanged * s.ext_others + keys * s.ext_others + outputs * s.int_others;

  RunCosts costs;
  costs.flop_fwd = multiplications + additions;   // quirk TA6: the whole square of the scores
  costs.flop_bwd = 4 * multiplications + spread;  // quirk TA5
  costs.tx_fwd = reduced + exchanged * any(s.ext_others) +
                 2 * s.kv_heads * s.a * any(s.position_others) +
                 s.consecutive * s.d * any(s.int_others) + s.d * std::max(any(s.int_others), s.phi);
  costs.tx_bwd = spread + exchanged * any(s.ext_others) + keys * any(s.ext_others) +
                 outputs * any(s.int_others);
  costs.rx_fwd = reduced + spread;
  costs.rx_bwd = costs.rx_fwd;
  return costs;
}

// Per batch, layer and expert: weights are gathered, their gradients collected.
RunCosts weight_costs(const Symbols& s, bool multi_query) {
  const double keys = 2 * s.d * s.a * s.kv_heads;
  const double shared = multi_query ? keys : 0;
  const double others = (s.glu + 1) * s.d * s.f + 2 * s.d * s.h * s.a + (multi_query ? 0 : keys);
  const double received = others * (s.weight_group - 1) + shared * (s.key_weight_group - 1);
  RunCosts costs;
  costs.tx_fwd = others * any(s.weight_group - 1) + shared * any(s.key_weight_group - 1);
  costs.flop_bwd = received;
  costs.tx_bwd = received;
  costs.rx_fwd = received;
  costs.rx_bwd = received;
  return costs;
}

}  // namespace

RunCosts& RunCosts::operator+=(const RunCosts& other) {
  flop_fwd += other.flop_fwd;
  flop_bwd += other.flop_bwd;
  tx_fwd += other.tx_fwd;
  tx_bwd += other.tx_bwd;
  rx_fwd += other.rx_fwd;
  rx_bwd += other.rx_bwd;
  return *this;
}

RunCosts RunCosts::operator*(double factor) const {
  return {flop_fwd * factor, flop_bwd * factor, tx_fwd * factor,
          tx_bwd * factor,   rx_fwd * factor,   rx_bwd * factor};
}

RunCosts closed_form_costs(const BandwidthInputs& inputs, const BandwidthShape& shape) {
  const Symbols s = symbols(inputs, shape);
  const double tokens = shape.num_batches * static_cast<double>(inputs.batch_size) * s.l;
  RunCosts costs = block_costs(s) * (s.layers * tokens);
  costs += weight_costs(s, !inputs.no_multi_query_attn) * (shape.num_batches * s.layers * s.e);
  return costs;
}

}  // namespace calculon
