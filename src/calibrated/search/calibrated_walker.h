#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <vector>

#include "base/finite.h"
#include "calibrated/block_memory.h"
#include "calibrated/block_time.h"
#include "calibrated/calibrated_evaluate.h"
#include "calibrated/machine.h"
#include "calibrated/search/calibrated_space.h"
#include "calibrated/search/rule_tally.h"
#include "calibrated/stage_load.h"
#include "calibrated/stage_memory.h"
#include "calibrated/step_time.h"
#include "calibrated/suitability.h"
#include "launch/launch_rules.h"

namespace calculon {

inline constexpr std::string_view kMemoryRule = "KD7";

// What the blocks and the ends of a model take on one rank, good for every schedule.
struct RankProfile {
  BlockTime block;
  EndTimes ends;
  RankMemory memory;
};

// What a schedule makes of the model's blocks, whatever one of them takes.
struct ScheduleLoads {
  StageSizes sizes;
  std::vector<StageLoad> heaviest;
};

// An execution that fits, as the walker has it at hand.
struct WalkedExecution {
  const CalibratedExecution& execution;
  std::int64_t index;
  const RankProfile& profile;
  const ScheduleLoads& loads;
  const RankPlacement& placement;
  const DeviceNeed& need;
};

// One thread's way through a space. What depends on the split of a block is computed once for all
// schedules, and what depends on the schedule once for all splits; an execution then is arithmetic
// on both.
class CalibratedWalker {
 public:
  // All have to outlive the walker. Throws InputError by rules KC21 and KC22.
  CalibratedWalker(const Transformer& model, const System& system, const CalibratedSpace& space)
      : model_(model),
        space_(space),
        machine_(machine_of(system, space.base())),
        work_(model_work(model)) {}

  // Counts all executions with these degrees, in the order of their indices, and calls
  // `visit(WalkedExecution)` for each that no rule rejects. Degrees that follow each other with the
  // same block choices share profiles.
  template <class Visit>
  void walk(const CalibratedDegrees& degrees, RuleTally& tally, const Visit& visit);

  // Throws InputError for a step that is no number.
  Step step(const WalkedExecution& walked) const {
    Step step = step_of(model_, walked.execution, machine_, walked.placement, walked.profile.block,
                        walked.profile.ends, walked.loads.sizes);
    require_finite(step.total, "total_time");
    return step;
  }

  // All figures of an execution but those of single stages.
  void set_stats(CalibratedStats& stats, const WalkedExecution& walked) const {
    stats.memory = walked.need;
    set_figures(stats, work_, walked.execution, machine_, walked.profile.block, walked.profile.ends,
                step(walked));
  }

 private:
  using BlockKey = std::array<std::int64_t, 6>;
  using ScheduleKey = std::array<std::int64_t, 4>;

  // Makes profiles and a copy of the choices ready for degrees. Returns the copy.
  std::vector<CalibratedExecution>& prepare(const CalibratedDegrees& degrees);
  const ScheduleLoads& loads_of(const CalibratedExecution& execution);

  const Transformer& model_;
  const CalibratedSpace& space_;
  Machine machine_;
  ModelWork work_;
  BlockKey block_key_{};
  std::vector<RankProfile> profiles_;                                   // of block_key_
  std::map<std::size_t, std::vector<CalibratedExecution>> executions_;  // by list of choices
  std::map<ScheduleKey, ScheduleLoads> schedules_;
};

template <class Visit>
void CalibratedWalker::walk(const CalibratedDegrees& degrees, RuleTally& tally,
                            const Visit& visit) {
  const ChoiceList& list = space_.choices(degrees);
  std::vector<CalibratedExecution>& executions = prepare(degrees);
  const auto count = static_cast<std::int64_t>(executions.size());
  std::int64_t index = degrees.first_index;
  for (const std::int64_t interleaving : degrees.interleavings) {
    if (executions.empty()) {
      continue;
    }
    set_degrees(executions.front(), degrees, interleaving);
    if (const auto unsuitable = why_unsuitable(model_, executions.front(), machine_.reach)) {
      tally.reject(unsuitable->rule, count, 0, index);
      index += count;
      continue;
    }
    const ScheduleLoads& loads = loads_of(executions.front());
    const RankPlacement placement =
        place_groups(executions.front(), machine_.domain, model_.details.num_experts > 0);
    for (std::size_t i = 0; i < executions.size(); ++i, ++index) {
      CalibratedExecution& e = executions[i];
      set_degrees(e, degrees, interleaving);
      if (space_.launchable()) {
        if (const LaunchRule* rule = broken_rule(*space_.launchable(), model_, e)) {
          tally.reject(rule->id, 1, 0, index);
          continue;
        }
      }
      const RankProfile& profile = profiles_[list.blocks[i]];
      const MemoryModel memory(model_, profile.memory, e, machine_, placement);
      const DeviceNeed need = memory.stages(loads.heaviest, [](const StageMemory&) {});
      if (need.verdict == MemoryVerdict::kDoesNotFit) {
        tally.reject(kMemoryRule, 1, need.device_low / need.capacity, index);
        continue;
      }
      tally.accept();
      visit(WalkedExecution{e, index, profile, loads, placement, need});
    }
  }
}

}  // namespace calculon
