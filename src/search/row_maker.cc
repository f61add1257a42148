#include "search/row_maker.h"

#include <algorithm>
#include <cmath>

#include "batch/batch_shape.h"
#include "batch/memory_plan.h"
#include "calculon/batch/evaluate.h"

namespace calculon {
namespace {

// Finite only if all statistics are, but for sums that are too large: these follow from all that
// can become infinite or no number. Few, since most rows are made in a third of a microsecond, and
// added in pairs, so that no sum waits for another.
double sum_of_extremes(const Stats& s) {
  const double links = (s.total_time + s.tp_comm_link_time) +
                       (s.pp_comm_link_time + s.dp_comm_link_time) +
                       (s.dp_exp_comm_link_time + s.recomm_link_time);
  const double bandwidths = (s.tp_bw_overlap_req + s.dp_bw_overlap_req_chunk) +
                            (s.dp_bw_overlap_req_tail + s.act_offload_bw_req) +
                            (s.weight_offload_bw_req + s.optim_offload_bw_req);
  const double rates = (s.offload_mem_bw_req + s.compute_efficiency) +
                       (s.system_efficiency + s.total_efficiency) + s.sample_rate;
  return links + (bandwidths + rates);
}

}  // namespace

std::optional<std::string> RowMaker::make(const SettingRange& range, const Sink& sink) {
  const Degrees& degrees = space_.degrees()[range.degrees];
  if (placed_degrees_ != range.degrees) {  // ranges of the same degrees follow each other
    placements_ = plan_placements(degrees, system_, stop_);
    placed_degrees_ = range.degrees;
  }
  text_.clear();
  for (std::size_t s = range.first_setting; s < range.last_setting; ++s) {
    if (!make_setting(degrees, degrees.interleavings[range.interleaving], s, sink)) {
      return std::nullopt;
    }
  }
  return writer_->finish(std::move(text_));
}

ProfileCache& RowMaker::profiles_for(const Strategy& strategy, const SettingValues& values) {
  const BlockDegrees degrees = {strategy.tensor_par, strategy.expert_par, strategy.expert_slice};
  if (degrees != block_degrees_) {
    profiles_.clear();
    block_degrees_ = degrees;
  }
  const auto [entry, is_new] = profiles_.try_emplace(block_key(values));
  if (is_new) {
    entry->second.begin(transformer_, strategy);
  }
  return entry->second;
}

bool RowMaker::make_setting(const Degrees& degrees, const Interleaving& interleaving,
                            std::size_t setting, const Sink& sink) {
  const SettingValues& values = (*degrees.settings)[setting];
  Strategy strategy = degrees.with(interleaving);
  set_all(values, strategy);
  ProfileCache& profiles = profiles_for(strategy, values);
  const auto num_feasible = static_cast<std::int64_t>(placements_.feasible.size());
  for (std::size_t m = 0; m < degrees.microbatches.size(); ++m) {
    if (stop_) {  // also if the placements are not whole
      return false;
    }
    const std::int64_t first_index = degrees.index(interleaving, setting, m, 0);
    for (const RejectedPlacements& rejected : placements_.rejected) {
      tally_.reject(rejected.why, rejected.count, first_index + rejected.offset);
    }
    if (num_feasible == 0) {
      continue;
    }
    strategy.microbatch_size = degrees.microbatches[m];
    const Placement& first = placements_.feasible.front();
    auto infeasible = check_before_profile(transformer_, strategy);
    const OptimizerProfile* optimizer = nullptr;
    if (!infeasible) {
      optimizer = &profiles.optimizer(parts_, strategy.optimizer_shards());
      const BatchShape shape(transformer_, strategy, strategy.microbatch_size);
      const BlockProfile& block = profiles.block(parts_, strategy.microbatch_size, first.tiers);
      const PipelineSpaces memory = pipeline_spaces(block, *optimizer, shape);
      const StageSpaces& stage = fullest_stage(memory, strategy);
      infeasible = check_memory(tier_bytes(stage, strategy), system_);
      if (!infeasible) {
        infeasible = check_answer(block, stage);
      }
    }
    if (infeasible) {
      tally_.reject(*infeasible, num_feasible, first_index + first.offset);
    } else if (!make_placements(profiles, *optimizer, strategy, first_index, sink)) {
      return false;
    }
  }
  return true;
}

bool RowMaker::make_placements(ProfileCache& profiles, const OptimizerProfile& optimizer,
                               Strategy& strategy, std::int64_t first_index, const Sink& sink) {
  constexpr std::size_t kPlacementsPerCheck = 1024;
  for (std::size_t i = 0; i < placements_.feasible.size(); ++i) {
    if (i % kPlacementsPerCheck == kPlacementsPerCheck - 1 && stop_) {
      return false;
    }
    const Placement& placement = placements_.feasible[i];
    set_all(placement.tiers, strategy);
    const BlockProfile& block = profiles.block(parts_, strategy.microbatch_size, placement.tiers);
    const Outcome<Stats> stats = evaluate(transformer_, system_, block, optimizer, strategy);
    if (!stats) {
      tally_.reject(stats.error(), 1, first_index + placement.offset);
      continue;
    }
    ++tally_.total;
    ++tally_.good;
    if (!add_row(strategy, *stats, sink)) {
      return false;
    }
  }
  return true;
}

bool RowMaker::add_row(const Strategy& strategy, const Stats& stats, const Sink& sink) {
  constexpr std::size_t kLongestText = std::size_t{8} << 20;
  if (!std::all_of(where_.begin(), where_.end(),
                   [&](const StatFilter& filter) { return filter.accepts(stats); })) {
    return true;
  }
  if (!std::isfinite(sum_of_extremes(stats))) {
    require_finite(stats);
  }
  ++rows_;
  writer_->append(text_, strategy, stats);
  if (text_.size() < kLongestText) {
    return true;
  }
  const bool go_on = sink(writer_->finish(std::move(text_)));
  text_.clear();
  return go_on;
}

}  // namespace calculon
