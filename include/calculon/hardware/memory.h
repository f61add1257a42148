#pragma once

#include <compare>

#include "calculon/hardware/efficiency_curve.h"

namespace calculon {

// A memory tier of a processor: 1 is the device's own, 2 holds what is offloaded and has a capacity
// of 0 where there is none. Traffic takes bytes / (peak * efficiency), see docs/model.md, "Memory".
struct Memory {
  double capacity_bytes = 0;
  double peak_bytes_per_second = 0;
  EfficiencyCurve curve;  // over bytes

  // Both throw InputError where the curve does not cover the size.
  double bytes_per_second(double bytes) const {
    return peak_bytes_per_second * curve.efficiency(bytes);
  }
  double seconds(double bytes) const { return bytes / bytes_per_second(bytes); }

  friend auto operator<=>(const Memory&, const Memory&) = default;
};

}  // namespace calculon
