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
#include "search/keeper.h"
#include "search/profile_cache.h"
#include "search/search_plan.h"

namespace calculon {

// What the threads of a search share. All of it is read-only but the last two, which are written
// rarely.
struct SearchContext {
  const SearchTask& task;
  const SearchPlan& plan;
  const StopToken& stop;
  std::atomic<double>& threshold;  // of the sample rate: what is below cannot be among the best
};

// One thread's walk over its part of a search: counts and classifies every strategy, times those
// that can still enter the top list.
class Walker {
 public:
  // `profiles` are the thread's, and shared with its other searches.
  Walker(const SearchContext& context, ProfileCache& profiles);

  // The strategies of a cell that have the block choices of a family, which are those of the
  // profiles.
  void walk(std::size_t cell, const SettingFamily& family);

  const Tally& tally() const { return tally_; }
  const Keeper& keeper() const { return keeper_; }

 private:
  // A placement's tensor and pipeline tier with the block times that follow from them.
  struct PairTimes {
    const PlacementPlan::Pair* pair;
    const BlockProfile* block;
    PipelineTransfer transfer;
    BlockTimes bare;
    bool no_offload_window;
  };
  // One microbatch size of an item under one interleaving.
  struct Round {
    std::size_t microbatch;
    const StrategySpace::Group* group;
    std::size_t group_number;
    BatchShape shape;
    Strategy strategy;
  };

  void reject_placements();
  void walk_microbatch(std::size_t microbatch);
  void walk_group(Round& round);
  bool walk_offload(Round& round, const SettingFamily::Offload& offload);
  // The checks of a schedule that do not depend on its tiers; finds the optimizer profile.
  std::optional<Infeasible> check_schedule(const Round& round, const OptimizerStats*& optimizer);
  void offer_rate(double sample_rate, std::int64_t index);
  void time_pairs(const Round& round);
  void time_schedules(Round& round, const SettingFamily::Offload& offload,
                      const OptimizerStats& optimizer, const PairTimes& times);
  void evaluate_schedules(Round& round, const SettingFamily::Offload& offload,
                          const OptimizerStats& optimizer, const PairTimes& times);
  // Counts `placements` placements, the first one with offset `placement`, with every overlap.
  void reject(const Infeasible& why, std::int64_t placements, std::int64_t placement,
              const Round& round, const SettingFamily::Offload& offload);

  const SearchContext context_;
  const Transformer& transformer_;
  const System& system_;
  const StrategySpace& space_;
  const SearchOptions& options_;
  bool rate_only_;
  ProfileCache& profiles_;
  Tally tally_;
  Keeper keeper_;

  // The cell and family at hand.
  const StrategySpace::Cell* cell_ = nullptr;
  const SettingFamily* family_ = nullptr;
  const PlacementPlan* placements_ = nullptr;
  const OptimizerStats* optimizers_[2] = {};  // [sharded]; null until needed
  const BlockProfile* first_profile_ =
      nullptr;                    // of the microbatch at hand, on the first placement
  std::vector<PairTimes> pairs_;  // of the microbatch at hand; empty until needed
  std::vector<bool> ended_;       // -m: [group][offload] has failed with a smaller microbatch
};

}  // namespace calculon
