#pragma once

#include <atomic>
#include <cstdint>
#include <optional>
#include <vector>

#include "batch/batch_shape.h"
#include "batch/batch_times.h"
#include "batch/memory_plan.h"
#include "calculon/base/parallel.h"
#include "calculon/search/search_types.h"
#include "search/degrees.h"
#include "search/keeper.h"
#include "search/profile_cache.h"
#include "search/search_plan.h"

namespace calculon {

// What the threads of a search share. All of it is read-only but the threshold, which is written
// rarely, and outlives the walkers.
struct SearchContext {
  const SearchTask& task;
  const SearchPlan& plan;
  const StopToken& stop;
  std::atomic<double>& threshold;  // of the sample rate: what is below cannot be among the best
};

// One thread's walk over its part of a search with the published model: counts and classifies every
// strategy, times those that can still enter the top list. The nest of its loops is drawn in
// walker.cc. One thread at a time; different walkers share nothing but the context.
class Walker {
 public:
  // `profiles` are the thread's, and shared with its other searches.
  Walker(const SearchContext& context, ProfileCache& profiles);

  // The strategies of some degrees, by their number in the space, that have these block settings.
  // REQUIRES profiles_ that have begun with both. Throws InputError if a curve of the system does
  // not cover a size. Ends early when stopped.
  void walk(std::size_t degrees, const BlockSettings& block);

  const Tally& tally() const { return tally_; }
  const Keeper& keeper() const { return keeper_; }

 private:
  // The tiers up to those of the pipeline, with the times of a stage that follow from them.
  struct StageTimes {
    const StagePlan::StagePlacement* placement;
    const BlockProfile* block;
    PipelineTransfer transfer;
    BlockTimes bare;
    bool no_offload_window;
  };
  // One microbatch size under one interleaving.
  struct Batch {
    std::size_t microbatch;
    const Interleaving* interleaving;
    std::size_t interleaving_number;
    BatchShape shape;
    Strategy strategy;
  };

  const StagePlan& placements_of(std::size_t degrees);
  // Visits items of a list that can be long, until the search is stopped.
  template <class Item, class Visit>
  void visit_until_stopped(const std::vector<Item>& items, const Visit& visit) const;
  void reject_placements();
  void walk_microbatch(std::size_t microbatch);
  void walk_batch(Batch& batch);
  bool walk_memory(Batch& batch, const MemorySettings& memory);
  // The checks of a schedule that do not depend on its tiers; finds the optimizer profile.
  std::optional<Infeasible> check_schedule(const Batch& batch, const OptimizerProfile*& optimizer);
  void offer_rate(double sample_rate, std::int64_t index);
  void time_stages(const Batch& batch);
  void time_schedules(Batch& batch, const MemorySettings& memory, const OptimizerProfile& optimizer,
                      const StageTimes& stage);
  void evaluate_schedules(Batch& batch, const MemorySettings& memory,
                          const OptimizerProfile& optimizer, const StageTimes& stage);
  // Counts `placements` placements, the first one with offset `placement`, with every schedule.
  void reject(const Infeasible& why, std::int64_t placements, std::int64_t placement,
              const Batch& batch, const MemorySettings& memory);

  const SearchContext context_;
  const Transformer& transformer_;
  const System& system_;
  const StrategySpace& space_;
  const SearchOptions& options_;
  bool rate_only_;
  ProfileCache& profiles_;
  Tally tally_;
  Keeper keeper_;

  // The degrees and block settings at hand.
  const Degrees* degrees_ = nullptr;
  const BlockSettings* block_settings_ = nullptr;
  const StagePlan* placements_ = nullptr;
  std::optional<std::size_t> large_degrees_;  // whose placements are the next, if they are many
  StagePlan large_placements_;
  const OptimizerProfile* optimizers_[2] = {};  // [sharded]; null until needed
  const BlockProfile* first_profile_ =
      nullptr;                      // of the microbatch at hand, on the first placement
  std::vector<StageTimes> stages_;  // of the microbatch at hand; empty until needed
  std::vector<bool> ended_;  // -m: [interleaving][memory] has failed with a smaller microbatch
};

}  // namespace calculon
