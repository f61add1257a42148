#include "search/search_settings.h"

#include <algorithm>
#include <initializer_list>
#include <map>

namespace calculon {
namespace {

using Recompute = ActivationRecompute;

template <class Value>
Candidates values(std::initializer_list<Value> list) {
  Candidates candidates;
  for (const Value value : list) {
    candidates.push_back(static_cast<std::uint8_t>(value));
  }
  return candidates;
}

Candidates on_or_off(bool possible) {
  return possible ? values({true, false}) : values({false});
}

bool recomputes_all(const ChoiceContext& context) {
  return context.chosen.activation_recompute == Recompute::kFull;
}

// How many values the rows of an enum and of a bool can have.
template <class Value>
constexpr std::int64_t num_values(const FreeSetting<Value>&) {
  if constexpr (std::is_same_v<Value, bool>) {
    return 2;
  } else {
    return static_cast<std::int64_t>(EnumNames<Value>::kNames.size());
  }
}

}  // namespace

Candidates recompute_candidates(const ChoiceContext& context) {
  if (!context.options.moe()) {
    return values({Recompute::kFull, Recompute::kAttnOnly, Recompute::kNone});
  }
  if (context.options.kind == SpaceKind::kMoeFlexible && !context.opened() &&
      !context.options.corrected) {
    return values({Recompute::kNone});
  }
  return values({Recompute::kNone, Recompute::kFull, Recompute::kAttnOnly});
}

Candidates comm_type_candidates(const ChoiceContext& context) {
  using CommType = TensorParCommType;
  const bool overridden = context.options.moe() && context.options.distinct;
  if (overridden || (context.options.corrected && !context.tensor_parallel)) {
    return values({CommType::kRsAg});
  }
  return values({CommType::kAr, CommType::kP2pRsAg, CommType::kRsAg});  // quirk F3
}

Candidates ag_redo_candidates(const ChoiceContext& context) {
  const bool gathers =
      context.tensor_parallel || context.options.moe() || !context.options.corrected;
  return on_or_off(gathers && context.chosen.tensor_par_comm_type == TensorParCommType::kRsAg &&
                   !recomputes_all(context) && context.opened());
}

Candidates tensor_overlap_candidates(const ChoiceContext& context) {
  using Overlap = TensorParOverlap;
  return context.tensor_parallel ? values({Overlap::kNone, Overlap::kRing, Overlap::kPipe})
                                 : values({Overlap::kNone});
}

Candidates if_data_parallel(const ChoiceContext& context) {
  return on_or_off(context.data_parallel);
}

Candidates if_tier2(const ChoiceContext& context) {
  return on_or_off(context.has_tier2 && context.opened());
}

Candidates activations_offload_candidates(const ChoiceContext& context) {  // quirk F1
  return on_or_off(context.has_tier2 && !recomputes_all(context) && context.opened());
}

Candidates fused_activation_candidates(const ChoiceContext& context) {
  Candidates candidates;
  for (const bool wanted : context.options.fused_activation) {
    candidates.push_back(wanted ? 1 : 0);
  }
  return candidates;
}

// The loops of the published enumeration, outermost first: each one multiplies the list by the
// candidates that the settings chosen so far leave open.
std::vector<SettingValues> list_free_settings(ChoiceContext context) {
  std::vector<SettingValues> list = {SettingValues{}};
  for_each_free_setting([&](const auto& row, std::size_t i) {
    context.key = row.key;
    std::vector<bool> accepted;  // by value
    for (std::int64_t value = 0; value < num_values(row); ++value) {
      accepted.push_back(context.options.filter.accepts(row.key, value));
    }
    std::vector<SettingValues> longer;
    for (const SettingValues& before : list) {
      set_all(before, context.chosen);
      for (const std::uint8_t candidate : row.candidates(context)) {
        if (accepted[candidate]) {
          longer.push_back(before);
          longer.back()[i] = candidate;
        }
      }
    }
    list = std::move(longer);
  });
  return list;
}

std::int64_t block_key(const SettingValues& values) {
  std::int64_t key = 0;
  for_each_free_setting([&](const auto& row, std::size_t i) {
    if (row.level == Level::kBlock) {
      key = key * num_values(row) + values[i];
    }
  });
  return key;
}

bool same_memory_plan(const SettingValues& a, const SettingValues& b) {
  bool same = true;
  for_each_free_setting([&](const auto& row, std::size_t i) {
    same = same && (row.level == Level::kDataParallel || a[i] == b[i]);
  });
  return same;
}

std::vector<SearchedSetting> searched_settings() {
  std::map<std::string_view, std::string_view> short_names;  // by key
  const auto add = [&](const auto& row) { short_names.emplace(row.key, row.short_name); };
  std::for_each(kDegreeSettings.begin(), kDegreeSettings.end(), add);
  for_each_field(kFreeSettings, add);
  for (const TierSetting& row : kTierSettings) {
    short_names.emplace(row.key, "");
  }
  std::vector<SearchedSetting> settings;
  for_each_field(kStrategyFields, [&](const auto& field) {
    if (const auto row = short_names.find(field.name); row != short_names.end()) {
      settings.push_back({field.name, row->second, !field.belongs_to(Preset::kCalculon)});
    }
  });
  return settings;
}

std::vector<std::string_view> searched_tiers() {
  std::vector<std::string_view> keys;
  for (const TierSetting& row : kTierSettings) {
    keys.push_back(row.key);
  }
  return keys;
}

}  // namespace calculon
