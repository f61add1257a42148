#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "calculon/bandwidth/chip.h"
#include "calculon/bandwidth/input_field.h"
#include "calculon/bandwidth/model_version.h"

namespace calculon {

// A training run as the estimate sees it. Members have the published names.
struct EstimateInputs {
  std::int64_t precision_bits = 8;
  std::int64_t n_layers = 0;
  std::int64_t d_model = 0;
  std::int64_t d_internal_ratio = 5;
  std::int64_t n_experts = 1;
  std::int64_t n_routed_experts = 1;
  std::optional<double> dataset_size;
  std::int64_t batch_size = 2048;
  std::int64_t microbatch_size = 1;
  std::int64_t seq_len = 2048;
  const Chip* chip_type = nullptr;  // null: none was chosen
  std::optional<double> network_bandwidth;
  double base_utilization = 0.6;  // 1 in the seed version, whatever stands here
  std::int64_t pp = 1;
  std::int64_t pipeline_interleaving = 1;
  std::int64_t dp = 1;
  std::int64_t tp = 1;
  std::int64_t tp2 = 1;
  ModelVersion version = ModelVersion::kSeed;
};

inline constexpr std::array<InputField<EstimateInputs>, 18> kEstimateInputFields = [] {
  using In = EstimateInputs;
  using Row = InputField<In>;
  constexpr bool kRequired = true;
  constexpr bool kHeadOnly = true;
  constexpr bool kMayBeZero = true;
  return std::array<Row, 18>{
      Row{"precision_bits", &In::precision_bits, "bits of a number (quirks TB1, TB12)"},
      Row{"n_layers", &In::n_layers, "layers", kRequired},
      Row{"d_model", &In::d_model, "width of the residual stream", kRequired},
      Row{"d_internal_ratio", &In::d_internal_ratio,
          "width of feed-forward and attention together as a multiple of d_model"},
      Row{"n_experts", &In::n_experts, "experts, and the degree of expert parallelism"},
      Row{"n_routed_experts", &In::n_routed_experts, "experts of a token"},
      Row{"dataset_size", &In::dataset_size,
          "training tokens (default: 20 for each parameter, quirk TB7)", false, false, kMayBeZero},
      Row{"batch_size", &In::batch_size, "sequences of a batch"},
      Row{"microbatch_size", &In::microbatch_size,
          "sequences of a microbatch, over all data-parallel replicas"},
      Row{"seq_len", &In::seq_len, "tokens of a sequence"},
      Row{"chip_type", &In::chip_type, "chip of systems/chips.json (default of head: H100)"},
      Row{"network_bandwidth", &In::network_bandwidth,
          "bytes/s in place of the chip's network (head only)", false, kHeadOnly},
      Row{"base_utilization", &In::base_utilization,
          "share of its rates that a chip reaches in a single product (head only)", false,
          kHeadOnly},
      Row{"pp", &In::pp, "pipeline parallelism"},
      Row{"pipeline_interleaving", &In::pipeline_interleaving,
          "times that a sequence visits the same stage"},
      Row{"dp", &In::dp, "data parallelism"},
      Row{"tp", &In::tp, "tensor parallelism over the internal width"},
      Row{"tp2", &In::tp2, "tensor parallelism over the residual width"},
  };
}();

}  // namespace calculon
