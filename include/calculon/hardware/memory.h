#pragma once

#include "calculon/hardware/efficiency_curve.h"

namespace calculon {

// A memory tier: 1 is the device's own, 2 holds what is offloaded.
struct Memory {
  double capacity_bytes = 0;
  double peak_bytes_per_second = 0;
  EfficiencyCurve curve;  // over bytes

  double bytes_per_second(double bytes) const {
    return peak_bytes_per_second * curve.efficiency(bytes);
  }
  double seconds(double bytes) const { return bytes / bytes_per_second(bytes); }
};

}  // namespace calculon
