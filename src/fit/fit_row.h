#pragma once

#include <functional>
#include <string>

#include "calculon/hardware/calibration.h"

namespace calculon {

// A measured time, and what is predicted for it with given constants.
struct FitRow {
  std::string id;
  double measured_seconds = 0;
  std::function<double(const Calibration&)> seconds;  // safe on any thread
  bool cuda_graphs = false;
  bool experts = false;
};

}  // namespace calculon
