#include <fmt/format.h>

#include <cmath>

#include "base/printable.h"
#include "calculon/base/units.h"
#include "text/training_run_report.h"

namespace calculon {
namespace {

// GB/s to one decimal, in the shortest form: "600.0", "12.5", "1.25e+21".
std::string gigabytes(double bytes_per_second) {
  const double tenths = std::nearbyint(bytes_per_second / (kGiga / 10));
  const std::string text = fmt::format("{}", tenths / 10);
  return text.find_first_of(".e") == std::string::npos ? text + ".0" : text;
}

std::string parameters_line(const EstimateResult& r, bool is_head) {
  const std::string per_token =
      is_head ? fmt::format(" ({:.2e} per token)", r.num_met_parameters) : "";
  return fmt::format("Parameters: {:.2e}{}, Training Tokens: {:.2e}\n", r.num_parameters, per_token,
                     r.num_tokens);
}

std::string chips_line(const EstimateInputs& in, const EstimateResult& r, bool is_head) {
  const Chip& chip = *in.chip_type;
  std::string text = fmt::format("{:.0f} {}s", r.p, printable(chip.name));
  if (is_head) {
    text += fmt::format(
        ": ({:.1f} 8-bit TFLOP/s; {:.2f} TB/s IO; {} GB/s network), Base Utilization: {:.2f}",
        chip.flops_per_second / kTera, chip.memory_bytes_per_second / kTera,
        gigabytes(r.network_bandwidth), r.base_utilization);
  }
  return text + "\n";
}

std::string shapes(const EstimateInputs& in, const EstimateResult& r) {
  return fmt::format(
      "Pipeline steps: {} stages x {} interleaving; boundary interval: {:.0f}; bubble layers: "
      "{:.0f}\n"
      "FLOP per batch: {:.2e}\n"
      "Matmuls per chip per layer: 2 matrices x 1 experts = {:.0f}\n"
      "Matmul shape: {:.0f} d_int x {:.0f} d_model x {:.0f} tokens\n",
      in.pp, in.pipeline_interleaving, r.pipe_boundary_intvl, r.pipeline_bubble_layers,
      r.flop_per_batch, r.matmuls_per_chip_per_layer, r.d_int_per_matmul, r.d_per_matmul,
      r.tokens_per_matmul);
}

std::string batch_times(const EstimateResult& r, bool is_head) {
  const std::string parts = is_head
                                ? fmt::format(" (FLOP: {:9.4f} secs, net: {:9.4f} secs)",
                                              r.pipeline_full_flop_time, r.pipeline_full_net_time)
                                : "";
  return fmt::format(
      "BATCH TIME\n"
      "Pipeline bubble time: {:9.4f} secs\n"
      "Pipeline full time:   {:9.4f} secs{}\n"
      "Gradient reduction:   {:9.4f} secs\n"
      "Total batch time:     {:9.4f} secs\n"
      "\n"
      "Utilization:          {:9.4f}\n",
      r.pipeline_bubble_time, r.pipeline_full_time, parts, r.gradient_reduction_time, r.batch_time,
      r.utilization);
}

std::string totals(const EstimateResult& r, bool is_head) {
  return is_head ? fmt::format(
                       "TOTAL\n"
                       " Run time: {:6.1f} days\n"
                       " FLOP:             {:.2e}\n"
                       " FLOP per expert:  {:.2e}\n",
                       r.run_time_days, r.total_flop, r.flop_per_expert)
                 : fmt::format("TOTAL RUN TIME\n{:6.1f} days\n", r.run_time_days);
}

}  // namespace

std::string text_report(const EstimateInputs& inputs, const EstimateResult& result) {
  const bool is_head = inputs.version == ModelVersion::kHead;
  std::string text =
      fmt::format("Model Shape: {} x ({} x {:.0f}) (top {} of {} routing)\n", inputs.n_layers,
                  inputs.d_model, result.d_int, inputs.n_routed_experts, inputs.n_experts);
  text += parameters_line(result, is_head) + chips_line(inputs, result, is_head);
  text += shapes(inputs, result) + "\n";
  text += batch_times(result, is_head) + "\n";
  return text + totals(result, is_head);
}

}  // namespace calculon
