// The nest of a search, outermost first: microbatch sizes (ascending, which -m needs),
// interleavings, memory plans, tiers up to those of the pipeline, overlap and tiers of
// data-parallel traffic. Whatever a level decides is decided there for everything inside: a memory
// plan that does not fit rejects all its placements at once, and times of a stage that are too long
// to be among the best, without offload overhead and data-parallel communication, are counted only.
#include "search/walker.h"

#include <algorithm>

#include "batch/data_parallel.h"
#include "batch/offload.h"
#include "calculon/batch/evaluate.h"
#include "calculon/model/evaluate.h"
#include "calculon/strategy/placement.h"

namespace calculon {
namespace {

constexpr bool any_free_setting_on(Level level) {
  bool found = false;
  for_each_free_setting([&](const auto& row, std::size_t) { found = found || row.level == level; });
  return found;
}
static_assert(!any_free_setting_on(Level::kPipeline),
              "a walker times the stages of a microbatch once for all free settings of a block");

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

void Walker::walk(std::size_t degrees, const BlockSettings& block) {
  degrees_ = &space_.degrees()[degrees];
  block_settings_ = &block;
  placements_ = &placements_of(degrees);
  ended_.assign(degrees_->interleavings.size() * block.memory.size(), false);
  optimizers_[false] = optimizers_[true] = nullptr;
  if (context_.stop) {  // perhaps in the middle of planning
    return;
  }
  reject_placements();
  if (!placements_->first) {
    return;
  }
  for (std::size_t i = 0; i < degrees_->microbatches.size(); ++i) {
    if (context_.stop) {
      return;
    }
    walk_microbatch(i);
  }
}

const StagePlan& Walker::placements_of(std::size_t degrees) {
  if (const StagePlan* few = context_.plan.placements(degrees)) {
    return *few;
  }
  if (large_degrees_ != degrees) {
    large_placements_ = stage_plan(*degrees_, system_, context_.stop);
    large_degrees_ = degrees;
  }
  return large_placements_;
}

template <class Item, class Visit>
void Walker::visit_until_stopped(const std::vector<Item>& items, const Visit& visit) const {
  constexpr std::size_t kItemsPerCheck = 256;
  for (std::size_t first = 0; first < items.size(); first += kItemsPerCheck) {
    if (first > 0 && context_.stop) {
      return;
    }
    const std::size_t last = std::min(items.size(), first + kItemsPerCheck);
    for (std::size_t i = first; i < last; ++i) {
      visit(items[i]);
    }
  }
}

// Placements that are impossible are so for every strategy of the walk. With -m those are counted
// that come before the microbatches end, so only the first microbatch of a walk without any
// possible placement can be counted here.
void Walker::reject_placements() {
  const bool breaks = options_.break_microbatches;  // quirk F6
  if (breaks && placements_->first) {
    return;
  }
  const auto microbatches = breaks ? 1 : static_cast<std::int64_t>(degrees_->microbatches.size());
  const std::int64_t strategies = static_cast<std::int64_t>(degrees_->interleavings.size()) *
                                  block_settings_->num_settings() * microbatches;
  for (const RejectedPlacements& rejected : placements_->rejected) {
    tally_.reject(rejected.why, strategies * rejected.count,
                  degrees_->index(degrees_->interleavings.front(),
                                  block_settings_->first_position(), 0, rejected.offset));
  }
}

void Walker::walk_microbatch(std::size_t microbatch) {
  stages_.clear();
  first_profile_ = nullptr;
  for (std::size_t v = 0; v < degrees_->interleavings.size(); ++v) {
    const Interleaving& interleaving = degrees_->interleavings[v];
    Strategy strategy = degrees_->with(interleaving);
    set_all(block_settings_->values, strategy);
    strategy.microbatch_size = degrees_->microbatches[microbatch];
    Batch batch{microbatch, &interleaving, v,
                BatchShape(transformer_, strategy, strategy.microbatch_size), strategy};
    walk_batch(batch);
  }
}

void Walker::walk_batch(Batch& batch) {
  const std::vector<MemorySettings>& memory = block_settings_->memory;
  for (std::size_t i = 0; i < memory.size(); ++i) {
    const std::size_t number = batch.interleaving_number * memory.size() + i;
    if (!ended_[number]) {
      const bool good = walk_memory(batch, memory[i]);
      ended_[number] = options_.break_microbatches && !good;
    }
  }
}

void Walker::reject(const Infeasible& why, std::int64_t placements, std::int64_t placement,
                    const Batch& batch, const MemorySettings& memory) {
  const auto schedules = static_cast<std::int64_t>(memory.schedules.size());
  tally_.reject(
      why, schedules * placements,
      degrees_->index(*batch.interleaving, memory.first_position(), batch.microbatch, placement));
}

// Returns whether any placement is good.
bool Walker::walk_memory(Batch& batch, const MemorySettings& memory) {
  if (options_.break_microbatches) {
    for (const RejectedPlacements& rejected : placements_->rejected) {
      reject(rejected.why, rejected.count, rejected.offset, batch, memory);
    }
  }
  set_all(memory.values, batch.strategy);
  const OptimizerProfile* optimizer = nullptr;
  if (const auto infeasible = check_schedule(batch, optimizer)) {
    reject(*infeasible, placements_->num_feasible, placements_->first->offset, batch, memory);
    return false;
  }
  if (stages_.empty()) {
    time_stages(batch);
  }
  std::int64_t good = 0;
  visit_until_stopped(stages_, [&](const StageTimes& stage) {
    const auto& placements = stage.placement->placements;
    const auto count = static_cast<std::int64_t>(placements.size());
    if (stage.no_offload_window) {
      reject({Reason::kNoOffloadWindow}, count, placements.front().offset, batch, memory);
    } else {
      good += count * static_cast<std::int64_t>(memory.schedules.size());
      time_schedules(batch, memory, *optimizer, stage);
    }
  });
  tally_.total += good;
  tally_.good += good;
  return good > 0;
}

std::optional<Infeasible> Walker::check_schedule(const Batch& batch,
                                                 const OptimizerProfile*& optimizer) {
  if (const auto infeasible = check_before_profile(transformer_, batch.strategy)) {
    return infeasible;
  }
  if (!first_profile_) {
    first_profile_ =
        &profiles_.block(degrees_->microbatches[batch.microbatch], placements_->first->tiers);
  }
  const OptimizerProfile*& known = optimizers_[batch.strategy.optimizer_sharding];
  if (!known) {
    known = &profiles_.optimizer(batch.strategy.optimizer_shards());
  }
  optimizer = known;
  const BlockProfile& block = *first_profile_;
  const MemoryPlan plan = plan_memory(block, *optimizer, batch.strategy, batch.shape);
  const auto infeasible = check_memory(plan, system_);
  return infeasible ? infeasible : check_answer(block, plan);
}

void Walker::time_stages(const Batch& batch) {
  Strategy strategy = batch.strategy;
  visit_until_stopped(placements_->stages, [&](const StagePlan::StagePlacement& placement) {
    set_all(placement.tiers, strategy);
    StageTimes times{};
    times.placement = &placement;
    times.block = &profiles_.block(strategy.microbatch_size, placement.tiers);
    times.transfer =
        pipeline_transfer(*times.block, batch.shape,
                          system_.networks[static_cast<std::size_t>(strategy.pipeline_par_net)]);
    times.bare = block_times(*times.block, times.transfer);
    times.no_offload_window = offload_windows(*times.block, times.bare).any_empty();
    stages_.push_back(times);
  });
}

void Walker::time_schedules(Batch& batch, const MemorySettings& memory,
                            const OptimizerProfile& optimizer, const StageTimes& stage) {
  const BlockProfile& block = *stage.block;
  const auto sequences = static_cast<double>(batch.strategy.batch_size);
  set_all(stage.placement->tiers, batch.strategy);
  if (!rate_only_) {
    evaluate_schedules(batch, memory, optimizer, stage);
    return;
  }
  const ComputeTimes compute = compute_times(block, optimizer, batch.shape);
  if (!options_.exhaustive) {
    const BatchTimes least =
        batch_times(block, compute, batch.shape, stage.transfer, stage.bare, {});
    const double bound =
        std::max(keeper_.threshold(), context_.threshold.load(std::memory_order_relaxed));
    if (sequences / least.total() < bound) {
      keeper_.skip(
          static_cast<std::int64_t>(stage.placement->placements.size() * memory.schedules.size()));
      return;
    }
  }
  const OffloadTraffic traffic = offload_traffic(block, optimizer, batch.strategy, system_.mem2);
  const BlockTimes overhead = offload_overhead(block, traffic, stage.bare);
  const BlockTimes full = stage.bare + overhead;
  BatchTimes parts = batch_times(block, compute, batch.shape, stage.transfer, stage.bare, overhead);
  for (const ScheduleSettings& schedule : memory.schedules) {
    set_data_parallel(schedule.values, batch.strategy);
    visit_until_stopped(stage.placement->placements, [&](const Placement& placement) {
      set_data_parallel(placement.tiers, batch.strategy);
      parts.data_parallel = data_parallel(block, optimizer, batch.strategy, system_, batch.shape,
                                          stage.transfer, full)
                                .exposed_seconds;
      offer_rate(sequences / parts.total(), degrees_->index(*batch.interleaving, schedule.position,
                                                            batch.microbatch, placement.offset));
    });
  }
  raise(context_.threshold, keeper_.threshold());
}

// Most rates are below the top list's, so that what breaks ties is worked out for few.
void Walker::offer_rate(double sample_rate, std::int64_t index) {
  if (!keeper_.count_rate(sample_rate)) {
    return;
  }
  const double tie_break =
      options_.least_first ? keeper_.tie_break(*evaluate(transformer_, system_, space_.at(index)))
                           : 0;
  keeper_.offer({sample_rate, tie_break, index});
}

void Walker::evaluate_schedules(Batch& batch, const MemorySettings& memory,
                                const OptimizerProfile& optimizer, const StageTimes& stage) {
  for (const ScheduleSettings& schedule : memory.schedules) {
    set_data_parallel(schedule.values, batch.strategy);
    visit_until_stopped(stage.placement->placements, [&](const Placement& placement) {
      set_data_parallel(placement.tiers, batch.strategy);
      const Outcome<Stats> stats =
          evaluate(transformer_, system_, *stage.block, optimizer, batch.strategy);
      keeper_.offer(*stats, degrees_->index(*batch.interleaving, schedule.position,
                                            batch.microbatch, placement.offset));
    });
  }
}

}  // namespace calculon
