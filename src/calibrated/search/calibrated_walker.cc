#include "calibrated/search/calibrated_walker.h"

#include <algorithm>

#include "calibrated/pipeline_layout.h"

namespace calculon {

std::vector<CalibratedExecution>& CalibratedWalker::prepare(const CalibratedDegrees& d) {
  const ChoiceList& list = space_.choices(d);
  const auto [entry, is_new] = executions_.try_emplace(d.choices);
  std::vector<CalibratedExecution>& executions = entry->second;
  if (is_new) {
    executions = list.executions;
  }
  const BlockKey key = {d.tensor_par,        d.context_par, d.microbatch_size,
                        d.expert_tensor_par, d.expert_par,  static_cast<std::int64_t>(d.choices)};
  if (key == block_key_) {
    return executions;
  }
  block_key_ = key;
  profiles_.clear();
  for (const std::size_t first : list.first_of_block) {
    CalibratedExecution& e = executions[first];
    set_degrees(e, d, d.interleavings.front());
    const RankPlacement placement =
        place_groups(e, machine_.domain, model_.details.num_experts > 0);
    const BlockTime block = block_time(model_, e, machine_, placement);
    profiles_.push_back({block, end_times(model_, e, machine_, placement, block),
                         rank_memory(model_, e, machine_.constants.memory_overhead)});
  }
  return executions;
}

const ScheduleLoads& CalibratedWalker::loads_of(const CalibratedExecution& e) {
  // More microbatches than two rounds of the pipeline are never alive.
  const std::int64_t alive = std::min(e.microbatches(), 2 * e.pipeline_par);
  const ScheduleKey key = {e.pipeline_par, e.pipeline_interleaving,
                           static_cast<std::int64_t>(e.pipeline_balance), alive};
  const auto [entry, is_new] = schedules_.try_emplace(key);
  if (is_new) {
    const PipelineLayout layout(e, model_.num_blocks);
    entry->second = {layout.stage_sizes(), heaviest_loads(stage_loads(model_, e, layout))};
  }
  return entry->second;
}

}  // namespace calculon
