#include <fmt/format.h>
#include <fmt/ranges.h>

#include <array>

#include "text/training_run_report.h"

namespace calculon {
namespace {

std::string batch_line(const BandwidthInputs& inputs) {
  if (inputs.skip_efficiency_check) {
    return fmt::format("b: {}\n", inputs.batch_size);
  }
  return fmt::format("b: {} (microbatch size must be in [{}] to be efficient)\n", inputs.batch_size,
                     fmt::join(allowed_microbatches(inputs, bandwidth_shape(inputs)), ", "));
}

// The order of the axes is that of the published sample (quirk TA1); printing changes no total
// (TA9).
std::string workers_line(const BandwidthInputs& in, const BandwidthResult& result) {
  return fmt::format(
      "P: {:.0f} = {{TENSOR_EXT: {}, DATA: {}, TENSOR_INT: {}, SEQ: {}, EXP: {}, PIPE: {}}}\n",
      result.num_workers, in.p_tensor_ext, in.p_data, in.p_tensor_int, in.p_seq, in.p_exp,
      in.p_pipe);
}

std::string cost_row(std::string_view label, double fwd, double bwd, double total, bool fwd_only) {
  return fwd_only
             ? fmt::format("{:>10}    {:11.3e}\n", label, fwd)
             : fmt::format("{:>10}    {:11.3e}    {:11.3e}    {:11.3e}\n", label, fwd, bwd, total);
}

std::string cost_table(const BandwidthResult& r, bool fwd_only) {
  std::string text = "FULL TRAINING RUN COST\n";
  text += fwd_only ? fmt::format("{:>10}    {:>11}\n", "Metric", "Fwd")
                   : fmt::format("{:>10}    {:>11}    {:>11}    {:>11}\n", "Metric", "Fwd", "Bwd",
                                 "Total");
  text += cost_row("FLOP", r.flop_fwd, r.flop_bwd, r.flop_total, fwd_only);
  text += cost_row("Tx", r.tx_fwd, r.tx_bwd, r.tx_total, fwd_only);
  text += cost_row("Rx", r.rx_fwd, r.rx_bwd, r.rx_total, fwd_only);
  return text + cost_row("net", r.net_fwd, r.net_bwd, r.net_total, fwd_only);
}

// "118.8 days"
std::string duration(double seconds) {
  struct Scale {
    double seconds;
    std::string_view name;
  };
  constexpr std::array<Scale, 3> kScales = {{{86400, "days"}, {3600, "hours"}, {60, "minutes"}}};
  for (const Scale& scale : kScales) {
    if (seconds >= scale.seconds) {
      return fmt::format("{:.1f} {}", seconds / scale.seconds, scale.name);
    }
  }
  return fmt::format("{:.1f} seconds", seconds);
}

std::string rates(const BandwidthResult& r) {
  return fmt::format(
      "\n"
      "Cluster FLOP/sec:    {:.3e}\n"
      "Cluster bytes/sec:   {:.3e} ({:.3e} Tx, {:.3e} Rx)\n"
      "\n"
      "Total FLOP/sec:      {:.3e}\n"
      "Total bytes/sec:     {:.3e} ({:.3e} Tx, {:.3e} Rx)\n"
      "\n"
      "Runtime:             {}\n",
      r.cluster_flop_per_sec, r.cluster_net_bytes_per_sec, r.cluster_tx_bytes_per_sec,
      r.cluster_rx_bytes_per_sec, r.total_flop_per_sec, r.total_net_bytes_per_sec,
      r.total_tx_bytes_per_sec, r.total_rx_bytes_per_sec, duration(r.runtime_sec));
}

}  // namespace

std::string text_report(const BandwidthInputs& inputs, const BandwidthResult& result) {
  std::string text = fmt::format("N: {:.3e} ({:.3e} effective)\nD: {:.3e}\n", result.num_parameters,
                                 result.num_effective_parameters, result.num_tokens);
  text += batch_line(inputs) + workers_line(inputs, result) + "\n\n";
  text += cost_table(result, inputs.fwd_only);
  return inputs.cluster_flop_rate ? text + rates(result) : text;
}

}  // namespace calculon
