// The nest of a search, outermost first: microbatch sizes (ascending, which -m needs),
// interleavings, memory plans, tiers of tensor and pipeline traffic, tiers and overlap of data
// traffic. Whatever a level decides is decided there for everything inside: a memory plan that
// does not fit rejects all its placements at once, and a pair of tiers whose time without offload
// overhead and data-parallel communication is too long to be among the best is counted only.
#include "search/walker.h"

#include "batch/data_parallel.h"
#include "batch/offload.h"
#include "calculon/batch/evaluate.h"
#include "calculon/model/evaluate.h"
#include "calculon/strategy/placement.h"

namespace calculon {
namespace {

constexpr std::size_t kPipelineNet = 1;  // in kNetMembers

// Raises a shared bound.
void raise(std::atomic<double>& bound, double value) {
  double seen = bound.load(std::memory_order_relaxed);
  while (seen < value && !bound.compare_exchange_weak(seen, value, std::memory_order_relaxed)) {
  }
}

}  // namespace

Walker::Walker(const SearchContext& context, ProfileCache& profiles)
    : context_(context),
      transformer_(context.task.transformer),
      system_(context.task.system),
      space_(context.task.space),
      options_(context.task.options),
      rate_only_(Keeper::needs_rate_only(options_)),
      profiles_(profiles),
      keeper_(options_) {}

void Walker::walk(std::size_t cell, const SettingFamily& family) {
  cell_ = &space_.cells()[cell];
  family_ = &family;
  placements_ = &context_.plan.placements(cell);
  ended_.assign(cell_->groups.size() * family_->offloads.size(), false);
  optimizers_[false] = optimizers_[true] = nullptr;
  reject_placements();
  if (placements_->feasible.empty()) {
    return;
  }
  for (std::size_t i = 0; i < cell_->microbatches.size(); ++i) {
    if (context_.stop) {
      return;
    }
    walk_microbatch(i);
  }
}

// Placements that are impossible are so for every strategy of the item. With -m those are counted
// that come before the microbatches end, so only the first microbatch of an item without any
// possible placement can be counted here.
void Walker::reject_placements() {
  const bool breaks = options_.break_microbatches;
  if (breaks && !placements_->feasible.empty()) {
    return;
  }
  const auto microbatches = breaks ? 1 : static_cast<std::int64_t>(cell_->microbatches.size());
  const std::int64_t strategies =
      static_cast<std::int64_t>(cell_->groups.size()) * family_->num_settings() * microbatches;
  for (const PlacementPlan::Rejected& rejected : placements_->rejected) {
    tally_.reject(
        rejected.why, strategies,
        cell_->index(cell_->groups.front(), family_->first_setting(), 0, rejected.offset));
  }
}

void Walker::walk_microbatch(std::size_t microbatch) {
  pairs_.clear();
  first_profile_ = nullptr;
  for (std::size_t g = 0; g < cell_->groups.size(); ++g) {
    const StrategySpace::Group& group = cell_->groups[g];
    Strategy strategy = space_.base(*cell_, group);
    StrategySpace::apply(family_->block, strategy);
    strategy.microbatch_size = cell_->microbatches[microbatch];
    Round round{microbatch, &group, g, BatchShape(transformer_, strategy, strategy.microbatch_size),
                strategy};
    walk_group(round);
  }
}

void Walker::walk_group(Round& round) {
  for (std::size_t i = 0; i < family_->offloads.size(); ++i) {
    const std::size_t number = round.group_number * family_->offloads.size() + i;
    if (!ended_[number]) {
      const bool good = walk_offload(round, family_->offloads[i]);
      ended_[number] = options_.break_microbatches && !good;
    }
  }
}

void Walker::reject(const Infeasible& why, std::int64_t placements, std::int64_t placement,
                    const Round& round, const SettingFamily::Offload& offload) {
  const auto variants = static_cast<std::int64_t>(offload.overlaps.size());
  tally_.reject(
      why, variants * placements,
      cell_->index(*round.group, offload.overlaps[0].setting, round.microbatch, placement));
}

// Returns whether any placement is good.
bool Walker::walk_offload(Round& round, const SettingFamily::Offload& offload) {
  if (options_.break_microbatches) {
    for (const PlacementPlan::Rejected& rejected : placements_->rejected) {
      reject(rejected.why, 1, rejected.offset, round, offload);
    }
  }
  StrategySpace::apply(offload.settings, round.strategy);
  const OptimizerStats* optimizer = nullptr;
  if (const auto infeasible = check_schedule(round, optimizer)) {
    reject(*infeasible, placements_->num_feasible(), placements_->feasible.front().offset, round,
           offload);
    return false;
  }
  if (pairs_.empty()) {
    time_pairs(round);
  }
  std::int64_t good = 0;
  for (const PairTimes& times : pairs_) {
    const auto tiers = static_cast<std::int64_t>(times.pair->data_tiers.size());
    if (times.no_offload_window) {
      reject({Reason::kNoOffloadWindow}, tiers, times.pair->data_tiers.front().offset, round,
             offload);
    } else {
      good += tiers * static_cast<std::int64_t>(offload.overlaps.size());
      time_schedules(round, offload, *optimizer, times);
    }
  }
  tally_.total += good;
  tally_.good += good;
  return good > 0;
}

std::optional<Infeasible> Walker::check_schedule(const Round& round,
                                                 const OptimizerStats*& optimizer) {
  if (const auto infeasible = check_before_profile(transformer_, round.strategy)) {
    return infeasible;
  }
  if (!first_profile_) {
    first_profile_ =
        &profiles_.block(cell_->microbatches[round.microbatch], placements_->feasible.front().nets);
  }
  const OptimizerStats*& known = optimizers_[round.strategy.optimizer_sharding];
  if (!known) {
    known = &profiles_.optimizer(round.strategy.optimizer_shards());
  }
  optimizer = known;
  const BlockProfile& block = *first_profile_;
  const MemoryPlan plan = plan_memory(block, *optimizer, round.strategy, round.shape);
  const auto infeasible = check_memory(plan, system_);
  return infeasible ? infeasible : check_answer(block, plan);
}

void Walker::time_pairs(const Round& round) {
  for (const PlacementPlan::Pair& pair : placements_->pairs) {
    PairTimes times{};
    times.pair = &pair;
    times.block = &profiles_.block(cell_->microbatches[round.microbatch], pair.nets);
    times.transfer =
        pipeline_transfer(*times.block, round.shape,
                          system_.networks[static_cast<std::size_t>(pair.nets[kPipelineNet])]);
    times.bare = block_times(*times.block, times.transfer);
    times.no_offload_window = offload_windows(*times.block, times.bare).any_empty();
    pairs_.push_back(times);
  }
}

void Walker::time_schedules(Round& round, const SettingFamily::Offload& offload,
                            const OptimizerStats& optimizer, const PairTimes& times) {
  const BlockProfile& block = *times.block;
  const auto batch = static_cast<double>(cell_->batch_size);
  StrategySpace::apply(times.pair->nets, round.strategy);
  if (!rate_only_) {
    evaluate_schedules(round, offload, optimizer, times);
    return;
  }
  const ComputeTimes compute = compute_times(block, optimizer, round.shape);
  if (!options_.exhaustive) {
    const BatchTimes least =
        batch_times(block, compute, round.shape, times.transfer, times.bare, {});
    const double bound =
        std::max(keeper_.threshold(), context_.threshold.load(std::memory_order_relaxed));
    if (batch / least.total() < bound) {
      keeper_.skip(
          static_cast<std::int64_t>(times.pair->data_tiers.size() * offload.overlaps.size()));
      return;
    }
  }
  const OffloadTraffic traffic = offload_traffic(block, optimizer, round.strategy, system_.mem2);
  const BlockTimes overhead = offload_overhead(block, traffic, times.bare);
  const BlockTimes full = times.bare + overhead;
  BatchTimes parts = batch_times(block, compute, round.shape, times.transfer, times.bare, overhead);
  for (const SettingFamily::Overlap& overlap : offload.overlaps) {
    round.strategy.data_par_overlap = overlap.data_par_overlap;
    for (const PlacementPlan::DataTier& tier : times.pair->data_tiers) {
      round.strategy.data_par_net = tier.net;
      round.strategy.data_par_exp_net = tier.expert_net;
      parts.data_parallel = data_parallel(block, optimizer, round.strategy, system_, round.shape,
                                          times.transfer, full)
                                .exposed_seconds;
      offer_rate(batch / parts.total(),
                 cell_->index(*round.group, overlap.setting, round.microbatch, tier.offset));
    }
  }
  raise(context_.threshold, keeper_.threshold());
}

// Most rates are below the top list's, so that what breaks ties is worked out for few.
void Walker::offer_rate(double sample_rate, std::int64_t index) {
  const bool enters = keeper_.count_rate(sample_rate);
  if (!enters) {
    return;
  }
  if (options_.least_first) {
    keeper_.offer(*evaluate(transformer_, system_, space_.at(index)), sample_rate, index);
  } else {
    keeper_.offer({sample_rate, 0, index});
  }
}

void Walker::evaluate_schedules(Round& round, const SettingFamily::Offload& offload,
                                const OptimizerStats& optimizer, const PairTimes& times) {
  for (const SettingFamily::Overlap& overlap : offload.overlaps) {
    round.strategy.data_par_overlap = overlap.data_par_overlap;
    for (const PlacementPlan::DataTier& tier : times.pair->data_tiers) {
      round.strategy.data_par_net = tier.net;
      round.strategy.data_par_exp_net = tier.expert_net;
      const Outcome<Stats> stats =
          evaluate(transformer_, system_, *times.block, optimizer, round.strategy);
      keeper_.offer(*stats,
                    cell_->index(*round.group, overlap.setting, round.microbatch, tier.offset));
    }
  }
}

}  // namespace calculon
