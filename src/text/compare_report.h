#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json_reader.h"
#include "calculon/calibrated/calibrated_stats.h"
#include "calculon/statistics/stats.h"
#include "calculon/strategy/preset.h"
#include "calibrated/uncertainty.h"

namespace calculon {

// One part of a step or of a processor's memory by both models; nothing where a model has no such
// part.
struct ComparedPart {
  std::string_view name;
  Unit unit = Unit::kSeconds;
  std::optional<double> published;
  std::optional<double> calibrated;
};

// Of one execution: the parts of the step, then those of the fullest processor's memory, each with
// their sum behind them. `published` is null where that model finds the execution infeasible.
std::vector<ComparedPart> compared_parts(const Stats* published, Preset preset,
                                         const CalibratedStats& calibrated);

// Side by side, with the calibrated figure relative to the published one, and how far the
// calibrated step can be trusted.
std::string compare_text(const std::vector<ComparedPart>& parts, const Uncertainty& uncertainty);

// An array of objects with `part`, `unit`, `published` and `calibrated`; that of the step also has
// `uncertainty`.
Json compare_json(const std::vector<ComparedPart>& parts, const Uncertainty& uncertainty);

}  // namespace calculon
