#pragma once

#include <optional>

#include "page/plot.h"

namespace calculon {

// The plots of a page of plans, which no other table has: their objects come from plan_page.h. A
// row is a stage.
inline constexpr const char* kPlanTimelinePlot = "plan_timeline";
inline constexpr const char* kPlanPartsPlot = "plan_parts";
inline constexpr const char* kPlanMemoryPlot = "plan_memory";

// Nothing for a plot of another kind.
std::optional<Drawing> draw_plan_plot(const PlotRequest& request);

}  // namespace calculon
