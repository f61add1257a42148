#include "calculon/search/strategy_space.h"

#include <algorithm>
#include <iterator>

#include "calculon/strategy/placement.h"
#include "search/degrees.h"
#include "search/fixed_choices.h"
#include "search/free_setting_lists.h"
#include "search/search_settings.h"

namespace calculon {
namespace {

// How many different values the first rows have, of settings in the order of enumeration.
std::int64_t num_combined(const std::vector<SettingValues>& settings) {
  const auto same = [](const SettingValues& a, const SettingValues& b) {
    return std::equal(a.begin(), a.begin() + kCombinationSettings, b.begin());
  };
  std::int64_t count = 0;
  for (std::size_t i = 0; i < settings.size(); ++i) {
    count += i == 0 || !same(settings[i - 1], settings[i]) ? 1 : 0;
  }
  return count;
}

}  // namespace

StrategySpace::StrategySpace(const Transformer& transformer, const System& system,
                             const SpaceOptions& options, FreeSettingLists* lists)
    : options_(options_for(options, transformer)) {
  if (moe()) {
    require_all_to_all(system);
  }
  FreeSettingLists own;
  list_ = std::make_unique<DegreesList>(transformer, system, options_, lists ? *lists : own);
}

StrategySpace::~StrategySpace() = default;

std::int64_t StrategySpace::size() const {
  return list_->num_strategies();
}

const std::vector<Degrees>& StrategySpace::degrees() const {
  return list_->all();
}

// Quirk F5: not what `break_microbatches` will look at.
std::int64_t StrategySpace::size_with_first_microbatch() const {
  std::int64_t count = 0;
  for (const Degrees& each : degrees()) {
    count += static_cast<std::int64_t>(each.interleavings.size()) * each.num_per_interleaving() /
             static_cast<std::int64_t>(each.microbatches.size());
  }
  return count;
}

std::int64_t StrategySpace::num_combinations() const {
  std::int64_t count = 0;
  for (const Degrees& each : degrees()) {
    count += num_combined(*each.settings) * static_cast<std::int64_t>(each.interleavings.size());
  }
  return count;
}

Strategy StrategySpace::at(std::int64_t index) const {
  // The last degrees, and of these the last interleaving, that begin at or before the index.
  const auto degrees_at = std::prev(std::upper_bound(
      degrees().begin(), degrees().end(), index,
      [](std::int64_t i, const Degrees& d) { return i < d.interleavings.front().first_index; }));
  const auto interleaving = std::prev(
      std::upper_bound(degrees_at->interleavings.begin(), degrees_at->interleavings.end(), index,
                       [](std::int64_t i, const Interleaving& v) { return i < v.first_index; }));
  Strategy strategy = degrees_at->with(*interleaving);
  std::int64_t rest = index - interleaving->first_index;
  const auto take = [&rest](const auto& list) {
    const auto size = static_cast<std::int64_t>(list.size());
    const auto& item = list[static_cast<std::size_t>(rest % size)];
    rest /= size;
    return item;
  };
  for (std::size_t i = kTierSettings.size(); i-- > 0;) {
    strategy.*kTierSettings[i].tier = take(degrees_at->tiers[i]);
  }
  strategy.microbatch_size = take(degrees_at->microbatches);
  set_all(take(*degrees_at->settings), strategy);
  return strategy;
}

}  // namespace calculon
