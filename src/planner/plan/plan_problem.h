#pragma once

#include <bit>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "calculon/planner/plan/hetero_types.h"
#include "calculon/planner/profiles/gpu_cluster.h"
#include "calculon/planner/profiles/layer_profile.h"
#include "planner/plan/device_groups.h"
#include "planner/plan/slice_sums.h"

namespace calculon {

// A layer profile as the planner asks it: sums over any slice of layers.
struct ProfileTable {
  ProfileTable(int type_number, const LayerProfile& profile);

  int type;
  std::int64_t tensor_par;
  std::int64_t microbatch;
  SliceSums time_ms;
  SliceSums memory_mb;
  double full_ms;  // all layers
  double speed;    // 1 / full_ms
  double gap_ms;
};

using TypeMask = std::uint32_t;

// Everything that is the same for all plans, checked and looked up once. Immutable. Types of GPU
// are numbers here: their positions in the type order.
class PlanProblem {
 public:
  PlanProblem(const GpuCluster& cluster, const ProfileSet& profiles, const HeteroOptions& options);

  bool fixed() const { return options.quirks == QuirkMode::kFixed; }
  int num_types() const { return static_cast<int>(types.size()); }
  GroupRules group_rules() const;
  std::int64_t most_stages() const;

  // Null if there is no such profile.
  const ProfileTable* find(int type, std::int64_t tensor_par, std::int64_t microbatch) const {
    const auto& row = tables_[static_cast<std::size_t>(type)];
    const auto tp =
        static_cast<std::size_t>(std::countr_zero(static_cast<std::uint64_t>(tensor_par)));
    if (tp >= row.size()) {
      return nullptr;
    }
    const auto bits = static_cast<std::uint64_t>(microbatch);
    if ((bits & (bits - 1)) != 0) {
      return find_odd(type, tensor_par, microbatch);
    }
    const auto bs = static_cast<std::size_t>(std::countr_zero(bits));
    return bs < row[tp].size() ? row[tp][bs].get() : nullptr;
  }
  // The same; throws InputError if there is none.
  const ProfileTable& at(int type, std::int64_t tensor_par, std::int64_t microbatch) const {
    const ProfileTable* table = find(type, tensor_par, microbatch);
    if (!table) {
      reject_missing(type, tensor_par, microbatch);
    }
    return *table;
  }

  // Of the slowest link between nodes of these types.
  double inter_gbps(TypeMask types_mask) const;
  // What one GB/s carries in a millisecond (quirk H18).
  double bytes_per_ms(double gbps) const;

  HeteroOptions options;
  ProfileKey lead;
  std::string profile_source;
  std::size_t num_layers = 0;
  std::int64_t num_gpus = 0;
  std::int64_t gpus_per_node = 0;      // 0: nodes differ
  std::vector<std::int64_t> divisors;  // of the batch, descending

  // By type.
  std::vector<std::string> types;
  std::vector<std::int64_t> gpus_of_type;
  std::vector<std::vector<std::int64_t>> node_gpus;  // of each node, where nodes differ
  std::vector<double> memory_mb;
  std::vector<double> intra_gbps;

  std::vector<double> durations;  // of the layers, as shares of 1
  double optimizer_ms = 0;
  double batch_generator_ms = 0;
  double first_parameters = 0;  // bytes
  double middle_parameters = 0;
  double last_parameters = 0;
  bool cost_is_at_least_execution = true;  // no negative part in any cost

 private:
  [[noreturn]] void reject_missing(int type, std::int64_t tensor_par,
                                   std::int64_t microbatch) const;
  const ProfileTable* find_odd(int type, std::int64_t tensor_par, std::int64_t microbatch) const;
  void read_cluster(const GpuCluster& cluster);
  void read_profiles(const ProfileSet& profiles);
  void check_options() const;
  void choose_permute_length();

  using TablePointer = std::unique_ptr<const ProfileTable>;
  std::vector<std::vector<std::vector<TablePointer>>> tables_;  // by type, log2 of both numbers
  std::vector<TablePointer> odd_tables_;  // whose microbatch is no power of two
  std::vector<double> slowest_gbps_;      // between nodes, by type
};

}  // namespace calculon
