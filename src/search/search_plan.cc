#include "search/search_plan.h"

#include <algorithm>

#include "calculon/strategy/placement.h"

namespace calculon {
namespace {

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
  if (transformer.feedforward % strategy.tensor_par != 0) {
    return Infeasible{Reason::kSplitNotDivisor, static_cast<double>(strategy.tensor_par),
                      static_cast<double>(transformer.feedforward)};
  }
  return std::nullopt;
}

PlacementPlan plan_placements(const StrategySpace::Cell& cell, const System& system) {
  PlacementPlan plan;
  std::int64_t offset = 0;
  for (const std::int64_t tensor_net : cell.tensor_nets) {
    for (const std::int64_t pipeline_net : cell.pipeline_nets) {
      PlacementPlan::Pair pair{tensor_net, pipeline_net, {}};
      for (const std::int64_t data_net : cell.data_nets) {
        const auto infeasible =
            check_tiers({cell.tensor_par, tensor_net}, {cell.pipeline_par, pipeline_net},
                        {cell.data_par, data_net}, system);
        if (infeasible) {
          plan.rejected.push_back({*infeasible, offset});
        } else {
          pair.data_tiers.push_back({data_net, offset});
          ++plan.num_feasible;
        }
        ++offset;
      }
      if (!pair.data_tiers.empty()) {
        plan.pairs.push_back(std::move(pair));
      }
    }
  }
  return plan;
}

SearchPlan::SearchPlan(const StrategySpace& space, const System& system) {
  constexpr std::int64_t kKeysPerDegree = 1 << 10;
  const auto& cells = space.cells();
  families_.reserve(4);  // there are four lists of settings; items point into this one
  for (std::size_t c = 0; c < cells.size(); ++c) {
    placements_.push_back(plan_placements(cells[c], system));
    for (const SettingFamily& family : families_of(*cells[c].settings)) {
      items_.push_back(
          {c, &family, cells[c].tensor_par * kKeysPerDegree + block_key(family.block)});
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
