#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "calculon/base/enum_names.h"
#include "calculon/base/field.h"

namespace calculon {

// What the calibrated methodology predicts of one execution, with a row for each figure.

// Where a step's time goes; the parts add up to it. None is negative but `slowdown` and, by
// rounding, `data_par`.
struct StepTime {
  double products = 0;
  double attention = 0;
  double elementwise = 0;
  double casts = 0;
  double tensor_par = 0;
  double context_par = 0;
  double expert_par = 0;
  double recompute = 0;
  double host = 0;
  double head = 0;
  double embedding = 0;
  double bubble = 0;
  double pipeline_par = 0;
  double data_par = 0;
  double optimizer = 0;
  double tied_embedding = 0;
  double slowdown = 0;
  double straggler = 0;
  double step = 0;
};

inline constexpr std::array kStepTimeFields = [] {
  using S = StepTime;
  using F = Field<S>;
  constexpr Unit kUnit = Unit::kSeconds;
  return std::array{
      F{"products", &S::products, kUnit, "matrix products of the blocks"},
      F{"attention", &S::attention, kUnit, "scores, softmax and their product with the values"},
      F{"elementwise", &S::elementwise, kUnit, "norms, activations, residuals, routing"},
      F{"casts", &S::casts, kUnit, "conversions to low precision"},
      F{"tensor_par", &S::tensor_par, kUnit, "exposed traffic of tensor groups"},
      F{"context_par", &S::context_par, kUnit, "exposed traffic of context groups"},
      F{"expert_par", &S::expert_par, kUnit, "exposed exchange of tokens between experts"},
      F{"recompute", &S::recompute, kUnit, "work that backward repeats"},
      F{"host", &S::host, kUnit, "waiting for the host to launch kernels"},
      F{"head", &S::head, kUnit, "head and loss, and multi-token prediction"},
      F{"embedding", &S::embedding, kUnit, "lookup of words"},
      F{"bubble", &S::bubble, kUnit, "the slowest stage waits for the others"},
      F{"pipeline_par", &S::pipeline_par, kUnit, "exposed transfers between stages"},
      F{"data_par", &S::data_par, kUnit, "exposed traffic of gradients and parameters"},
      F{"optimizer", &S::optimizer, kUnit, "the update of parameters"},
      F{"tied_embedding", &S::tied_embedding, kUnit,
        "gradients of an embedding that first and last stage share"},
      F{"slowdown", &S::slowdown, kUnit, "of the machine or the release, from the system file"},
      F{"straggler", &S::straggler, kUnit, "waiting for the slowest of many processors"},
      F{"step", &S::step, kUnit, "what a step takes besides"},
  };
}();

// Bytes of one processor of a pipeline stage.
struct StageMemory {
  double parameters = 0;
  double gradients = 0;
  double optimizer = 0;
  double workspaces = 0;
  double retained = 0;
  double fixed = 0;
  double activations = 0;
  double head = 0;
  double working = 0;
  double gathered = 0;
  double peak = 0;
};

inline constexpr std::array kStageMemoryFields = [] {
  using S = StageMemory;
  using F = Field<S>;
  constexpr Unit kUnit = Unit::kBytes;
  return std::array{
      F{"parameters", &S::parameters, kUnit, "parameters and their copies in low precision"},
      F{"gradients", &S::gradients, kUnit, "gradients between steps"},
      F{"optimizer", &S::optimizer, kUnit, "master parameters and moments"},
      F{"workspaces", &S::workspaces, kUnit, "workspaces of libraries"},
      F{"retained", &S::retained, kUnit, "inputs of the stage and buffers that stay"},
      F{"static", &S::fixed, kUnit, "all of these: allocated between steps"},
      F{"activations", &S::activations, kUnit, "kept for backward by all microbatches in flight"},
      F{"head", &S::head, kUnit, "working set of head and loss"},
      F{"working", &S::working, kUnit, "the largest working set of a moment"},
      F{"gathered", &S::gathered, kUnit, "parameters and gradients brought together"},
      F{"peak", &S::peak, kUnit, "most that is allocated in a step"},
  };
}();

// What a stage's peak is made of; gradients as they are between steps (in float16, some are gone at
// the peak).
inline constexpr std::array kStagePeakParts = {
    &StageMemory::parameters, &StageMemory::gradients, &StageMemory::optimizer,
    &StageMemory::workspaces, &StageMemory::retained,  &StageMemory::activations,
    &StageMemory::working,    &StageMemory::gathered,
};

enum class MemoryVerdict { kFits, kFitsBarely, kDoesNotFit };

template <>
struct EnumNames<MemoryVerdict> {
  static constexpr std::array<std::string_view, 3> kNames = {"fits", "fits barely", "does not fit"};
};

// What the device needs for the stage with the largest peak.
struct DeviceNeed {
  double peak = 0;
  double reserved = 0;
  double residue = 0;
  double device_low = 0;
  double device_high = 0;
  double capacity = 0;
  std::int64_t peak_stage = 0;
  MemoryVerdict verdict = MemoryVerdict::kFits;
};

inline constexpr std::array kDeviceNeedFields = [] {
  using M = DeviceNeed;
  using F = Field<M>;
  constexpr Unit kUnit = Unit::kBytes;
  return std::array{
      F{"peak", &M::peak, kUnit, "most that a processor allocates in a step"},
      F{"reserved", &M::reserved, kUnit, "what the caching allocator will show"},
      F{"residue", &M::residue, kUnit, "data of a step that may stay"},
      F{"device_low", &M::device_low, kUnit, "least that the device has to hold"},
      F{"device_high", &M::device_high, kUnit, "most that it may have to hold"},
      F{"capacity", &M::capacity, kUnit, "what the device has"},
  };
}();

struct CalibratedStats {
  double total_time = 0;
  double sample_rate = 0;
  double token_rate = 0;
  double model_flops = 0;
  double flop_rate_per_proc = 0;
  double mfu = 0;
  double matrix_parameters = 0;
  double active_matrix_parameters = 0;
  double microbatches = 0;
  double block_forward_time = 0;
  double block_backward_time = 0;
  double block_recompute_time = 0;
  double head_time = 0;
  double embedding_time = 0;
  StepTime time;
  std::vector<std::int64_t> stage_blocks;
  std::vector<StageMemory> stages;
  DeviceNeed memory;
};

inline constexpr std::array kCalibratedFields = [] {
  using C = CalibratedStats;
  using F = Field<C>;
  return std::array{
      F{"total_time", &C::total_time, Unit::kSeconds, "time of a step"},
      F{"sample_rate", &C::sample_rate, Unit::kSequencesPerSecond, "sequences over that"},
      F{"token_rate", &C::token_rate, Unit::kTokensPerSecond, "tokens over that"},
      F{"model_flops", &C::model_flops, Unit::kFlops, "of the model as given, without repetition"},
      F{"flop_rate_per_proc", &C::flop_rate_per_proc, Unit::kFlopsPerSecond,
        "of these, per processor"},
      F{"mfu", &C::mfu, Unit::kRatio, "that over the peak of gemm_datatype"},
      F{"matrix_parameters", &C::matrix_parameters, Unit::kElements, "parameters in matrices"},
      F{"active_matrix_parameters", &C::active_matrix_parameters, Unit::kElements,
        "of these, what a token meets"},
      F{"microbatches", &C::microbatches, Unit::kElements, "microbatches of a replica"},
      F{"block_forward_time", &C::block_forward_time, Unit::kSeconds, "a block, forward"},
      F{"block_backward_time", &C::block_backward_time, Unit::kSeconds, "a block, backward"},
      F{"block_recompute_time", &C::block_recompute_time, Unit::kSeconds, "a block, repeated"},
      F{"head_time", &C::head_time, Unit::kSeconds, "a microbatch behind the last block"},
      F{"embedding_time", &C::embedding_time, Unit::kSeconds, "a microbatch before the first"},
  };
}();

}  // namespace calculon
