#include "search/search_plan.h"

#include <algorithm>
#include <array>
#include <map>

#include "calculon/strategy/placement.h"

namespace calculon {
namespace {

constexpr std::size_t kDataNet = 2;  // in kNetMembers
constexpr std::size_t kDataExpNet = 3;

// Whether two placements differ in the tiers of data-parallel traffic only.
bool same_block_times(Nets a, const Nets& b) {
  a[kDataNet] = b[kDataNet];
  a[kDataExpNet] = b[kDataExpNet];
  return a == b;
}

Nets nets_of(const StrategySpace::Cell& cell, std::int64_t placement) {
  Nets nets;
  for (std::size_t i = nets.size(); i-- > 0;) {
    const auto& tiers = cell.nets[i];
    const auto size = static_cast<std::int64_t>(tiers.size());
    nets[i] = tiers[static_cast<std::size_t>(placement % size)];
    placement /= size;
  }
  return nets;
}

bool same_memory_plan(const FreeSettings& a, const FreeSettings& b) {
  return a.optimizer_sharding == b.optimizer_sharding && a.weight_offload == b.weight_offload &&
         a.activations_offload == b.activations_offload &&
         a.optimizer_offload == b.optimizer_offload;
}

void add_setting(SettingFamily& family, const FreeSettings& settings, std::size_t position) {
  auto offload = std::find_if(
      family.offloads.begin(), family.offloads.end(),
      [&](const SettingFamily::Offload& o) { return same_memory_plan(o.settings, settings); });
  if (offload == family.offloads.end()) {
    offload = family.offloads.insert(offload, {settings, {}});
  }
  offload->overlaps.push_back({settings.data_par_overlap, position});
}

std::vector<SettingFamily> group_settings(const std::vector<FreeSettings>& settings) {
  std::map<std::int64_t, SettingFamily> families;
  for (std::size_t i = 0; i < settings.size(); ++i) {
    const std::int64_t key = block_key(settings[i]);
    const auto family = families.try_emplace(key, SettingFamily{settings[i], key, {}}).first;
    add_setting(family->second, settings[i], i);
  }
  std::vector<SettingFamily> list;
  for (auto& entry : families) {
    list.push_back(std::move(entry.second));
  }
  return list;
}

}  // namespace

std::int64_t block_key(const FreeSettings& s) {
  std::int64_t key = static_cast<std::int64_t>(s.activation_recompute);
  key = key * 4 + static_cast<std::int64_t>(s.tensor_par_comm_type);
  key = key * 4 + static_cast<std::int64_t>(s.tensor_par_overlap);
  key = key * 2 + static_cast<std::int64_t>(s.seq_par_ag_redo);
  return key * 2 + static_cast<std::int64_t>(s.fused_activation);
}

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

PlacementPlan plan_placements(const StrategySpace& space, const StrategySpace::Cell& cell,
                              const System& system) {
  PlacementPlan plan;
  Strategy strategy = space.base(cell, cell.groups.front());
  for (std::int64_t offset = 0; offset < cell.placements(); ++offset) {
    const Nets nets = nets_of(cell, offset);
    StrategySpace::apply(nets, strategy);
    if (const auto infeasible = check_tiers(strategy, system)) {
      plan.rejected.push_back({*infeasible, offset});
      continue;
    }
    plan.feasible.push_back({nets, offset});
    auto pair =
        std::find_if(plan.pairs.begin(), plan.pairs.end(),
                     [&](const PlacementPlan::Pair& p) { return same_block_times(p.nets, nets); });
    if (pair == plan.pairs.end()) {
      pair = plan.pairs.insert(pair, {nets, {}});
    }
    pair->data_tiers.push_back({nets[kDataNet], nets[kDataExpNet], offset});
  }
  return plan;
}

SearchPlan::SearchPlan(const StrategySpace& space, const System& system) {
  for (const StrategySpace::Cell& cell : space.cells()) {
    placements_.push_back(plan_placements(space, cell, system));
    family_list_.push_back(list_of(*cell.settings));
  }
}

const SettingFamily* SearchPlan::family(std::size_t cell, std::int64_t block_key) const {
  const std::vector<SettingFamily>& list = families(cell);
  const auto found = std::lower_bound(
      list.begin(), list.end(), block_key,
      [](const SettingFamily& family, std::int64_t key) { return family.key < key; });
  return found != list.end() && found->key == block_key ? &*found : nullptr;
}

std::size_t SearchPlan::list_of(const std::vector<FreeSettings>& settings) {
  for (std::size_t i = 0; i < families_.size(); ++i) {
    if (families_[i].settings == &settings) {
      return i;
    }
  }
  families_.push_back({&settings, group_settings(settings)});
  return families_.size() - 1;
}

}  // namespace calculon
