#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "calculon/base/parallel.h"
#include "calculon/hardware/system.h"
#include "calculon/search/strategy_space.h"
#include "calculon/strategy/reason.h"
#include "search/degrees.h"
#include "search/search_settings.h"

namespace calculon {

// A strategy space turned inside out for speed: what decides a block profile is outside, what
// decides only the schedule inside, and what depends on few choices is worked out once. A plan does
// not change once it is made, so threads may share it.

// Where the traffic of some degrees can go. Tiers are decided before anything is evaluated, so an
// impossible placement rejects all strategies of the degrees that have it at once.
struct Placement {
  Tiers tiers;
  std::int64_t offset;  // among the placements of the degrees
};

// The placements that are impossible for one reason.
struct RejectedPlacements {
  Infeasible why;  // of the one that comes closest to being possible
  std::int64_t offset;
  std::int64_t count;
};

struct PlacementPlan {
  std::vector<Placement> feasible;  // in order
  std::vector<RejectedPlacements> rejected;
};

// The same for a search.
struct StagePlan {
  // Placements with the same tiers up to those of the pipeline, and so the same times of a stage.
  struct StagePlacement {
    Tiers tiers;                        // those of data-parallel traffic are not meant
    std::vector<Placement> placements;  // at least one
  };

  std::optional<Placement> first;  // of the feasible ones
  std::int64_t num_feasible = 0;
  std::vector<StagePlacement> stages;
  std::vector<RejectedPlacements> rejected;
};

// The free settings that some degrees allow, as a tree: what leads to one block profile, under it
// what leads to one memory plan, under that what the exchange between replicas alone depends on.
struct ScheduleSettings {
  SettingValues values;
  std::size_t position;  // among the settings of the degrees
};
struct MemorySettings {
  SettingValues values;                     // without those of the schedule
  std::vector<ScheduleSettings> schedules;  // at least one

  std::size_t first_position() const { return schedules.front().position; }
};
struct BlockSettings {
  SettingValues values;  // only those of blocks
  std::int64_t key;      // these as a number: block_key()
  std::vector<MemorySettings> memory;

  std::size_t first_position() const { return memory.front().first_position(); }
  std::int64_t num_settings() const {
    std::int64_t count = 0;
    for (const MemorySettings& each : memory) {
      count += static_cast<std::int64_t>(each.schedules.size());
    }
    return count;
  }
};

class SearchPlan {
 public:
  // Space and system have to outlive the plan, which is not whole if it was stopped. Throws
  // InputError as plan_placements() does.
  SearchPlan(const StrategySpace& space, const System& system, const StopToken& stop);
  SearchPlan(const SearchPlan&) = delete;
  SearchPlan& operator=(const SearchPlan&) = delete;

  // Of the degrees with this number in the space, from 0; null if they have so many placements that
  // they are planned by stage_plan() when they are needed.
  const StagePlan* placements(std::size_t degrees) const { return placements_[degrees].get(); }
  const std::vector<BlockSettings>& settings(std::size_t degrees) const {
    return trees_[tree_numbers_[degrees]].blocks;
  }
  // The ones with this block key; null if these degrees do not allow them.
  const BlockSettings* settings(std::size_t degrees, std::int64_t block_key) const;

 private:
  struct Tree {
    const std::vector<SettingValues>* settings;
    std::vector<BlockSettings> blocks;  // by block key, ascending
  };
  std::size_t tree_of(const std::vector<SettingValues>& settings);

  std::vector<std::unique_ptr<const StagePlan>> placements_;  // by degrees
  std::vector<std::size_t> tree_numbers_;                     // by degrees
  std::vector<Tree> trees_;
};

// Whether the placements of some degrees are so few that they are planned once and kept.
bool has_few_placements(const Degrees& degrees);

// What is planned is not whole if it was stopped. Throws InputError if more placements are possible
// than can be kept.
PlacementPlan plan_placements(const Degrees& degrees, const System& system, const StopToken& stop);
StagePlan stage_plan(const Degrees& degrees, const System& system, const StopToken& stop);

// Throws InputError if the system cannot compute with a datatype (quirk F4: before the search, not
// in the middle of it).
void require_datatype(const System& system, Datatype datatype);

// The checks of a strategy of a search space that come between those of its tiers and its block
// profile: that it can offload, and how its blocks are split. A model that the tensor degree does
// not divide is a reason here, not an error (quirk F4), since the search goes on with other
// degrees.
std::optional<Infeasible> check_before_profile(const Transformer& transformer,
                                               const Strategy& strategy);
std::optional<Infeasible> check_split(const Transformer& transformer, const BlockChoices& choices);

}  // namespace calculon
