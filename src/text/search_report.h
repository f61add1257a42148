#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/json_reader.h"
#include "calculon/search/search_types.h"
#include "calculon/search/strategy_space.h"
#include "calculon/search/tally.h"
#include "text/fitted_table.h"
#include "text/result_inputs.h"
#include "text/run_cost_report.h"

namespace calculon {

// The published lines: how many executions there were, and how fast they were counted.
std::string counts_text(const Tally& tally, double seconds);
std::string counts_text(std::int64_t total, std::int64_t good, std::int64_t bad, double seconds);

// Why executions were bad: a line per reason with its count, and the one that came closest.
std::string bad_reasons_text(const Tally& tally, const StrategySpace& space);

// A compact table of the best, a line each, as far as they are shown, with what differs between
// them and no wider than `width` if that can be. Those with a crossing group are marked, and a line
// below says what that is. The utilization is that of the model as given.
inline constexpr std::size_t kMostShown = 20;
std::string best_table(const std::vector<RankedStrategy>& best, const Transformer& transformer,
                       const System& system, bool color, std::size_t width = kTerminalWidth);

// {"0": {"execution": {...}, "stats": {...}}, ...}, best first; `layers` adds each block's layers.
Json best_json(const std::vector<RankedStrategy>& best, const Transformer& transformer,
               const System& system, bool layers);

// A line per result behind its rank; the header's first column has no name. What the results are of
// and what whole runs cost stands behind it, if it is asked for.
std::string best_csv(const std::vector<RankedStrategy>& best, Preset preset,
                     const std::optional<ResultInputs>& inputs = {}, const AnswerCosts& costs = {});

}  // namespace calculon
