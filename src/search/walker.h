#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "calculon/base/parallel.h"
#include "calculon/search/search_types.h"
#include "search/chosen_schedule.h"
#include "search/degrees.h"
#include "search/keeper.h"
#include "search/memory_checks.h"
#include "search/profile_cache.h"
#include "search/search_plan.h"
#include "search/stage_times.h"
#include "search/system_parts.h"
#include "search/walked_task.h"

namespace calculon {

// What the threads of a search share. All of it is read-only and outlives the walkers.
struct SearchContext {
  const SearchTask& task;        // one of those that are walked together
  const NumberedSystem& system;  // the task's
  const SearchPlan& plan;
  const StopToken& stop;
};

// One thread's walk over its part of a search with the published model: counts and classifies every
// strategy, times those that can still enter the top list. Tasks whose systems differ in capacities
// alone are walked together: what is timed is timed once for those in which it fits. The nest of
// the loops is drawn in walker.cc. One thread at a time; different walkers share nothing but the
// context.
class Walker {
 public:
  // `profiles` and `checks` are the thread's, and shared with its other searches. REQUIRES tasks
  // that is_walked_like() the context's, at least one.
  Walker(const SearchContext& context, std::vector<WalkedTask> tasks, ProfileCache& profiles,
         MemoryChecks& checks);

  // The strategies of some degrees, by their number in the space, that have these block settings.
  // `shared` if another walker of the thread walks the same ones of the same space before or after.
  // REQUIRES profiles_ that have begun with both. Throws InputError if a curve of the system does
  // not cover a size. Ends early when stopped.
  void walk(std::size_t degrees, const BlockSettings& block, bool shared);

  // In the order in which they were given.
  const std::vector<WalkedTask>& tasks() const { return tasks_; }
  // The strategies of all of them so far.
  std::int64_t counted() const;

 private:
  using Place = MemoryChecks::Place;

  const StagePlan& placements_of(std::size_t degrees);
  void reject_placements(WalkedTask& task);
  void walk_microbatch(std::size_t microbatch);
  bool rejects_microbatch(WalkedTask& task, std::size_t microbatch);
  void walk_interleaving(std::size_t microbatch, std::size_t interleaving);
  bool fits(WalkedTask& task, const Place& place);
  bool walk_stages(const Place& place);
  bool is_slow_anywhere();
  void time_fast_stages(const Place& place);
  // Good strategies of all tasks in which the schedule at hand fits, and those that are not timed.
  void count_good(std::int64_t strategies) const;
  void skip(std::int64_t strategies) const;
  const CheckedSchedule& check(const Place& place);
  void time_schedules(const Place& place, const StageTimes& stage);
  double lowest_threshold() const;
  void take_fast(const Place& place, const StageTimes& stage, double best_rate);
  void offer_rate(WalkedTask& task, double sample_rate, std::int64_t index);
  void evaluate_schedules(const Place& place, const StageTimes& stage);
  const std::vector<ScheduleSettings>& schedules_of(const Place& place) const {
    return block_settings_->memory[place.memory].schedules;
  }
  // Counts `placements` placements, the first one with offset `placement`, with every schedule.
  void reject(WalkedTask& task, const Infeasible& why, std::int64_t placements,
              std::int64_t placement, const Place& place) const;
  std::int64_t index_at(const Place& place, std::int64_t placement) const;
  std::int64_t index_of(const Place& place, const ScheduleSettings& schedule,
                        const Placement& placement) const;

  const SearchContext context_;
  const Transformer& transformer_;
  const System& system_;  // of which no capacity counts
  const StrategySpace& space_;
  bool breaks_;     // -m
  bool rate_only_;  // see Keeper
  bool exhaustive_;
  ProfileCache& profiles_;
  MemoryChecks& checks_;
  ChosenSchedule schedule_;  // at hand
  std::vector<WalkedTask> tasks_;

  // The degrees and block settings at hand.
  const Degrees* degrees_ = nullptr;
  const BlockSettings* block_settings_ = nullptr;
  const StagePlan* placements_ = nullptr;
  std::optional<std::size_t> large_degrees_;  // whose placements are the next, if they are many
  StagePlan large_placements_;
  // Of the microbatch at hand.
  std::optional<double> rate_bound_;        // on any networks, samples/s; made when needed
  std::optional<MicrobatchStages> stages_;  // made when needed
  std::vector<WalkedTask*> open_;           // of the microbatch at hand, tasks that have not ended
  std::vector<WalkedTask*> fitting_;        // of these, the ones in which the schedule at hand fits
  std::vector<WalkedTask*> timed_;          // of these, the ones for which it may be good enough
};

// Whether two tasks can be walked together, which have the same space and systems with the same
// numbers.
bool is_walked_like(const SearchOptions& a, const SearchOptions& b);

}  // namespace calculon
