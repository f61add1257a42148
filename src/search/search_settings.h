#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include "calculon/base/field.h"
#include "calculon/base/fixed_vector.h"
#include "calculon/search/space_options.h"
#include "calculon/strategy/placement.h"
#include "calculon/strategy/strategy.h"

namespace calculon {

// The settings that a search chooses, a row each. Enumeration, the nest of the search, its options
// on the command line and the keys of a study all follow from the rows. They come in three tables:
//
//   degrees   how the processors and the batch are shared out; degrees.cc knows their rules
//   free      what can be chosen whatever the degrees are; a strategy has a value of each row
//   tiers     where the traffic of each degree goes
//
// All of this is constant or a plain value and safe to read from any thread.

// What a setting decides at the earliest. A search decides the levels one inside the other, and
// works out on each what all choices inside it have in common.
enum class Level : std::uint8_t {
  kBlock,         // what one block costs: a block profile
  kMemory,        // what a processor holds: a memory plan
  kPipeline,      // how long a stage takes with its transfers
  kDataParallel,  // only the exchange between replicas
};

struct DegreeSetting {
  std::string_view key;
  std::string_view short_name;
};

// In the words of the field, expert_slice is expert tensor parallelism, data_par_exp the expert
// data parallelism, and pipeline_interleaving the number of virtual pipeline stages on a processor.
inline constexpr std::array<DegreeSetting, 9> kDegreeSettings = {{
    {"tensor_par", "tp"},
    {"pipeline_par", "pp"},
    {"data_par", "dp"},
    {"expert_par", "ep"},
    {"expert_slice", "es"},
    {"data_par_exp", ""},
    {"batch_size", ""},
    {"microbatch_size", "microbatch"},
    {"pipeline_interleaving", "interleaving"},
}};

// What the values that are tried of a free setting may depend on.
struct ChoiceContext {
  const SpaceOptions& options;
  bool has_tier2;        // memory to offload to
  bool tensor_parallel;  // a degree above 1
  bool data_parallel;
  std::string_view key;  // of the setting at hand
  Strategy chosen;       // with a value of the rows before

  // What the published searches of mixtures fix is tried if it is named.
  bool opened() const { return !options.moe() || options.corrected || options.filter.names(key); }
};

// Values of an enum or a bool as numbers, in the order of enumeration. They are asked for with each
// combination of the rows before.
using Candidates = FixedVector<std::uint8_t, 4>;

Candidates recompute_candidates(const ChoiceContext& context);
Candidates comm_type_candidates(const ChoiceContext& context);
Candidates ag_redo_candidates(const ChoiceContext& context);
Candidates tensor_overlap_candidates(const ChoiceContext& context);
Candidates if_data_parallel(const ChoiceContext& context);
Candidates if_tier2(const ChoiceContext& context);
Candidates activations_offload_candidates(const ChoiceContext& context);
Candidates fused_activation_candidates(const ChoiceContext& context);

template <class Value>
struct FreeSetting {
  std::string_view key;
  Value Strategy::*member;
  Level level;
  std::string_view short_name;
  Candidates (*candidates)(const ChoiceContext& context);
};

template <class Base, class Value>  // the member's own struct is a base of Strategy
constexpr FreeSetting<Value> free_setting(std::string_view key, Value Base::*member, Level level,
                                          std::string_view short_name,
                                          Candidates (*candidates)(const ChoiceContext&)) {
  return {key, member, level, short_name, candidates};
}

// In the published order of enumeration, outermost first. The published searches of mixtures count
// the values of the first three rows as combinations. In the words of the field, attn_only is
// selective recomputation, optimizer_sharding ZeRO stage 1, rs_ag sequence parallelism, and
// seq_par_ag_redo drops the gathered input and gathers it again in backward.
inline constexpr std::tuple kFreeSettings = {
    free_setting("activation_recompute", &Strategy::activation_recompute, Level::kBlock,
                 "recompute", recompute_candidates),
    free_setting("optimizer_sharding", &Strategy::optimizer_sharding, Level::kMemory, "",
                 if_data_parallel),
    free_setting("tensor_par_comm_type", &Strategy::tensor_par_comm_type, Level::kBlock,
                 "comm-type", comm_type_candidates),
    free_setting("seq_par_ag_redo", &Strategy::seq_par_ag_redo, Level::kBlock, "",
                 ag_redo_candidates),
    free_setting("data_par_overlap", &Strategy::data_par_overlap, Level::kDataParallel,
                 "dp-overlap", if_data_parallel),
    free_setting("tensor_par_overlap", &Strategy::tensor_par_overlap, Level::kBlock, "tp-overlap",
                 tensor_overlap_candidates),
    free_setting("weight_offload", &Strategy::weight_offload, Level::kMemory, "", if_tier2),
    free_setting("activations_offload", &Strategy::activations_offload, Level::kMemory, "",
                 activations_offload_candidates),
    free_setting("optimizer_offload", &Strategy::optimizer_offload, Level::kMemory, "", if_tier2),
    free_setting("fused_activation", &Strategy::fused_activation, Level::kBlock, "",
                 fused_activation_candidates),
};
inline constexpr std::size_t kCombinationSettings = 3;

// A value of each row.
using SettingValues = std::array<std::uint8_t, std::tuple_size_v<decltype(kFreeSettings)>>;

// Calls visit(row, i) for each row with its place in SettingValues.
template <class Visit>
constexpr void for_each_free_setting(Visit&& visit) {
  std::size_t i = 0;
  for_each_field(kFreeSettings, [&](const auto& row) { visit(row, i++); });
}

template <class Wanted>
inline void set_if(const SettingValues& values, Strategy& strategy, Wanted wanted) {
  for_each_free_setting([&](const auto& row, std::size_t i) {
    if (wanted(row.level)) {
      auto& setting = strategy.*row.member;
      setting = static_cast<std::remove_reference_t<decltype(setting)>>(values[i]);
    }
  });
}
inline void set_all(const SettingValues& values, Strategy& strategy) {
  set_if(values, strategy, [](Level) { return true; });
}
// Those of one level only.
inline void set_memory(const SettingValues& values, Strategy& strategy) {
  set_if(values, strategy, [](Level level) { return level == Level::kMemory; });
}
inline void set_data_parallel(const SettingValues& values, Strategy& strategy) {
  set_if(values, strategy, [](Level level) { return level == Level::kDataParallel; });
}

// All combinations of candidates that the filter accepts, in the order of enumeration.
std::vector<SettingValues> list_free_settings(ChoiceContext context);

// The values on the level of blocks as one number: equal numbers, equal block profiles.
std::int64_t block_key(const SettingValues& values);
// Whether two settings differ on the innermost level only.
bool same_memory_plan(const SettingValues& a, const SettingValues& b);

// Traffic has its own setting, the network tier that it goes over, if its degree is above 1.
struct TierSetting : PlacedDegree {
  Level level;
};

// In the order of kPlacedDegrees.
inline constexpr std::array<TierSetting, kPlacedDegrees.size()> kTierSettings = {{
    {kPlacedDegrees[0], Level::kBlock},         // tensor_par
    {kPlacedDegrees[1], Level::kPipeline},      // pipeline_par
    {kPlacedDegrees[2], Level::kDataParallel},  // data_par
    {kPlacedDegrees[3], Level::kDataParallel},  // data_par_exp
    {kPlacedDegrees[4], Level::kBlock},         // expert_par
    {kPlacedDegrees[5], Level::kBlock},         // expert_slice
}};

// A tier of each row.
using Tiers = std::array<std::int32_t, kTierSettings.size()>;

template <class Wanted>
inline void set_if(const Tiers& tiers, Strategy& strategy, Wanted wanted) {
  const auto set = [&](std::size_t i) {
    if (wanted(kTierSettings[i].level)) {
      strategy.*kTierSettings[i].tier = tiers[i];
    }
  };
  [&]<std::size_t... i>(std::index_sequence<i...>) {
    (set(i), ...);
  }
  (std::make_index_sequence<std::tuple_size_v<Tiers>>());
}
inline void set_all(const Tiers& tiers, Strategy& strategy) {
  set_if(tiers, strategy, [](Level) { return true; });
}
// Those of data-parallel traffic only.
inline void set_data_parallel(const Tiers& tiers, Strategy& strategy) {
  set_if(tiers, strategy, [](Level level) { return level == Level::kDataParallel; });
}

// The tiers of the levels up to `innermost`; 0 for the others. Equal results up to kBlock mean
// equal block profiles, up to kPipeline equal times of a stage.
constexpr Tiers tiers_up_to(Level innermost, Tiers tiers) {
  for (std::size_t i = 0; i < tiers.size(); ++i) {
    if (kTierSettings[i].level > innermost) {
      tiers[i] = 0;
    }
  }
  return tiers;
}

}  // namespace calculon
