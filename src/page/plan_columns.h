#pragma once

#include <array>

#include "page/page_column.h"

namespace calculon {

// Those of a page of plans for mixed clusters.
inline constexpr std::array kPlanPageColumns = {
    PageColumn{"devices", "", 1, "GPUs of the stage"},
    PageColumn{"layers", "", 1, "layers of the stage; of a plan the first of each, and the end"},
    PageColumn{"microbatch_time", "ms", 1, "forward and backward of one microbatch"},
    PageColumn{"reduction_time", "ms", 1, "reduction of the stage's gradients"},
    PageColumn{"update_time", "ms", 1, "the stage's optimizer"},
    PageColumn{"transfer_time", "ms", 1, "one hand-over to the next stage"},
    PageColumn{"memory", "GiB", 1, "what the planner holds against the capacity"},
    PageColumn{"capacity", "GiB", 1, "memory of a GPU, or as published of the whole group"},
    PageColumn{"used", "%", 100, "share of the capacity"},
    PageColumn{"cost", "ms", 1, "estimated time of an iteration"},
    PageColumn{"sequences_per_second", "", 1, "batch divided by the cost"},
    PageColumn{"types", "", 1, "types of GPU in their order"},
    PageColumn{"groups", "", 1, "GPUs of each stage"},
    PageColumn{"strategies", "", 1, "data x tensor degree of each stage"},
    PageColumn{"micro_batches", "", 1, "microbatches of an iteration"},
    PageColumn{"stages_charged", "", 1, "stages that the cost is of (quirk H7)"},
};

}  // namespace calculon
