#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "calculon/base/enum_names.h"
#include "calculon/hardware/datatype.h"
#include "calculon/strategy/setting_filter.h"
#include "calculon/strategy/strategy.h"

namespace calculon {

// The published enumerations: of dense models, of mixtures of experts with as many expert-parallel
// processors as experts and as many slices as the tensor degree, and of mixtures with all three
// degrees free. The first tries training with multi-head attention alone (quirk F2).
enum class SpaceKind { kDense, kMoe, kMoeFlexible };

// What becomes of a data parallelism above the largest batch: it is not tried, or it runs with a
// batch of one sequence per replica, above the "largest". The paper's figures were made with the
// second rule (quirk S9).
enum class OversizedDataPar { kSkip, kRaise };

template <>
struct EnumNames<OversizedDataPar> {
  static constexpr std::array<std::string_view, 2> kNames = {"skip", "raise"};
};

// What a search may choose from.
struct SpaceOptions {
  std::int64_t num_procs = 1;
  std::int64_t max_batch_size = 1;
  Datatype datatype = Datatype::kFloat16;
  OversizedDataPar oversized_data_par = OversizedDataPar::kSkip;
  std::vector<bool> fused_activation = {true};  // values to try, in order
  // Narrows what is tried. Settings that a mixture's published search fixes (expert_par and
  // expert_slice, the recomputation of the flexible one, offloads, seq_par_ag_redo) are opened by
  // being named here (quirk M29).
  SettingFilter filter;

  SpaceKind kind = SpaceKind::kDense;
  // Of a mixture of experts.
  std::int64_t num_experts = 1;               // 0: those of the model (corrected), else 16
  std::optional<std::int64_t> top_k_experts;  // else 2, or 1 if there is one expert
  ActivationFunction activation_function = ActivationFunction::kGelu;
  AttentionType attention_type = AttentionType::kMultihead;
  // Tensor degrees that divide the processors of a stage, rather than those of an expert (M30).
  bool independent_degrees = false;
  // Each execution once: without the communication types that a mixture overrides (quirk M28) and
  // the repeated microbatch (quirk M26).
  bool distinct = false;
  // The corrected model: any degree of expert parallelism that divides, all kinds of recomputation,
  // and the two options above.
  bool corrected = false;
  // Without expert slices wider than the tensor degree, beyond which work is lost (quirk M1).
  bool no_lost_work = false;

  bool moe() const { return kind != SpaceKind::kDense; }
  // Whose model answers the strategies of the space.
  Preset preset() const {
    return corrected ? Preset::kCorrected : moe() ? Preset::kCalculonMoe : Preset::kCalculon;
  }
};

// A setting of an execution that a search chooses, so that a filter can narrow it.
struct SearchedSetting {
  std::string_view key;         // of kStrategyFields
  std::string_view short_name;  // of the most used ones, as in "tp"; else ""
  bool of_experts;              // of a mixture of experts only
};

// All of them, in the order of kStrategyFields.
std::vector<SearchedSetting> searched_settings();

// Of these, the ones that place traffic on a network tier, in the same order.
std::vector<std::string_view> searched_tiers();

}  // namespace calculon
