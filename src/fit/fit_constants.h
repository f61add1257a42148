#pragma once

#include <array>
#include <string_view>

#include "calculon/hardware/calibration.h"

namespace calculon {

// A constant that a fit may change, and the bounds within which it does.
struct FitConstant {
  std::string_view name;
  double Calibration::*member;
  double least;
  double most;
  double probe = 0;  // where to ask whether runs depend on it; 0: at its value
};

// The member of the constant's row in kCalibrationRows.
consteval double Calibration::*calibration_member(std::string_view name) {
  double Calibration::*found = nullptr;
  for_each_field(kCalibrationRows, [&](const auto& row) {
    if (row.name == name) {
      found = row.member;
    }
  });
  return found;
}

consteval FitConstant fit_constant(std::string_view name, double least, double most,
                                   double probe = 0) {
  return {name, calibration_member(name), least, most, probe};
}

inline constexpr std::array kFitConstants = {
    fit_constant("gemm_efficiency_16bit", 0.2, 1),
    fit_constant("gemm_efficiency_float8", 0.1, 1),
    fit_constant("gemm_efficiency_float4", 0.1, 1),
    fit_constant("attention_efficiency", 0.05, 1),
    fit_constant("elementwise_scale", 0.1, 5),
    fit_constant("expert_permute_scale", 0.2, 20),
    fit_constant("kernel_seconds", 1e-7, 5e-5),
    fit_constant("host_kernel_seconds", 1e-7, 2e-4, 100e-6),
    fit_constant("network_efficiency", 0.02, 1.3),
    fit_constant("shard_overlap_loss", 0.001, 1),
    fit_constant("step_seconds", 1e-4, 1),
    fit_constant("pipeline_engine_seconds", 1e-6, 0.2, 1e-3),
    fit_constant("network_step_seconds", 1e-7, 1e-3),
    fit_constant("slowdown", 0.5, 2),
    fit_constant("clock_scale", 0.5, 2),
};

// Null if no constant that can be fitted has this name.
constexpr const FitConstant* find_fit_constant(std::string_view name) {
  for (const FitConstant& constant : kFitConstants) {
    if (constant.name == name) {
      return &constant;
    }
  }
  return nullptr;
}

// A constant of 0 has no logarithm and counts as this.
inline constexpr double kLeastFitted = 1e-6;

// Where a fit may begin: the value, within the bounds.
double start_of(const FitConstant& constant, const Calibration& calibration);

}  // namespace calculon
