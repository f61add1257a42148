#pragma once

#include <array>
#include <string>
#include <string_view>

namespace calculon {

// Nested statistics of the calibrated methodology are columns with dotted names, such as
// time.bubble and memory.peak. Those of the pipeline stages are rows of their own, with the columns
// `stage` and memory.stages.*.
inline const std::string kTimePrefix = "time.";
inline const std::string kMemoryPrefix = "memory.";
inline const std::string kStagePrefix = "memory.stages.";
inline const std::string kStagePeak = "memory.stages.peak";
inline const std::string kPeakStage = "memory.peak_stage";
inline const std::string kCapacity = "memory.capacity";

// What a processor needs, by whichever model.
inline constexpr std::array<std::string_view, 2> kMemoryColumns = {"proc_mem_tier1_cap_req",
                                                                   "memory.peak"};

}  // namespace calculon
