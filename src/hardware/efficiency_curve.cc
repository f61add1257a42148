#include "calculon/hardware/efficiency_curve.h"

#include <fmt/format.h>

#include "calculon/base/input_error.h"

namespace calculon {

void EfficiencyCurve::fail(double size) const {
  if (steps_.empty()) {
    throw InputError(
        fmt::format("{} is empty, expected pairs that end with a threshold of 0", name_));
  }
  throw InputError(fmt::format(
      "{} has no step for an operation of size {}, expected a last pair with threshold 0", name_,
      size));
}

}  // namespace calculon
