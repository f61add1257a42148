#pragma once

#include <limits>
#include <string_view>

#include "calculon/bandwidth/estimate_inputs.h"
#include "calculon/bandwidth/output_field.h"
#include "calculon/bandwidth/training_run_rule.h"

namespace calculon {

// The estimate of a training run: the time of a batch on a chip from the shape of its matrix
// products (pipeline bubble, steady state, gradient reduction), and the days of the run.
// docs/bandwidth.md derives it and tells the versions apart.

struct EstimateResult {
  static constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();

  double d_int = 0, p = 0, num_met_parameters = 0, num_parameters = 0, num_tokens = 0;
  double n_batches = 0, n_microbatches_per_batch = 0;
  double pipe_boundary_intvl = 0, pipeline_bubble_layers = 0, flop_per_batch = 0;
  double tokens_per_matmul = 0, d_int_per_matmul = 0, d_per_matmul = 0;
  double matmuls_per_chip_per_layer = 2;
  double matmul_time = 0, pipeline_bubble_time = 0, pipeline_full_time = 0;
  double pipeline_full_flop_time = 0, pipeline_full_net_time = 0;
  double gradient_reduction_time = 0, batch_time = 0, utilization = 0, run_time_days = 0;
  double total_flop = 0, flop_per_expert = 0, network_bandwidth = 0, base_utilization = 0;
};

// The first violated rule in the published order, or null.
const TrainingRunRule* check_estimate(const EstimateInputs& inputs);

// Evaluates a training run: null and a result, or the first violated rule.
const TrainingRunRule* evaluate_estimate(const EstimateInputs& inputs, EstimateResult& result);

inline constexpr std::array<OutputField<EstimateResult>, 27> kEstimateOutputFields = [] {
  using Out = EstimateResult;
  using Row = OutputField<Out>;
  constexpr bool kSummary = true;
  constexpr bool kMoreIsBetter = true;
  constexpr bool kHeadOnly = true;
  return std::array<Row, 27>{
      Row{"d_int", &Out::d_int, "", "internal width: feed-forward and attention together"},
      Row{"p", &Out::p, "", "chips", kSummary},
      Row{"N", &Out::num_met_parameters, "", "parameters that a token meets"},
      Row{"P", &Out::num_parameters, "", "all parameters"},
      Row{"D", &Out::num_tokens, "tokens", "tokens really trained on: whole batches"},
      Row{"n_batches", &Out::n_batches, "", "batches of the run (quirk TB8)", kSummary},
      Row{"n_microbatches_per_batch", &Out::n_microbatches_per_batch, "",
          "microbatches of a batch"},
      Row{"pipe_boundary_intvl", &Out::pipe_boundary_intvl, "", "layers between stage boundaries"},
      Row{"pipeline_bubble_layers", &Out::pipeline_bubble_layers, "", "layers of the bubble"},
      Row{"flop_per_batch", &Out::flop_per_batch, "FLOP", "of a batch"},
      Row{"tokens_per_matmul", &Out::tokens_per_matmul, "", "tokens of a matrix product"},
      Row{"d_int_per_matmul", &Out::d_int_per_matmul, "", "its share of the internal width"},
      Row{"d_per_matmul", &Out::d_per_matmul, "", "its share of the residual width"},
      Row{"matmuls_per_chip_per_layer", &Out::matmuls_per_chip_per_layer, "",
          "matrix products of a chip in a layer, forward"},
      Row{"matmul_time", &Out::matmul_time, "s", "of a matrix product (quirk TB1)"},
      Row{"pipeline_bubble_time", &Out::pipeline_bubble_time, "s",
          "filling and draining the pipeline (quirks TB2, TB3)", kSummary},
      Row{"pipeline_full_time", &Out::pipeline_full_time, "s",
          "steady state of the pipeline (quirk TB6)", kSummary},
      Row{"pipeline_full_flop_time", &Out::pipeline_full_flop_time, "s", "its arithmetic", false,
          false, kHeadOnly},
      Row{"pipeline_full_net_time", &Out::pipeline_full_net_time, "s",
          "its communication (quirks TB4, TB5)", false, false, kHeadOnly},
      Row{"gradient_reduction_time", &Out::gradient_reduction_time, "s",
          "at the end of a batch (quirk TB11)", kSummary},
      Row{"batch_time", &Out::batch_time, "s", "of a batch", kSummary},
      Row{"utilization", &Out::utilization, "", "share of the nominal rate (quirk TB9)", kSummary,
          kMoreIsBetter},
      Row{"run_time_days", &Out::run_time_days, "days", "run time", kSummary},
      Row{"total_flop", &Out::total_flop, "FLOP", "of the run", false, false, kHeadOnly},
      Row{"flop_per_expert", &Out::flop_per_expert, "FLOP", "of the run, of an expert", false,
          false, kHeadOnly},
      Row{"network_bandwidth", &Out::network_bandwidth, "bytes/s", "of a chip", false,
          kMoreIsBetter, kHeadOnly},
      Row{"base_utilization", &Out::base_utilization, "", "as given", false, kMoreIsBetter,
          kHeadOnly},
  };
}();
static_assert(sizeof(EstimateResult) == kEstimateOutputFields.size() * sizeof(double),
              "a result has no row");

// How sweeps and commands know the model.
struct EstimateModel {
  using Inputs = EstimateInputs;
  using Result = EstimateResult;
  static constexpr const auto& kInputFields = kEstimateInputFields;
  static constexpr const auto& kOutputFields = kEstimateOutputFields;

  static const TrainingRunRule* evaluate(const Inputs& inputs, Result& result) {
    return evaluate_estimate(inputs, result);
  }
  // A number that follows from the inputs by the name that rules use; 0 for other names.
  static double derived(const Inputs& inputs, std::string_view name);
};

}  // namespace calculon
