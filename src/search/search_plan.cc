#include "search/search_plan.h"

#include <algorithm>
#include <map>

#include "calculon/strategy/placement.h"

namespace calculon {
namespace {

Tiers tiers_of(const Degrees& degrees, std::int64_t placement) {
  Tiers tiers;
  for (std::size_t i = tiers.size(); i-- > 0;) {
    const auto& candidates = degrees.tiers[i];
    const auto size = static_cast<std::int64_t>(candidates.size());
    tiers[i] = candidates[static_cast<std::size_t>(placement % size)];
    placement /= size;
  }
  return tiers;
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
  if (const auto infeasible = check_offload(strategy, blocks)) {
    return infeasible;
  }
  const std::int64_t tokens = strategy.microbatch_size * transformer.seq_size;
  if (strategy.model_MoE && tokens % strategy.tensor_par != 0) {
    return Infeasible{Reason::kTokensNotDivided, static_cast<double>(strategy.tensor_par),
                      static_cast<double>(tokens)};
  }
  if (transformer.feedforward % strategy.tensor_par != 0) {
    return Infeasible{Reason::kSplitNotDivisor, static_cast<double>(strategy.tensor_par),
                      static_cast<double>(transformer.feedforward)};
  }
  return std::nullopt;
}

PlacementPlan plan_placements(const Degrees& degrees, const System& system) {
  PlacementPlan plan;
  Strategy strategy = degrees.strategy;
  for (std::int64_t offset = 0; offset < degrees.num_placements(); ++offset) {
    const Tiers tiers = tiers_of(degrees, offset);
    set_all(tiers, strategy);
    if (const auto infeasible = check_tiers(strategy, system)) {
      plan.rejected.push_back({*infeasible, offset});
      continue;
    }
    plan.feasible.push_back({tiers, offset});
    const Tiers of_stage = tiers_up_to(Level::kPipeline, tiers);
    auto stage = std::find_if(plan.stages.begin(), plan.stages.end(), [&](const auto& each) {
      return tiers_up_to(Level::kPipeline, each.tiers) == of_stage;
    });
    if (stage == plan.stages.end()) {
      stage = plan.stages.insert(stage, {tiers, {}});
    }
    stage->placements.push_back({tiers, offset});
  }
  return plan;
}

SearchPlan::SearchPlan(const StrategySpace& space, const System& system) {
  for (const Degrees& each : space.degrees()) {
    placements_.push_back(plan_placements(each, system));
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
