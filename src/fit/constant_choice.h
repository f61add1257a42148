#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "fit/fit_constants.h"
#include "fit/fit_row.h"

namespace calculon {

inline constexpr std::size_t kMostFitConstants = 10;

// How many rows change by more than 0.1 % when the constant is halved or doubled.
std::size_t rows_exercised(const FitConstant& constant, std::span<const FitRow> rows,
                           const Calibration& start);

// Those of the names that enough rows exercise: a tenth and two of them, or one of two.
std::vector<const FitConstant*> exercised_constants(std::span<const std::string_view> names,
                                                    std::span<const FitRow> rows,
                                                    const Calibration& start);

// The constants to fit where nobody names them: as many as so many rows carry, of those that enough
// rows exercise, without the `known` ones.
std::vector<const FitConstant*> default_constants(std::span<const FitRow> rows,
                                                  const Calibration& start,
                                                  std::span<const std::string_view> known = {});

// Those of a list of names. Throws InputError for an unknown or repeated name, for more than ten,
// for more than there are rows, and for one that no row exercises.
std::vector<const FitConstant*> named_constants(std::span<const std::string_view> names,
                                                std::span<const FitRow> rows,
                                                const Calibration& start);

}  // namespace calculon
