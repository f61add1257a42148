#pragma once

#include <compare>

#include "calculon/hardware/efficiency_curve.h"

namespace calculon {

// One engine of a processor for one datatype: the matrix engine does products, the vector engine
// all else. Work takes flops / (peak * efficiency), see docs/model.md, "Processor".
struct Engine {
  double peak_flops_per_second = 0;
  EfficiencyCurve curve;  // over flops

  // Both throw InputError where the curve does not cover the size.
  double flops_per_second(double flops) const {
    return peak_flops_per_second * curve.efficiency(flops);
  }
  double seconds(double flops) const { return flops / flops_per_second(flops); }

  friend auto operator<=>(const Engine&, const Engine&) = default;
};

}  // namespace calculon
