#pragma once

#include <span>
#include <string>
#include <string_view>

#include "base/json_reader.h"
#include "fit/cluster_fit.h"

namespace calculon {

// Constants before and after a fit, and the errors of the step time; `system` is the name of the
// system.
std::string fit_text(const ClusterFit& fit, std::string_view system);

// The same for programs, with every run; `rows` are those of the steps.
Json fit_json(const ClusterFit& fit, std::span<const FitRow> rows, std::string_view system);

}  // namespace calculon
