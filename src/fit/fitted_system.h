#pragma once

#include <string>

#include "base/json_reader.h"
#include "fit/cluster_fit.h"

namespace calculon {

// A copy of a system's file with the constants of a fit and where they come from; `name` is the
// system's.
Json fitted_system(const Json& system, const std::string& name, const ClusterFit& fit);

// {"n": ..., "mean": ..., ...}, rounded to a thousandth of a percent.
Json error_json(const ErrorSummary& errors);

}  // namespace calculon
