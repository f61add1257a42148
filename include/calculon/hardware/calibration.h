#pragma once

#include <cstdint>
#include <string_view>
#include <tuple>

#include "calculon/base/field.h"

namespace calculon {

// Constants of a software stack on a processor, as measured runs gave them. All are optional in the
// `calibration` object of a system file, and neutral where they are not given. The published models
// do not use them.

// What a constant is at least.
enum class LeastValue { kZero, kAboveZero, kOne };

template <class Record, class Value>
struct ConstantRow {
  std::string_view name;
  Value Record::*member;
  LeastValue least;  // of a number
  std::string_view unit;
  std::string_view help;
};

template <class Record, class Value>  // clang 14 deduces nothing for aggregates on its own
ConstantRow(std::string_view, Value Record::*, LeastValue, std::string_view, std::string_view)
    ->ConstantRow<Record, Value>;

// Memory that a run takes besides what its model keeps.
struct MemoryOverhead {
  std::int64_t gemm_handles = 2;
  double gemm_workspace_bytes = 33554432;
  double engine_workspace_bytes = 33555456;
  std::int64_t grouped_workspaces = 4;
  bool flash_output_copy = false;
  bool shared_score_buffer = false;
  bool weight_gradient_buffers = true;
  bool float8_transposed_copy = true;
  double context_bytes = 536870912;
  double collective_bytes = 536870912;
  double reserved_factor = 1.2;
  double margin = 0.02;
  double gradient_copy_bytes = 0;
  double collective_buffers = 0;

  bool operator==(const MemoryOverhead&) const = default;
};

struct Calibration {
  double gemm_efficiency_16bit = 0.70;
  double gemm_efficiency_float8 = 0.60;
  double gemm_efficiency_float4 = 0.45;
  double attention_efficiency = 0.5;
  double elementwise_scale = 1.5;
  double expert_permute_scale = 3.5;
  double kernel_seconds = 4e-6;
  double host_kernel_seconds = 20e-6;
  double network_efficiency = 0.7;
  double shard_overlap_loss = 0.5;
  double step_seconds = 0.02;
  double pipeline_engine_seconds = 0;
  double slowdown = 1;
  double processor_units = 132;
  double clock_scale = 1;
  double network_step_seconds = 0;
  MemoryOverhead memory_overhead;

  bool operator==(const Calibration&) const = default;
};

inline constexpr std::tuple kMemoryOverheadRows = [] {
  using M = MemoryOverhead;
  using enum LeastValue;
  return std::tuple{
      ConstantRow{"gemm_handles", &M::gemm_handles, kZero, "", "library handles with a workspace"},
      ConstantRow{"gemm_workspace_bytes", &M::gemm_workspace_bytes, kZero, "bytes",
                  "workspace of a handle"},
      ConstantRow{"engine_workspace_bytes", &M::engine_workspace_bytes, kZero, "bytes",
                  "workspace of the transformer library"},
      ConstantRow{"grouped_workspaces", &M::grouped_workspaces, kZero, "",
                  "further such workspaces for the products of experts"},
      ConstantRow{"flash_output_copy", &M::flash_output_copy, kZero, "",
                  "the flash kernel keeps its output twice"},
      ConstantRow{"shared_score_buffer", &M::shared_score_buffer, kZero, "",
                  "one score matrix stays allocated with unfused attention"},
      ConstantRow{"weight_gradient_buffers", &M::weight_gradient_buffers, kZero, "",
                  "a 16-bit buffer per weight shape with fused gradient accumulation"},
      ConstantRow{"float8_transposed_copy", &M::float8_transposed_copy, kZero, "",
                  "FP8 weights are kept in both layouts"},
      ConstantRow{"context_bytes", &M::context_bytes, kZero, "bytes", "device context"},
      ConstantRow{"collective_bytes", &M::collective_bytes, kZero, "bytes",
                  "buffers of the collective library"},
      ConstantRow{"reserved_factor", &M::reserved_factor, kOne, "",
                  "memory reserved over memory allocated"},
      ConstantRow{"margin", &M::margin, kZero, "", "uncertainty of the peak"},
      ConstantRow{"gradient_copy_bytes", &M::gradient_copy_bytes, kZero, "bytes per parameter",
                  "a second copy of the gradients"},
      ConstantRow{"collective_buffers", &M::collective_buffers, kZero, "",
                  "full-size buffers of collectives that are not given back in time"},
  };
}();

inline constexpr std::tuple kCalibrationRows = [] {
  using C = Calibration;
  using enum LeastValue;
  return std::tuple{
      ConstantRow{"gemm_efficiency_16bit", &C::gemm_efficiency_16bit, kAboveZero, "",
                  "sustained share of the peak of large products, 16 bit"},
      ConstantRow{"gemm_efficiency_float8", &C::gemm_efficiency_float8, kAboveZero, "",
                  "the same of FP8"},
      ConstantRow{"gemm_efficiency_float4", &C::gemm_efficiency_float4, kAboveZero, "",
                  "the same of FP4"},
      ConstantRow{"attention_efficiency", &C::attention_efficiency, kAboveZero, "",
                  "flash attention, share of the 16-bit peak"},
      ConstantRow{"elementwise_scale", &C::elementwise_scale, kZero, "",
                  "element-wise traffic; below 1: better fused"},
      ConstantRow{"expert_permute_scale", &C::expert_permute_scale, kZero, "",
                  "permutation, router and the like"},
      ConstantRow{"kernel_seconds", &C::kernel_seconds, kZero, "s", "GPU time per kernel"},
      ConstantRow{"host_kernel_seconds", &C::host_kernel_seconds, kZero, "s",
                  "host time per kernel"},
      ConstantRow{"network_efficiency", &C::network_efficiency, kAboveZero, "",
                  "share of the rate between domains"},
      ConstantRow{"shard_overlap_loss", &C::shard_overlap_loss, kZero, "",
                  "0: perfect overlap of sharded traffic, 1: none"},
      ConstantRow{"step_seconds", &C::step_seconds, kZero, "s", "time per step"},
      ConstantRow{"pipeline_engine_seconds", &C::pipeline_engine_seconds, kZero, "s",
                  "time of the pipeline engine per microbatch and chunk"},
      ConstantRow{"slowdown", &C::slowdown, kAboveZero, "", "of a degraded machine or a release"},
      ConstantRow{"processor_units", &C::processor_units, kOne, "",
                  "units that each work on one tile"},
      ConstantRow{"clock_scale", &C::clock_scale, kAboveZero, "",
                  "multiplies the product, attention and memory rates"},
      ConstantRow{"network_step_seconds", &C::network_step_seconds, kZero, "s",
                  "time of one ring step between domains"},
  };
}();

}  // namespace calculon
