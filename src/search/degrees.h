#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "calculon/hardware/system.h"
#include "calculon/search/space_options.h"
#include "calculon/strategy/strategy.h"
#include "calculon/workload/transformer.h"
#include "search/free_setting_lists.h"
#include "search/search_settings.h"

namespace calculon {

// A strategy space by degrees of parallelism. Strategies with the same degrees and interleaving
// have consecutive indices: free settings, then microbatches, then tiers in the order of
// kTierSettings, the last one fastest.

// Strategies of the same degrees that have one interleaving, too (chunks of a virtual pipeline).
struct Interleaving {
  std::int64_t pipeline_interleaving;
  std::int64_t first_index;
};

// One choice of all degrees of parallelism with everything that it allows.
struct Degrees {
  Strategy strategy;  // degrees, batch and what is the same in all of the space
  std::span<const std::int64_t> microbatches;  // ascending
  std::array<std::span<const std::int64_t>, kTierSettings.size()> tiers;
  std::vector<Interleaving> interleavings;
  const std::vector<SettingValues>* settings;  // of the free settings, in order
  std::int64_t num_placements = 0;             // how many ways there are to choose the tiers

  // How many strategies have one interleaving.
  std::int64_t num_per_interleaving() const {
    return static_cast<std::int64_t>(settings->size() * microbatches.size()) * num_placements;
  }
  // Index of a strategy by its place in each list.
  std::int64_t index(const Interleaving& interleaving, std::size_t setting, std::size_t microbatch,
                     std::int64_t placement) const {
    return interleaving.first_index +
           static_cast<std::int64_t>(setting * microbatches.size() + microbatch) * num_placements +
           placement;
  }
  // The strategy without its tiers, microbatch and free settings.
  Strategy with(const Interleaving& interleaving) const {
    Strategy whole = strategy;
    whole.pipeline_interleaving = interleaving.pipeline_interleaving;
    return whole;
  }
};

// Lists of numbers that the degrees of a space have in common, each made once. They stay where they
// are as long as the object does.
class NumberLists {
 public:
  using Numbers = std::vector<std::int64_t>;

  // The list of a setting for a number, which `make` makes when it is asked for first. REQUIRES
  // that it follows from these two, and that the name outlives the object.
  template <class Make>
  const Numbers& list(std::string_view setting, std::int64_t number, Make&& make) {
    const auto [place, is_new] = lists_.try_emplace({number, setting});
    if (is_new) {
      place->second = make();
    }
    return place->second;
  }
  // A list that is only for one of the degrees.
  const Numbers& keep(Numbers&& numbers) { return kept_.emplace_back(std::move(numbers)); }

 private:
  std::map<std::pair<std::int64_t, std::string_view>, Numbers> lists_;
  std::deque<Numbers> kept_;
};

// All degrees of a space, in the published order. Immutable once made.
class DegreesList {
 public:
  // Throws InputError if there are more strategies than can be counted or if the experts cannot be
  // spread as the kind of space wants.
  DegreesList(const Transformer& transformer, const System& system, const SpaceOptions& options,
              FreeSettingLists& lists);
  DegreesList(const DegreesList&) = delete;  // the degrees point into it
  DegreesList& operator=(const DegreesList&) = delete;

  const std::vector<Degrees>& all() const { return all_; }
  std::int64_t num_strategies() const { return num_strategies_; }

 private:
  void add(Degrees&& degrees, std::span<const std::int64_t> interleavings);

  NumberLists lists_;
  FreeSettingLists::List settings_[2][2];  // [tensor_par > 1][data_par > 1]
  std::vector<Degrees> all_;
  std::int64_t num_strategies_ = 0;
};

// Neighbouring strategies in the order of enumeration: settings first .. last-1 of some degrees
// with an interleaving.
struct SettingRange {
  std::size_t degrees;  // their number in the space
  std::size_t interleaving;
  std::size_t first_setting;
  std::size_t last_setting;
};

// Ranges that make up all of the degrees, in order, each of about as many strategies as a thread
// should take at a time.
std::vector<SettingRange> setting_ranges(const std::vector<Degrees>& all);

}  // namespace calculon
