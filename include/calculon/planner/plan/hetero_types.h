#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "calculon/base/enum_names.h"
#include "calculon/planner/profiles/layer_profile.h"

namespace calculon {

// Planning the training of one model on a cluster of several types of GPU (docs/hetero.md): which
// stages, device groups, data and tensor degrees, microbatches and layer partition have the lowest
// estimated time of an iteration. Times are milliseconds, see layer_profile.h.

// Which stage gets half the data and twice the tensor degree when the layers do not fit: the one
// with the least memory left as far as the search remembers. The improved search remembers more.
enum class SearchOrder { kNaive, kImproved };

template <>
struct EnumNames<SearchOrder> {
  static constexpr std::array<std::string_view, 2> kNames = {"naive", "improved"};
};

// As the published planner computes, or with its quirks put right (docs/hetero.md, "Quirks").
enum class QuirkMode { kReference, kFixed };

template <>
struct EnumNames<QuirkMode> {
  static constexpr std::array<std::string_view, 2> kNames = {"reference", "fixed"};
};

struct HeteroOptions {
  std::int64_t global_batch_size = 1;
  std::int64_t hidden_size = 4096;
  std::int64_t sequence_length = 1024;
  std::int64_t vocab_size = 51200;
  std::int64_t max_tensor_parallel = 0;    // 0: the largest that was profiled
  std::int64_t max_microbatch = 0;         // 0: the largest that was profiled
  double group_scale_variance = 1;         // smallest group, as a share of the even one
  std::int64_t max_permute_length = 0;     // 0: 128, or less where that is too many plans
  std::vector<std::string> type_order;     // all types of the cluster; empty: by name
  std::optional<ProfileKey> lead_profile;  // none: the smallest
  SearchOrder search = SearchOrder::kImproved;
  QuirkMode quirks = QuirkMode::kReference;
  std::size_t top = 10;
  int threads = 1;
  bool sum_of_costs = false;  // needs every plan to be costed in full
};

// How the GPUs of a stage share its work: data * tensor of them.
struct StageStrategy {
  std::int64_t data_par = 1;
  std::int64_t tensor_par = 1;

  bool operator==(const StageStrategy&) const = default;
};

struct HeteroPlan {
  double cost = 0;  // of an iteration, ms
  std::vector<std::string> type_sequence;
  std::vector<std::int64_t> device_groups;
  std::vector<StageStrategy> strategies;
  std::int64_t micro_batches = 1;
  std::vector<std::int64_t> layer_partition;  // of each stage its first layer, then the end
  int attempts = 1;                           // of the layer partition until it fitted
  std::int64_t stages_charged = 1;            // fewer than there are: quirk H7
  std::int64_t index = 0;                     // in the order in which plans are found
};

// What a search did. The counts are exact, also where plans were not costed in full.
struct HeteroCounts {
  std::int64_t steps = 0;  // without those of abandoned searches (quirk H9)
  std::int64_t steps_including_abandoned = 0;
  std::int64_t inter_stage_plans = 0;
  std::int64_t searches_abandoned = 0;  // inter-stage plans of which no move was left
  std::int64_t plans_costed = 0;
  std::int64_t plans_not_costable = 0;
  std::array<std::int64_t, 3> plans_by_attempts{};
  std::int64_t plans_with_lost_layers = 0;  // quirk H13
  std::int64_t plans_charged_short = 0;     // quirk H7

  void add(const HeteroCounts& other);
};

// The rejected layer partition that came closest to fitting.
struct NearestMiss {
  double missing_mb = 0;  // of the stage with the least room
  std::size_t stage = 0;
  HeteroPlan plan;  // without cost
};

struct HeteroResult {
  HeteroCounts counts;
  std::vector<HeteroPlan> top;         // best first; equal costs in the order of finding
  std::optional<double> sum_of_costs;  // if asked for
  std::optional<NearestMiss> nearest;  // if nothing fits
  bool interrupted = false;
};

// What a planner shows while it runs, about ten times a second: how much of the work is done.
using PlanProgress = std::function<void(std::int64_t done, std::int64_t all)>;

// One stage of a plan, for people.
struct StageDetails {
  std::int64_t first_gpu = 0;
  std::vector<std::pair<std::string, std::int64_t>> devices;  // GPUs by type, in order
  StageStrategy strategy;
  std::int64_t microbatch = 1;  // of a replica; of a mixed stage on average
  std::int64_t first_layer = 0;
  std::int64_t end_layer = 0;
  bool charged = true;
  double stage_ms = 0;  // of one microbatch
  double data_ms = 0;   // reduction of gradients
  double optimizer_ms = 0;
  double transfer_ms = 0;  // to the next stage
  double memory_mb = 0;    // as the planner counts: of the whole group (quirk H12)
  double available_mb = 0;
};

// A plan's cost, taken apart. They add up to the cost.
struct PlanDetails {
  std::vector<StageDetails> stages;
  std::size_t bottleneck = 0;  // the charged stage with the longest microbatch
  double execution_ms = 0;
  double gap_ms = 0;  // between the forward and backward passes
  double optimizer_ms = 0;
  double data_ms = 0;
  double transfer_ms = 0;
  double batch_generator_ms = 0;
};

}  // namespace calculon
