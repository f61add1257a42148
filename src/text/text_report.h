#pragma once

#include <string>

#include "calculon/model/why_not.h"
#include "calculon/statistics/stats.h"
#include "calculon/strategy/strategy.h"
#include "calculon/workload/transformer.h"

namespace calculon {

// What a person wants first: speed, utilization, memory and a bar chart of where the time goes.
// Throughput and utilization are those of the model as given (model/given_work.h).
// `color` uses terminal colors.
std::string summary_text(const Transformer& transformer, const System& system,
                         const Strategy& strategy, const Stats& stats, bool color);

// The published report, line by line. `system_literal` is the system file as read.
std::string published_report(const Transformer& transformer, const Strategy& strategy,
                             const Stats& stats, const std::string& system_literal);

// Why a configuration does not fit, by how much, and what would help.
std::string why_not_text(const Infeasible& infeasible, const WhyNot& why);

}  // namespace calculon
