#pragma once

#include "calculon/hardware/efficiency_curve.h"

namespace calculon {

// One engine (matrix or vector) of a processor for one datatype.
struct Engine {
  double peak_flops_per_second = 0;
  EfficiencyCurve curve;  // over flops

  double flops_per_second(double flops) const {
    return peak_flops_per_second * curve.efficiency(flops);
  }
  double seconds(double flops) const { return flops / flops_per_second(flops); }
};

}  // namespace calculon
