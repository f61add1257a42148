#pragma once

#include <limits>
#include <string_view>
#include <vector>

#include "calculon/bandwidth/bandwidth_inputs.h"
#include "calculon/bandwidth/output_field.h"
#include "calculon/bandwidth/training_run_rule.h"

namespace calculon {

// The bandwidth model: floating-point operations of a whole training run and elements sent (Tx) and
// received (Rx) between its workers, from which follow the network rate a worker needs and the run
// time. docs/bandwidth.md derives it.

// What a run adds up to, forward and backward: FLOP, and elements sent and received.
struct RunCosts {
  double flop_fwd = 0;
  double flop_bwd = 0;
  double tx_fwd = 0;
  double tx_bwd = 0;
  double rx_fwd = 0;
  double rx_bwd = 0;

  RunCosts& operator+=(const RunCosts& other);
  RunCosts operator*(double factor) const;
};

// What follows from the inputs before anything is counted.
struct BandwidthShape {
  std::int64_t tokens_per_expert = 0;  // of one sequence
  std::int64_t d_ffn = 0;              // 0: beyond 64 bits
  std::int64_t num_heads = 0;          // 0: not a whole number
  double num_batches = 0;
  std::int64_t workers = 0;         // 0: beyond 2^53
  std::int64_t min_microbatch = 0;  // that is efficient, over all data-parallel replicas
  std::int64_t max_microbatch = 0;
};

// The inputs' numbers have to be positive.
BandwidthShape bandwidth_shape(const BandwidthInputs& inputs);

// The first violated rule in the published order, or null. Fills `shape` unless RA0 is violated.
const TrainingRunRule* check_bandwidth(const BandwidthInputs& inputs, BandwidthShape& shape);

// Every microbatch size that is efficient (rule RA9), ascending; advice, which enters no formula.
std::vector<std::int64_t> allowed_microbatches(const BandwidthInputs& inputs,
                                               const BandwidthShape& shape);

// The totals of a valid run from the closed forms: a handful of multiplications.
RunCosts closed_form_costs(const BandwidthInputs& inputs, const BandwidthShape& shape);

struct BandwidthResult {
  static constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();

  double num_parameters = 0, num_effective_parameters = 0, num_tokens = 0;
  double n_batches = 0, batch_size = 0, num_workers = 0;
  double p_tensor_ext = 0, p_data = 0, p_tensor_int = 0, p_seq = 0, p_exp = 0, p_pipe = 0;
  double flop_fwd = 0, flop_bwd = 0, flop_total = 0;
  double tx_fwd = 0, tx_bwd = 0, tx_total = 0;
  double rx_fwd = 0, rx_bwd = 0, rx_total = 0;
  double net_fwd = 0, net_bwd = 0, net_total = 0;
  double cluster_flop_per_sec = kUnknown, cluster_net_bytes_per_sec = kUnknown;
  double cluster_tx_bytes_per_sec = kUnknown, cluster_rx_bytes_per_sec = kUnknown;
  double total_flop_per_sec = kUnknown, total_net_bytes_per_sec = kUnknown;
  double total_tx_bytes_per_sec = kUnknown, total_rx_bytes_per_sec = kUnknown;
  double runtime_sec = kUnknown;
};

// Evaluates a training run: null and a result, or the first violated rule.
const TrainingRunRule* evaluate_bandwidth(const BandwidthInputs& inputs, BandwidthResult& result);

inline constexpr std::array<OutputField<BandwidthResult>, 33> kBandwidthOutputFields = [] {
  using Out = BandwidthResult;
  using Row = OutputField<Out>;
  constexpr bool kSummary = true;
  constexpr std::string_view kFlop = "FLOP";
  constexpr std::string_view kElements = "elements";
  constexpr std::string_view kFlopRate = "FLOP/s";
  constexpr std::string_view kByteRate = "bytes/s";
  return std::array<Row, 33>{
      Row{"N", &Out::num_parameters, "", "parameters"},
      Row{"N_effective", &Out::num_effective_parameters, "", "parameters per expert (quirk TA7)"},
      Row{"D", &Out::num_tokens, "tokens", "tokens really trained on: whole batches"},
      Row{"n_batches", &Out::n_batches, "", "batches of the run (quirk TA11)", kSummary},
      Row{"batch_size", &Out::batch_size, "sequences", "sequences of a batch"},
      Row{"P", &Out::num_workers, "", "workers", kSummary},
      Row{"degrees.TENSOR_EXT", &Out::p_tensor_ext, "", "degree of the axis"},
      Row{"degrees.DATA", &Out::p_data, "", "degree of the axis"},
      Row{"degrees.TENSOR_INT", &Out::p_tensor_int, "", "degree of the axis"},
      Row{"degrees.SEQ", &Out::p_seq, "", "degree of the axis"},
      Row{"degrees.EXP", &Out::p_exp, "", "degree of the axis"},
      Row{"degrees.PIPE", &Out::p_pipe, "", "degree of the axis"},
      Row{"FLOP.fwd", &Out::flop_fwd, kFlop, "additions and multiplications, forward"},
      Row{"FLOP.bwd", &Out::flop_bwd, kFlop, "backward, with what checkpointing repeats"},
      Row{"FLOP.total", &Out::flop_total, kFlop, "both", kSummary},
      Row{"Tx.fwd", &Out::tx_fwd, kElements, "sent between workers, forward"},
      Row{"Tx.bwd", &Out::tx_bwd, kElements, "backward, with what checkpointing repeats"},
      Row{"Tx.total", &Out::tx_total, kElements, "both", kSummary},
      Row{"Rx.fwd", &Out::rx_fwd, kElements, "received from other workers, forward"},
      Row{"Rx.bwd", &Out::rx_bwd, kElements, "backward, with what checkpointing repeats"},
      Row{"Rx.total", &Out::rx_total, kElements, "both", kSummary},
      Row{"net.fwd", &Out::net_fwd, kElements, "sent and received, forward (quirk TA10)"},
      Row{"net.bwd", &Out::net_bwd, kElements, "backward, with what checkpointing repeats"},
      Row{"net.total", &Out::net_total, kElements, "both", kSummary},
      Row{"cluster_flop_per_sec", &Out::cluster_flop_per_sec, kFlopRate, "of a worker"},
      Row{"cluster_net_bytes_per_sec", &Out::cluster_net_bytes_per_sec, kByteRate,
          "that a worker sends and receives on average", kSummary},
      Row{"cluster_tx_bytes_per_sec", &Out::cluster_tx_bytes_per_sec, kByteRate, "sent"},
      Row{"cluster_rx_bytes_per_sec", &Out::cluster_rx_bytes_per_sec, kByteRate, "received"},
      Row{"total_flop_per_sec", &Out::total_flop_per_sec, kFlopRate, "of all workers"},
      Row{"total_net_bytes_per_sec", &Out::total_net_bytes_per_sec, kByteRate,
          "that all workers send and receive"},
      Row{"total_tx_bytes_per_sec", &Out::total_tx_bytes_per_sec, kByteRate, "sent"},
      Row{"total_rx_bytes_per_sec", &Out::total_rx_bytes_per_sec, kByteRate, "received"},
      Row{"runtime_sec", &Out::runtime_sec, "s", "run time at full arithmetic speed", kSummary},
  };
}();
static_assert(sizeof(BandwidthResult) == kBandwidthOutputFields.size() * sizeof(double),
              "a result has no row");

// How sweeps and commands know the model.
struct BandwidthModel {
  using Inputs = BandwidthInputs;
  using Result = BandwidthResult;
  static constexpr const auto& kInputFields = kBandwidthInputFields;
  static constexpr const auto& kOutputFields = kBandwidthOutputFields;

  static const TrainingRunRule* evaluate(const Inputs& inputs, Result& result) {
    return evaluate_bandwidth(inputs, result);
  }
  // A number that follows from the inputs by the name that rules use; 0 for other names.
  static double derived(const Inputs& inputs, std::string_view name);
};

}  // namespace calculon
