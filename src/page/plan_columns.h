#pragma once

#include <array>
#include <string_view>

namespace calculon {

// A column that only pages of plans for mixed clusters have.
struct PlanPageColumn {
  std::string_view name;
  std::string_view unit;
  double factor;
  std::string_view help;
};

inline constexpr std::array kPlanPageColumns = {
    PlanPageColumn{"devices", "", 1, "GPUs of the stage"},
    PlanPageColumn{"layers", "", 1,
                   "layers of the stage; of a plan the first of each, and the end"},
    PlanPageColumn{"microbatch_time", "ms", 1, "forward and backward of one microbatch"},
    PlanPageColumn{"reduction_time", "ms", 1, "reduction of the stage's gradients"},
    PlanPageColumn{"update_time", "ms", 1, "the stage's optimizer"},
    PlanPageColumn{"transfer_time", "ms", 1, "one hand-over to the next stage"},
    PlanPageColumn{"memory", "GiB", 1, "what the planner holds against the capacity"},
    PlanPageColumn{"capacity", "GiB", 1, "memory of a GPU, or as published of the whole group"},
    PlanPageColumn{"used", "%", 100, "share of the capacity"},
    PlanPageColumn{"cost", "ms", 1, "estimated time of an iteration"},
    PlanPageColumn{"sequences_per_second", "", 1, "batch divided by the cost"},
    PlanPageColumn{"types", "", 1, "types of GPU in their order"},
    PlanPageColumn{"groups", "", 1, "GPUs of each stage"},
    PlanPageColumn{"strategies", "", 1, "data x tensor degree of each stage"},
    PlanPageColumn{"micro_batches", "", 1, "microbatches of an iteration"},
    PlanPageColumn{"stages_charged", "", 1, "stages that the cost is of (quirk H7)"},
};

}  // namespace calculon
