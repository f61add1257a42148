#include "search/row_maker.h"

#include <algorithm>

#include "batch/batch_shape.h"
#include "batch/memory_plan.h"
#include "calculon/batch/evaluate.h"

namespace calculon {

std::string RowMaker::make(const SettingRange& range) {
  const Degrees& degrees = space_.degrees()[range.degrees];
  std::string text;
  for (std::size_t s = range.first_setting; s < range.last_setting; ++s) {
    make_setting(degrees, degrees.interleavings[range.interleaving], placements_[range.degrees], s,
                 text);
  }
  return writer_->finish(std::move(text));
}

ProfileCache& RowMaker::profiles_for(const Strategy& strategy, const SettingValues& values) {
  const BlockDegrees degrees = {strategy.tensor_par, strategy.expert_par, strategy.expert_slice};
  if (degrees != block_degrees_) {
    profiles_.clear();
    block_degrees_ = degrees;
  }
  const auto [entry, is_new] = profiles_.try_emplace(block_key(values));
  if (is_new) {
    entry->second.begin(transformer_, system_, strategy);
  }
  return entry->second;
}

void RowMaker::make_setting(const Degrees& degrees, const Interleaving& interleaving,
                            const PlacementPlan& placements, std::size_t setting,
                            std::string& text) {
  const SettingValues& values = (*degrees.settings)[setting];
  Strategy strategy = degrees.with(interleaving);
  set_all(values, strategy);
  ProfileCache& profiles = profiles_for(strategy, values);
  for (std::size_t m = 0; m < degrees.microbatches.size(); ++m) {
    const std::int64_t first_index = degrees.index(interleaving, setting, m, 0);
    for (const PlacementPlan::Rejected& rejected : placements.rejected) {
      tally_.reject(rejected.why, 1, first_index + rejected.offset);
    }
    if (placements.num_feasible() == 0) {
      continue;
    }
    strategy.microbatch_size = degrees.microbatches[m];
    const PlacementPlan::Placement& first = placements.feasible.front();
    auto infeasible = check_before_profile(transformer_, strategy);
    const OptimizerStats* optimizer = nullptr;
    if (!infeasible) {
      optimizer = &profiles.optimizer(strategy.optimizer_shards());
      const BatchShape shape(transformer_, strategy, strategy.microbatch_size);
      const BlockProfile& block = profiles.block(strategy.microbatch_size, first.tiers);
      const MemoryPlan plan = plan_memory(block, *optimizer, strategy, shape);
      infeasible = check_memory(plan, system_);
      if (!infeasible) {
        infeasible = check_answer(block, plan);
      }
    }
    if (infeasible) {
      tally_.reject(*infeasible, placements.num_feasible(), first_index + first.offset);
    } else {
      make_placements(placements, profiles, *optimizer, strategy, first_index, text);
    }
  }
}

void RowMaker::make_placements(const PlacementPlan& placements, ProfileCache& profiles,
                               const OptimizerStats& optimizer, Strategy& strategy,
                               std::int64_t first_index, std::string& text) {
  for (const PlacementPlan::Placement& placement : placements.feasible) {
    set_all(placement.tiers, strategy);
    const BlockProfile& block = profiles.block(strategy.microbatch_size, placement.tiers);
    const Outcome<Stats> stats = evaluate(transformer_, system_, block, optimizer, strategy);
    if (!stats) {
      tally_.reject(stats.error(), 1, first_index + placement.offset);
      continue;
    }
    ++tally_.total;
    ++tally_.good;
    if (std::all_of(where_.begin(), where_.end(),
                    [&](const StatFilter& filter) { return filter.accepts(*stats); })) {
      ++rows_;
      writer_->append(text, strategy, *stats);
    }
  }
}

}  // namespace calculon
