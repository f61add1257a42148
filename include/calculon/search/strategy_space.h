#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "calculon/base/enum_names.h"
#include "calculon/hardware/system.h"
#include "calculon/strategy/setting_filter.h"
#include "calculon/strategy/strategy.h"
#include "calculon/workload/transformer.h"

namespace calculon {

// The published enumerations: of dense models, of mixtures of experts with as many expert-parallel
// processors as experts and as many slices as the tensor degree, and of mixtures with all three
// degrees free.
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
  // being named here.
  SettingFilter filter;

  SpaceKind kind = SpaceKind::kDense;
  // Of a mixture of experts.
  std::int64_t num_experts = 1;
  std::optional<std::int64_t> top_k_experts;  // else 2, or 1 if there is one expert
  ActivationFunction activation_function = ActivationFunction::kGelu;
  AttentionType attention_type = AttentionType::kMultihead;
  // Tensor degrees that divide the processors of a stage, rather than those of an expert (M30).
  bool independent_degrees = false;
  // Each execution once: without the communication types that a mixture overrides (quirk M28) and
  // the repeated microbatch (quirk M26).
  bool distinct = false;
};

// The settings that can be chosen whatever the degrees of parallelism are.
struct FreeSettings {
  ActivationRecompute activation_recompute;
  bool optimizer_sharding;
  TensorParCommType tensor_par_comm_type;
  bool seq_par_ag_redo;
  bool data_par_overlap;
  TensorParOverlap tensor_par_overlap;
  bool weight_offload;
  bool activations_offload;
  bool optimizer_offload;
  bool fused_activation;
};

// The settings that place traffic on network tiers, in the order of enumeration.
inline constexpr std::array<std::int64_t Strategy::*, 6> kNetMembers = {
    &Strategy::tensor_par_net,   &Strategy::pipeline_par_net, &Strategy::data_par_net,
    &Strategy::data_par_exp_net, &Strategy::expert_par_net,   &Strategy::expert_slice_net};
using Nets = std::array<std::int64_t, kNetMembers.size()>;

// The published search space (docs/model.md, "Searching"): every way of running one model on a
// number of processors with the largest batch that its replicas can share. A strategy has an index
// in the published order of enumeration, whatever order a search visits it in.
//
//   cell      the degrees of parallelism, with the microbatches and network tiers they allow
//   group     a cell with an interleaving; its strategies have consecutive indices:
//             free settings, then microbatches, then tiers in the order of kNetMembers
class StrategySpace {
 public:
  struct Degrees {
    std::int64_t tensor_par;
    std::int64_t pipeline_par;
    std::int64_t expert_par = 1;
    std::int64_t expert_slice = 1;
  };
  struct Group {
    std::int64_t pipeline_interleaving;
    std::int64_t first_index;
  };
  struct Cell {
    Degrees degrees;
    std::int64_t data_par;
    std::int64_t data_par_exp;
    std::int64_t batch_size;
    std::vector<std::int64_t> microbatches;  // ascending
    std::array<std::vector<std::int64_t>, kNetMembers.size()> nets;
    std::vector<Group> groups;
    const std::vector<FreeSettings>* settings;

    std::int64_t placements() const {
      std::int64_t count = 1;
      for (const auto& tiers : nets) {
        count *= static_cast<std::int64_t>(tiers.size());
      }
      return count;
    }
    std::int64_t group_size() const {
      return static_cast<std::int64_t>(settings->size() * microbatches.size()) * placements();
    }
    // Index of a strategy of this cell by its place in each list; `placement` counts tiers with
    // the last one fastest.
    std::int64_t index(const Group& group, std::size_t setting, std::size_t microbatch,
                       std::int64_t placement) const {
      return group.first_index +
             static_cast<std::int64_t>(setting * microbatches.size() + microbatch) * placements() +
             placement;
    }
  };

  // Throws InputError if the space has more strategies than can be counted, if the experts cannot
  // be spread as its kind wants, or if the system cannot exchange between experts.
  StrategySpace(const Transformer& transformer, const System& system, const SpaceOptions& options);
  StrategySpace(const StrategySpace&) = delete;  // cells point into it
  StrategySpace& operator=(const StrategySpace&) = delete;

  const std::vector<Cell>& cells() const { return cells_; }
  std::int64_t size() const { return size_; }
  Datatype datatype() const { return options_.datatype; }
  bool moe() const { return options_.kind != SpaceKind::kDense; }
  Preset preset() const { return moe() ? Preset::kCalculonMoe : Preset::kCalculon; }
  // How many strategies there are with one microbatch size for each choice of the others.
  std::int64_t size_with_first_microbatch() const;
  // What the published searches of mixtures count as combinations: cells with interleaving,
  // recomputation, sharding and communication type.
  std::int64_t num_combinations() const;

  // The strategy with index 0 <= index < size().
  Strategy at(std::int64_t index) const;
  // The strategy of a cell without its nets, microbatch and free settings.
  Strategy base(const Cell& cell, const Group& group) const;
  static void apply(const FreeSettings& settings, Strategy& strategy);
  static void apply(const Nets& nets, Strategy& strategy);

 private:
  std::vector<std::int64_t> accepted_divisors(std::string_view setting, std::int64_t number) const;
  std::vector<Degrees> dense_degrees() const;
  std::vector<Degrees> moe_degrees() const;
  std::vector<Degrees> flexible_degrees() const;
  std::vector<std::int64_t> expert_par_candidates(bool all) const;
  void add_cell(const Degrees& degrees);
  std::vector<std::int64_t> microbatches(std::int64_t tensor_par, std::int64_t local_batch) const;
  std::vector<std::int64_t> nets(std::string_view setting, std::int64_t degree) const;
  std::vector<FreeSettings> free_settings(bool tensor_parallel, bool data_parallel) const;

  const Transformer& transformer_;
  const System& system_;
  SpaceOptions options_;
  std::vector<FreeSettings> settings_[2][2];  // [tensor_par > 1][data_par > 1]
  std::vector<Cell> cells_;
  std::int64_t size_ = 0;
};

}  // namespace calculon
