#pragma once

#include <atomic>
#include <cstdint>
#include <optional>
#include <vector>

#include "batch/batch_shape.h"
#include "batch/batch_times.h"
#include "batch/memory_plan.h"
#include "calculon/search/search.h"
#include "search/keeper.h"
#include "search/profile_cache.h"
#include "search/search_plan.h"

namespace calculon {

// What the threads of a search share. All of it is read-only but the last two, which are written
// rarely.
struct SearchContext {
  const Transformer& transformer;
  const System& system;
  const StrategySpace& space;
  const SearchPlan& plan;
  const SearchOptions& options;
  std::atomic<bool>& stop;
  std::atomic<double>& threshold;  // of the sample rate: what is below cannot be among the best
};

// One thread's walk over its items: counts and classifies every strategy, times those that can
// still enter the top list.
class Walker {
 public:
  explicit Walker(const SearchContext& context);

  void walk(const SearchItem& item);

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
  void time_pairs(const Round& round);
  void time_schedules(Round& round, const SettingFamily::Offload& offload,
                      const OptimizerStats& optimizer, const PairTimes& times);
  void evaluate_schedules(Round& round, const SettingFamily::Offload& offload,
                          const OptimizerStats& optimizer, const PairTimes& times);
  // Counts `placements` placements, the first one with offset `placement`, with every overlap.
  void reject(const Infeasible& why, std::int64_t placements, std::int64_t placement,
              const Round& round, const SettingFamily::Offload& offload);

  const SearchContext& context_;
  bool rate_only_;
  ProfileCache profiles_;
  Tally tally_;
  Keeper keeper_;

  // The item at hand.
  const StrategySpace::Cell* cell_ = nullptr;
  const SettingFamily* family_ = nullptr;
  const PlacementPlan* placements_ = nullptr;
  std::vector<PairTimes> pairs_;  // of the microbatch at hand; empty until needed
  std::vector<bool> ended_;       // -m: [group][offload] has failed with a smaller microbatch
};

}  // namespace calculon
