#pragma once

#include <array>

#include "page/page_column.h"

namespace calculon {

// Those of a page of measured runs.
inline constexpr std::array kMeasuredPageColumns = {
    PageColumn{"measured_seconds", "s", 1, "time of a step, as published"},
    PageColumn{"predicted_seconds", "s", 1, "time of a step by the calibrated model"},
    PageColumn{"error_percent", "%", 1, "predicted over measured time, less 1"},
    PageColumn{"measured_peak_gib", "GiB", 1, "most that was allocated, as published"},
    PageColumn{"predicted_peak_gib", "GiB", 1, "the same by the calibrated model"},
    PageColumn{"peak_error_percent", "%", 1, "predicted over measured peak, less 1"},
    PageColumn{"typical_percent", "%", 1, "typical error that the prediction states"},
    PageColumn{"nine_of_ten_percent", "%", 1, "that of nine in ten cases"},
};

}  // namespace calculon
