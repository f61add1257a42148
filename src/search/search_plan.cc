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
  std::vector<SettingFamily> families;
  for (std::size_t i = 0; i < settings.size(); ++i) {
    auto family = std::find_if(families.begin(), families.end(), [&](const SettingFamily& f) {
      return block_key(f.block) == block_key(settings[i]);
    });
    if (family == families.end()) {
      family = families.insert(family, {settings[i], {}});
    }
    add_setting(*family, settings[i], i);
  }
  return families;
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
  const auto& cells = space.cells();
  families_.reserve(4);  // there are four lists of settings; items point into this one
  std::map<std::array<std::int64_t, 4>, std::int64_t> keys;
  for (std::size_t c = 0; c < cells.size(); ++c) {
    placements_.push_back(plan_placements(space, cells[c], system));
    const StrategySpace::Degrees& degrees = cells[c].degrees;
    for (const SettingFamily& family : families_of(*cells[c].settings)) {
      const std::array choices = {degrees.tensor_par, degrees.expert_par, degrees.expert_slice,
                                  block_key(family.block)};
      const auto key = keys.try_emplace(choices, static_cast<std::int64_t>(keys.size())).first;
      items_.push_back({c, &family, key->second});
    }
  }
  std::stable_sort(items_.begin(), items_.end(), [](const SearchItem& a, const SearchItem& b) {
    return a.profile_key < b.profile_key;
  });
}

const std::vector<SettingFamily>& SearchPlan::families_of(
    const std::vector<FreeSettings>& settings) {
  for (const Families& families : families_) {
    if (families.settings == &settings) {
      return families.list;
    }
  }
  families_.push_back({&settings, group_settings(settings)});
  return families_.back().list;
}

}  // namespace calculon
