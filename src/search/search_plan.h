#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "calculon/base/fixed_vector.h"
#include "calculon/search/strategy_space.h"
#include "calculon/strategy/reason.h"

namespace calculon {

// A strategy space turned inside out for speed: what decides a block profile is outside, what
// decides only the schedule inside, and what depends on few choices is worked out once.

// Where a cell's traffic can go. Tiers are decided before anything is evaluated, so an impossible
// placement rejects all strategies of the cell that have it at once.
struct PlacementPlan {
  struct Placement {
    Nets nets;
    std::int64_t offset;  // among the cell's placements
  };
  struct DataTier {
    std::int64_t net;
    std::int64_t expert_net;
    std::int64_t offset;
  };
  struct Pair {  // the part of placements that block times depend on: of blocks and pipeline
    Nets nets;
    std::vector<DataTier> data_tiers;
  };
  struct Rejected {
    Infeasible why;
    std::int64_t offset;
  };

  std::vector<Placement> feasible;  // in order
  std::vector<Pair> pairs;          // the same, grouped
  std::vector<Rejected> rejected;

  std::int64_t num_feasible() const { return static_cast<std::int64_t>(feasible.size()); }
};

// Free settings that lead to one block profile, with the schedule settings under each.
struct SettingFamily {
  struct Overlap {
    bool data_par_overlap;
    std::size_t setting;  // position in the cell's free settings
  };
  struct Offload {  // settings with the same memory plan
    FreeSettings settings;
    FixedVector<Overlap, 2> overlaps;
  };

  FreeSettings block;  // its block choices are meant
  std::int64_t key;    // these as a number: block_key()
  std::vector<Offload> offloads;

  std::size_t first_setting() const { return offloads.front().overlaps[0].setting; }
  std::int64_t num_settings() const {
    std::int64_t count = 0;
    for (const Offload& offload : offloads) {
      count += static_cast<std::int64_t>(offload.overlaps.size());
    }
    return count;
  }
};

class SearchPlan {
 public:
  SearchPlan(const StrategySpace& space, const System& system);
  SearchPlan(const SearchPlan&) = delete;
  SearchPlan& operator=(const SearchPlan&) = delete;

  const PlacementPlan& placements(std::size_t cell) const { return placements_[cell]; }
  // What a cell can choose freely, a family for each set of block choices.
  const std::vector<SettingFamily>& families(std::size_t cell) const {
    return families_[family_list_[cell]].list;
  }
  // The one with these block choices; null if the cell does not have it.
  const SettingFamily* family(std::size_t cell, std::int64_t block_key) const;

 private:
  struct Families {
    const std::vector<FreeSettings>* settings;
    std::vector<SettingFamily> list;  // by block key, ascending
  };
  std::size_t list_of(const std::vector<FreeSettings>& settings);

  std::vector<PlacementPlan> placements_;  // by cell
  std::vector<std::size_t> family_list_;   // by cell
  std::vector<Families> families_;
};

PlacementPlan plan_placements(const StrategySpace& space, const StrategySpace::Cell& cell,
                              const System& system);

// The block choices among free settings as one number.
std::int64_t block_key(const FreeSettings& settings);

// Throws InputError if the system cannot compute with a datatype (quirk F4: before the search, not
// in the middle of it).
void require_datatype(const System& system, Datatype datatype);

// The checks of a strategy of a search space that come between those of its tiers and its block
// profile. A model that the tensor degree does not divide is a reason here, not an error (quirk
// F4), since the search goes on with other degrees.
std::optional<Infeasible> check_before_profile(const Transformer& transformer,
                                               const Strategy& strategy);

}  // namespace calculon
