#include "search/search_plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "calculon/base/input_error.h"
#include "calculon/search/tally.h"
#include "calculon/strategy/placement.h"

namespace calculon {
namespace {

constexpr std::size_t kMostPlacements = std::size_t{1} << 23;  // a quarter of a gigabyte
constexpr std::int64_t kPlacementsPerCheck = 1024;             // of whether to stop

// Walks the placements of some degrees in order: the last tier changes fastest.
class PlacementCounter {
 public:
  explicit PlacementCounter(const Degrees& degrees) : candidates_(degrees.tiers) {
    for (std::size_t i = 0; i < tiers_.size(); ++i) {
      set(i, 0);
    }
  }

  const Tiers& tiers() const { return tiers_; }

  void advance() {
    for (std::size_t i = tiers_.size(); i-- > 0;) {
      if (positions_[i] + 1 < candidates_[i].size()) {
        set(i, positions_[i] + 1);
        return;
      }
      set(i, 0);
    }
  }

 private:
  void set(std::size_t i, std::size_t position) {
    positions_[i] = position;
    tiers_[i] = static_cast<std::int32_t>(candidates_[i][position]);
  }

  const std::array<std::span<const std::int64_t>, kTierSettings.size()>& candidates_;
  std::array<std::size_t, kTierSettings.size()> positions_{};
  Tiers tiers_{};
};

std::vector<RejectedPlacements> rejected_of(const Tally& tally) {
  std::vector<RejectedPlacements> rejected;
  for (const Tally::Rejections& same : tally.bad) {
    if (same.count > 0) {
      rejected.push_back({same.closest, same.closest_index, same.count});
    }
  }
  return rejected;
}

[[noreturn]] void refuse_placements(const System& system) {
  throw InputError(fmt::format(
      "{}: networks has {} tiers, which make more than {} placements of one choice of degrees, "
      "expected fewer tiers, or a search that is narrowed to some, as with --tensor_par_net",
      system.name, system.networks.size(), kMostPlacements));
}

void add_setting(BlockSettings& block, const SettingValues& values, std::size_t position) {
  auto memory = std::find_if(
      block.memory.begin(), block.memory.end(),
      [&](const MemorySettings& each) { return same_memory_plan(each.values, values); });
  if (memory == block.memory.end()) {
    memory = block.memory.insert(memory, {values, {}});
  }
  memory->schedules.push_back({values, position});
}

std::vector<BlockSettings> grow_tree(const std::vector<SettingValues>& settings) {
  std::map<std::int64_t, BlockSettings> blocks;
  for (std::size_t i = 0; i < settings.size(); ++i) {
    const std::int64_t key = block_key(settings[i]);
    const auto block = blocks.try_emplace(key, BlockSettings{settings[i], key, {}}).first;
    add_setting(block->second, settings[i], i);
  }
  std::vector<BlockSettings> list;
  for (auto& entry : blocks) {
    list.push_back(std::move(entry.second));
  }
  return list;
}

}  // namespace

void require_datatype(const System& system, Datatype datatype) {
  system.matrix_engine(datatype);
  system.vector_engine(datatype);
}

std::optional<Infeasible> check_before_profile(const Transformer& transformer,
                                               const Strategy& strategy) {
  const std::int64_t blocks = blocks_per_processor(transformer, strategy.pipeline_par);
  const auto infeasible = check_offload(strategy, blocks);
  return infeasible ? infeasible : check_split(transformer, strategy);
}

std::optional<Infeasible> check_split(const Transformer& transformer, const BlockChoices& choices) {
  const std::int64_t tokens = choices.microbatch_size * transformer.seq_size;
  if (choices.model_MoE && tokens % choices.tensor_par != 0) {
    return Infeasible{Reason::kTokensNotDivided, static_cast<double>(choices.tensor_par),
                      static_cast<double>(tokens)};
  }
  if (transformer.feedforward % choices.tensor_par != 0) {
    return Infeasible{Reason::kSplitNotDivisor, static_cast<double>(choices.tensor_par),
                      static_cast<double>(transformer.feedforward)};
  }
  return std::nullopt;
}

bool has_few_placements(const Degrees& degrees) {
  constexpr std::int64_t kFew = 1024;
  return degrees.num_placements <= kFew;
}

PlacementPlan plan_placements(const Degrees& degrees, const System& system, const StopToken& stop) {
  PlacementPlan plan;
  Tally tally;
  Strategy strategy = degrees.strategy;
  PlacementCounter counter(degrees);
  for (std::int64_t offset = 0; offset < degrees.num_placements; ++offset) {
    if (offset % kPlacementsPerCheck == 0 && stop) {
      break;
    }
    set_all(counter.tiers(), strategy);
    if (const auto infeasible = check_tiers(strategy, system)) {
      tally.reject(*infeasible, 1, offset);
    } else {
      plan.feasible.push_back({counter.tiers(), offset});
      if (plan.feasible.size() > kMostPlacements) {
        refuse_placements(system);
      }
    }
    counter.advance();
  }
  plan.rejected = rejected_of(tally);
  return plan;
}

StagePlan stage_plan(const Degrees& degrees, const System& system, const StopToken& stop) {
  PlacementPlan all = plan_placements(degrees, system, stop);
  StagePlan plan;
  plan.rejected = std::move(all.rejected);
  plan.num_feasible = static_cast<std::int64_t>(all.feasible.size());
  std::map<Tiers, std::size_t> numbers;  // of the stages
  for (const Placement& placement : all.feasible) {
    if (placement.offset % kPlacementsPerCheck == 0 && stop) {
      break;
    }
    const Tiers of_stage = tiers_up_to(Level::kPipeline, placement.tiers);
    const auto [stage, is_new] = numbers.try_emplace(of_stage, plan.stages.size());
    if (is_new) {
      plan.stages.push_back({placement.tiers, {}});
    }
    plan.stages[stage->second].placements.push_back(placement);
  }
  if (!all.feasible.empty()) {
    plan.first = all.feasible.front();
  }
  return plan;
}

SearchPlan::SearchPlan(const StrategySpace& space, const System& system, const StopToken& stop) {
  for (const Degrees& each : space.degrees()) {
    if (stop) {
      return;
    }
    placements_.push_back(has_few_placements(each)
                              ? std::make_unique<const StagePlan>(stage_plan(each, system, stop))
                              : nullptr);
    tree_numbers_.push_back(tree_of(*each.settings));
  }
}

const BlockSettings* SearchPlan::settings(std::size_t degrees, std::int64_t block_key) const {
  const std::vector<BlockSettings>& list = settings(degrees);
  const auto found = std::lower_bound(
      list.begin(), list.end(), block_key,
      [](const BlockSettings& block, std::int64_t key) { return block.key < key; });
  return found != list.end() && found->key == block_key ? &*found : nullptr;
}

std::size_t SearchPlan::tree_of(const std::vector<SettingValues>& settings) {
  for (std::size_t i = 0; i < trees_.size(); ++i) {
    if (trees_[i].settings == &settings) {
      return i;
    }
  }
  trees_.push_back({&settings, grow_tree(settings)});
  return trees_.size() - 1;
}

}  // namespace calculon
