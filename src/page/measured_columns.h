#pragma once

#include <array>
#include <string_view>

namespace calculon {

// A column of a page of measured runs.
struct MeasuredPageColumn {
  std::string_view name;
  std::string_view unit;  // as shown
  double factor;          // shown = stored * factor
  std::string_view help;
};

inline constexpr std::array kMeasuredPageColumns = {
    MeasuredPageColumn{"measured_seconds", "s", 1, "time of a step, as published"},
    MeasuredPageColumn{"predicted_seconds", "s", 1, "time of a step by the calibrated model"},
    MeasuredPageColumn{"error_percent", "%", 1, "predicted over measured time, less 1"},
    MeasuredPageColumn{"measured_peak_gib", "GiB", 1, "most that was allocated, as published"},
    MeasuredPageColumn{"predicted_peak_gib", "GiB", 1, "the same by the calibrated model"},
    MeasuredPageColumn{"peak_error_percent", "%", 1, "predicted over measured peak, less 1"},
    MeasuredPageColumn{"typical_percent", "%", 1, "typical error that the prediction states"},
    MeasuredPageColumn{"nine_of_ten_percent", "%", 1, "that of nine in ten cases"},
};

}  // namespace calculon
