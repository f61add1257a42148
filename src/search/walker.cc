// The nest of a search, outermost first: microbatch sizes (ascending, which -m needs),
// interleavings, memory plans, tiers up to those of the pipeline, overlap and tiers of
// data-parallel traffic. Whatever a level decides is decided there for everything inside: a memory
// plan that does not fit rejects all its placements at once, and stages that are too slow to be
// among the best are counted only: for all interleavings by what a batch takes at least, then
// without offload overhead and data-parallel communication.
#include "search/walker.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "batch/batch_times.h"
#include "batch/data_parallel.h"
#include "batch/least_time.h"
#include "batch/offload.h"
#include "calculon/batch/evaluate.h"
#include "calculon/model/evaluate.h"
#include "calculon/strategy/placement.h"
#include "search/until_stopped.h"

namespace calculon {
namespace {

constexpr bool any_free_setting_on(Level level) {
  bool found = false;
  for_each_free_setting([&](const auto& row, std::size_t) { found = found || row.level == level; });
  return found;
}
static_assert(!any_free_setting_on(Level::kPipeline),
              "a walker times the stages of a microbatch once for all free settings of a block");

}  // namespace

bool is_walked_like(const SearchOptions& a, const SearchOptions& b) {
  return a.break_microbatches == b.break_microbatches && a.exhaustive == b.exhaustive &&
         Keeper::needs_rate_only(a) == Keeper::needs_rate_only(b);
}

Walker::Walker(const SearchContext& context, std::vector<WalkedTask> tasks, ProfileCache& profiles,
               MemoryChecks& checks)
    : context_(context),
      transformer_(context.task.transformer),
      system_(context.task.system),
      space_(context.task.space),
      breaks_(context.task.options.break_microbatches),
      rate_only_(Keeper::needs_rate_only(context.task.options)),
      exhaustive_(context.task.options.exhaustive),
      profiles_(profiles),
      checks_(checks),
      schedule_(transformer_, context_.system, profiles_),
      tasks_(std::move(tasks)) {}

std::int64_t Walker::counted() const {
  std::int64_t sum = 0;
  for (const WalkedTask& task : tasks_) {
    sum += task.tally.total;
  }
  return sum;
}

void Walker::walk(std::size_t degrees, const BlockSettings& block, bool shared) {
  degrees_ = &space_.degrees()[degrees];
  block_settings_ = &block;
  placements_ = &placements_of(degrees);
  schedule_.choose_degrees(*degrees_, block, placements_->first);
  checks_.begin(space_, degrees, block, shared);
  if (context_.stop) {  // perhaps in the middle of planning
    return;
  }
  for (WalkedTask& task : tasks_) {
    task.ended.assign(degrees_->interleavings.size() * block.memory.size(), false);
    task.open.assign(degrees_->interleavings.size(), block.memory.size());
    reject_placements(task);
  }
  if (!placements_->first) {
    return;
  }
  for (std::size_t i = 0; i < degrees_->microbatches.size() && !context_.stop; ++i) {
    open_.clear();
    for (WalkedTask& task : tasks_) {
      if (std::any_of(task.open.begin(), task.open.end(), [](auto open) { return open > 0; })) {
        open_.push_back(&task);
      }
    }
    if (open_.empty()) {
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

// Placements that are impossible are so for every strategy of the walk. With -m those are counted
// that come before the microbatches end, so only the first microbatch of a walk without any
// possible placement can be counted here.
void Walker::reject_placements(WalkedTask& task) {
  if (breaks_ && placements_->first) {  // quirk F6
    return;
  }
  const auto microbatches = breaks_ ? 1 : static_cast<std::int64_t>(degrees_->microbatches.size());
  const std::int64_t strategies = static_cast<std::int64_t>(degrees_->interleavings.size()) *
                                  block_settings_->num_settings() * microbatches;
  for (const RejectedPlacements& rejected : placements_->rejected) {
    task.tally.reject(rejected.why, strategies * rejected.count,
                      degrees_->index(degrees_->interleavings.front(),
                                      block_settings_->first_position(), 0, rejected.offset));
  }
}

void Walker::walk_microbatch(std::size_t microbatch) {
  schedule_.choose_microbatch(microbatch);
  rate_bound_.reset();
  stages_.reset();
  std::erase_if(open_, [&](WalkedTask* task) { return rejects_microbatch(*task, microbatch); });
  if (open_.empty()) {
    return;
  }
  for (std::size_t v = 0; v < degrees_->interleavings.size(); ++v) {
    walk_interleaving(microbatch, v);
  }
}

// Where not even the schedule that needs least of tier 1 fits, all are rejected at once; which one
// that is, an earlier walker has found.
bool Walker::rejects_microbatch(WalkedTask& task, std::size_t microbatch) {
  const std::size_t memory = block_settings_->memory.size();
  if (std::any_of(task.open.begin(), task.open.end(),
                  [&](std::size_t open) { return open != memory; })) {
    return false;  // the others do not count any more
  }
  const auto& least = checks_.least(microbatch);
  if (!least || least->tier1_bytes <= task.task->system.mem1.capacity_bytes) {
    return false;
  }
  const std::int64_t strategies =
      static_cast<std::int64_t>(degrees_->interleavings.size()) * block_settings_->num_settings();
  if (breaks_) {
    for (const RejectedPlacements& rejected : placements_->rejected) {
      task.tally.reject(rejected.why, strategies * rejected.count,
                        index_at({microbatch, 0, 0}, rejected.offset));
    }
    task.open.assign(task.open.size(), 0);
  }
  task.tally.reject(full_memory({least->tier1_bytes, 0}, task.task->system),
                    strategies * placements_->num_feasible,
                    index_at(least->place, placements_->first->offset));
  return true;
}

void Walker::walk_interleaving(std::size_t microbatch, std::size_t interleaving) {
  const std::size_t memory = block_settings_->memory.size();
  schedule_.choose_interleaving(interleaving);
  for (Place place{microbatch, interleaving, 0}; place.memory < memory; ++place.memory) {
    const std::size_t number = interleaving * memory + place.memory;
    const auto end = [&](WalkedTask& task) {
      if (breaks_) {
        task.ended[number] = true;
        --task.open[interleaving];
      }
    };
    fitting_.clear();
    for (WalkedTask* task : open_) {
      if (breaks_ && task->ended[number]) {
        continue;
      }
      if (fits(*task, place)) {
        fitting_.push_back(task);
      } else {
        end(*task);
      }
    }
    if (!fitting_.empty() && !walk_stages(place)) {
      for (WalkedTask* task : fitting_) {
        end(*task);
      }
    }
  }
}

std::int64_t Walker::index_at(const Place& place, std::int64_t placement) const {
  return degrees_->index(degrees_->interleavings[place.interleaving],
                         block_settings_->memory[place.memory].first_position(), place.microbatch,
                         placement);
}

std::int64_t Walker::index_of(const Place& place, const ScheduleSettings& schedule,
                              const Placement& placement) const {
  return degrees_->index(degrees_->interleavings[place.interleaving], schedule.position,
                         place.microbatch, placement.offset);
}

void Walker::reject(WalkedTask& task, const Infeasible& why, std::int64_t placements,
                    std::int64_t placement, const Place& place) const {
  const auto schedules = static_cast<std::int64_t>(schedules_of(place).size());
  task.tally.reject(why, schedules * placements, index_at(place, placement));
}

// Whether a schedule fits into a system. Counts it if not.
bool Walker::fits(WalkedTask& task, const Place& place) {
  if (breaks_) {
    for (const RejectedPlacements& rejected : placements_->rejected) {
      reject(task, rejected.why, rejected.count, rejected.offset, place);
    }
  }
  const System& system = task.task->system;
  const CheckedSchedule& checked = check(place);
  if (checked.is_good(system)) {
    return true;
  }
  reject(task, checked.infeasible(system), placements_->num_feasible, placements_->first->offset,
         place);
  return false;
}

// Returns whether any placement is good.
bool Walker::walk_stages(const Place& place) {
  const auto schedules = static_cast<std::int64_t>(schedules_of(place).size());
  if (!stages_ && is_slow_anywhere()) {
    count_good(placements_->num_feasible * schedules);
    skip(placements_->num_feasible * schedules);
    return true;
  }
  if (!stages_) {
    stages_ = time_stages(transformer_, context_.system, *degrees_, *placements_,
                          schedule_.strategy(), profiles_, context_.stop);
  }
  for (const StagePlan::StagePlacement* stage : stages_->windowless) {
    for (WalkedTask* task : fitting_) {
      reject(*task, {Reason::kNoOffloadWindow}, static_cast<std::int64_t>(stage->placements.size()),
             stage->placements.front().offset, place);
    }
  }
  if (stages_->num_placements == 0) {
    return false;
  }
  count_good(stages_->num_placements * schedules);
  schedule_.choose_memory(place.memory);
  time_fast_stages(place);
  return true;
}

// Whether a profile on other networks tells that the microbatch is too slow for all tasks in which
// it fits, and that all its placements are good.
bool Walker::is_slow_anywhere() {
  if (!rate_bound_) {
    const Strategy& strategy = schedule_.strategy();
    rate_bound_ = std::numeric_limits<double>::infinity();
    const BlockProfile* known = profiles_.any_block(strategy.microbatch_size);
    if (known && has_windows_anywhere(*known)) {
      rate_bound_ =
          static_cast<double>(strategy.batch_size) / least_batch_seconds(*known, schedule_.shape());
    }
  }
  return *rate_bound_ < lowest_threshold();
}

// Of stages that no task can use only the strategies are counted.
void Walker::time_fast_stages(const Place& place) {
  const double threshold = lowest_threshold();
  std::int64_t slow = stages_->num_placements;
  if (stages_->rate_bound >= threshold) {
    slow = 0;
    visit_until_stopped(stages_->timed, context_.stop, [&](const StageTimes& stage) {
      if (stage.rate_bound < threshold) {
        slow += static_cast<std::int64_t>(stage.placement->placements.size());
      } else {
        time_schedules(place, stage);
      }
    });
  }
  skip(slow * static_cast<std::int64_t>(schedules_of(place).size()));
}

void Walker::count_good(std::int64_t strategies) const {
  for (WalkedTask* task : fitting_) {
    task->count_good(strategies);
  }
}

void Walker::skip(std::int64_t strategies) const {
  for (WalkedTask* task : fitting_) {
    task->keeper.skip(strategies);
  }
}

const CheckedSchedule& Walker::check(const Place& place) {
  return checks_.at(place, [&](CheckedSchedule& checked) {
    schedule_.choose_memory(place.memory);
    schedule_.check(checked);
  });
}

void Walker::time_schedules(const Place& place, const StageTimes& stage) {
  Strategy& strategy = schedule_.strategy();
  set_all(stage.placement->tiers, strategy);
  if (!rate_only_) {
    evaluate_schedules(place, stage);
    return;
  }
  const BlockProfile& block = *stage.block;
  const BatchShape& shape = schedule_.shape();
  const OptimizerProfile& step = schedule_.optimizer();
  const auto sequences = static_cast<double>(strategy.batch_size);
  const ComputeTimes compute = compute_times(block, step, shape);
  if (exhaustive_) {
    timed_ = fitting_;
  } else {
    const BatchTimes least = batch_times(block, compute, shape, stage.transfer, stage.bare, {});
    take_fast(place, stage, sequences / least.total());
  }
  if (timed_.empty()) {
    return;
  }
  const OffloadTraffic traffic = offload_traffic(block, step, strategy, system_.mem2);
  const BlockTimes overhead = offload_overhead(block, traffic, stage.bare);
  const BlockTimes full = stage.bare + overhead;
  BatchTimes parts = batch_times(block, compute, shape, stage.transfer, stage.bare, overhead);
  const auto& placements = stage.placement->placements;
  for (const ScheduleSettings& schedule : schedules_of(place)) {
    set_data_parallel(schedule.values, strategy);
    visit_until_stopped(placements, context_.stop, [&](const Placement& placement) {
      set_data_parallel(placement.tiers, strategy);
      parts.data_parallel =
          data_parallel(block, step, strategy, system_, shape, stage.transfer, full)
              .exposed_seconds;
      const double rate = sequences / parts.total();
      for (WalkedTask* task : timed_) {
        offer_rate(*task, rate, index_of(place, schedule, placement));
      }
    });
  }
  for (WalkedTask* task : timed_) {
    task->share_threshold();
  }
}

// Of those in which the schedule at hand fits; none if all have to be timed.
double Walker::lowest_threshold() const {
  if (!rate_only_ || exhaustive_) {
    return -std::numeric_limits<double>::infinity();
  }
  double lowest = std::numeric_limits<double>::infinity();
  for (const WalkedTask* task : fitting_) {
    lowest = std::min(lowest, task->threshold());
  }
  return lowest;
}

// Times only tasks of which a rate of no more than `best_rate` may be among the best.
void Walker::take_fast(const Place& place, const StageTimes& stage, double best_rate) {
  timed_.clear();
  for (WalkedTask* task : fitting_) {
    if (best_rate < task->threshold()) {
      task->keeper.skip(static_cast<std::int64_t>(stage.placement->placements.size() *
                                                  schedules_of(place).size()));
    } else {
      timed_.push_back(task);
    }
  }
}

// Most rates are below the top list's, so that what breaks ties is worked out for few.
void Walker::offer_rate(WalkedTask& task, double sample_rate, std::int64_t index) {
  if (!task.keeper.count_rate(sample_rate)) {
    return;
  }
  const double tie_break =
      task.task->options.least_first
          ? task.keeper.tie_break(*evaluate(transformer_, task.task->system, space_.at(index)))
          : 0;
  task.keeper.offer({sample_rate, tie_break, index});
}

void Walker::evaluate_schedules(const Place& place, const StageTimes& stage) {
  Strategy& strategy = schedule_.strategy();
  const auto& placements = stage.placement->placements;
  for (const ScheduleSettings& schedule : schedules_of(place)) {
    set_data_parallel(schedule.values, strategy);
    visit_until_stopped(placements, context_.stop, [&](const Placement& placement) {
      set_data_parallel(placement.tiers, strategy);
      for (WalkedTask* task : fitting_) {
        const Outcome<Stats> stats = evaluate(transformer_, task->task->system, *stage.block,
                                              schedule_.optimizer(), strategy);
        task->keeper.offer(*stats, index_of(place, schedule, placement));
      }
    });
  }
}

}  // namespace calculon
