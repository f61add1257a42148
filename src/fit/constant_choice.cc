#include "fit/constant_choice.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "calculon/base/input_error.h"

namespace calculon {
namespace {

constexpr std::array<std::string_view, 1> kForTwoRows = {"slowdown"};
constexpr std::array<std::string_view, 5> kForNineRows = {
    "gemm_efficiency_16bit", "gemm_efficiency_float8", "gemm_efficiency_float4",
    "attention_efficiency", "elementwise_scale"};
constexpr std::array<std::string_view, 12> kForManyRows = {
    "gemm_efficiency_16bit", "gemm_efficiency_float8", "gemm_efficiency_float4",
    "host_kernel_seconds",   "expert_permute_scale",   "elementwise_scale",
    "attention_efficiency",  "shard_overlap_loss",     "network_efficiency",
    "kernel_seconds",        "step_seconds",           "pipeline_engine_seconds"};
constexpr std::size_t kForThirtyRows = 8;  // of the last list

// What is fitted by the number of rows: the first `most` of the names that the rows exercise.
struct Stage {
  std::size_t rows;  // at most
  std::size_t most;
  std::span<const std::string_view> names;
};

Stage stage_for(std::size_t rows) {
  const std::array<Stage, 3> stages = {{{2, 1, kForTwoRows},
                                        {9, 3, kForNineRows},
                                        {30, 5, std::span(kForManyRows).first(kForThirtyRows)}}};
  for (const Stage& stage : stages) {
    if (rows <= stage.rows) {
      return stage;
    }
  }
  return {rows, 8, kForManyRows};
}

bool applies(std::string_view name, std::span<const FitRow> rows) {
  if (name == "host_kernel_seconds") {
    return std::none_of(rows.begin(), rows.end(),
                        [](const FitRow& row) { return row.cuda_graphs; });
  }
  if (name == "expert_permute_scale") {
    return std::any_of(rows.begin(), rows.end(), [](const FitRow& row) { return row.experts; });
  }
  return true;
}

bool enough_exercise(const FitConstant& constant, std::span<const FitRow> rows,
                     const Calibration& start) {
  const double all = static_cast<double>(rows.size());
  const double least = rows.size() <= 2 ? 1 : std::max(2.0, all / 10);
  return static_cast<double>(rows_exercised(constant, rows, start)) >= least;
}

std::string fit_constant_names() {
  std::vector<std::string_view> names;
  for (const FitConstant& constant : kFitConstants) {
    names.push_back(constant.name);
  }
  return list_of_names(names);
}

}  // namespace

double start_of(const FitConstant& constant, const Calibration& calibration) {
  const double value = calibration.*constant.member;
  return std::clamp(value == 0 ? kLeastFitted : value, constant.least, constant.most);
}

std::size_t rows_exercised(const FitConstant& constant, std::span<const FitRow> rows,
                           const Calibration& start) {
  constexpr double kNoticed = 1e-3;
  const double own = start.*constant.member;
  const double value = constant.probe > 0 ? constant.probe : (own == 0 ? kLeastFitted : own);
  const auto with = [&](double factor) {
    Calibration calibration = start;
    calibration.*constant.member = factor * value;
    return calibration;
  };
  const Calibration base = with(1);
  const Calibration halved = with(0.5);
  const Calibration doubled = with(2);
  return static_cast<std::size_t>(std::count_if(rows.begin(), rows.end(), [&](const FitRow& row) {
    const double seconds = row.seconds(base);
    const auto moves = [&](const Calibration& other) {
      return std::fabs(row.seconds(other) / seconds - 1) > kNoticed;
    };
    return moves(halved) || moves(doubled);
  }));
}

std::vector<const FitConstant*> exercised_constants(std::span<const std::string_view> names,
                                                    std::span<const FitRow> rows,
                                                    const Calibration& start) {
  std::vector<const FitConstant*> chosen;
  for (const std::string_view name : names) {
    const FitConstant* constant = find_fit_constant(name);
    if (enough_exercise(*constant, rows, start)) {
      chosen.push_back(constant);
    }
  }
  return chosen;
}

std::vector<const FitConstant*> default_constants(std::span<const FitRow> rows,
                                                  const Calibration& start,
                                                  std::span<const std::string_view> known) {
  const Stage stage = stage_for(rows.size());
  std::vector<std::string_view> names;
  std::copy_if(stage.names.begin(), stage.names.end(), std::back_inserter(names),
               [&](std::string_view name) {
                 return std::find(known.begin(), known.end(), name) == known.end() &&
                        applies(name, rows);
               });
  std::vector<const FitConstant*> chosen = exercised_constants(names, rows, start);
  chosen.resize(std::min(chosen.size(), stage.most));
  return chosen;
}

std::vector<const FitConstant*> named_constants(std::span<const std::string_view> names,
                                                std::span<const FitRow> rows,
                                                const Calibration& start) {
  std::vector<const FitConstant*> chosen;
  for (const std::string_view name : names) {
    const FitConstant* constant = find_fit_constant(name);
    if (constant == nullptr) {
      throw InputError(
          fmt::format("--constants: '{}' is no constant that can be fitted, expected {}", name,
                      fit_constant_names()));
    }
    if (std::find(chosen.begin(), chosen.end(), constant) != chosen.end()) {
      throw InputError(fmt::format("--constants: '{}' is named twice", name));
    }
    chosen.push_back(constant);
  }
  if (chosen.size() > kMostFitConstants) {
    throw InputError(fmt::format("--constants: {} are named, expected at most {}", chosen.size(),
                                 kMostFitConstants));
  }
  if (chosen.size() > rows.size()) {
    throw InputError(fmt::format(
        "--constants: {} are named, but only {} measured {} to fit them to", chosen.size(),
        rows.size(), rows.size() == 1 ? "run is there" : "runs are there"));
  }
  for (const FitConstant* constant : chosen) {
    if (rows_exercised(*constant, rows, start) == 0) {
      throw InputError(
          fmt::format("--constants: {} has no effect on any of the {} measured runs, so that they "
                      "cannot tell it",
                      constant->name, rows.size()));
    }
  }
  return chosen;
}

}  // namespace calculon
