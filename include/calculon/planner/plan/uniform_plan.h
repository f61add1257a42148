#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <vector>

#include "calculon/planner/plan/hetero_types.h"
#include "calculon/planner/profiles/gpu_cluster.h"
#include "calculon/planner/profiles/layer_profile.h"

namespace calculon {

// The homogeneous variant of the planner: the same pipeline, tensor and data degrees everywhere, on
// one type of GPU.

struct UniformPlan {
  double cost = 0;  // of an iteration, ms
  std::int64_t pipeline_par = 1;
  std::int64_t tensor_par = 1;
  std::int64_t data_par = 1;
  std::int64_t microbatch = 1;
  std::int64_t micro_batches = 1;
  std::vector<double> stage_memory_mb;
  bool out_of_memory = false;  // some stage needs more than a GPU has
  std::int64_t index = 0;      // in the order of enumeration, without those that are skipped
};

struct UniformResult {
  std::string device_type;
  double memory_mb = 0;      // of one GPU
  std::int64_t plans = 0;    // with a cost
  std::int64_t skipped = 0;  // without a profile
  std::int64_t out_of_memory = 0;
  double sum_of_costs = 0;
  std::vector<UniformPlan> top;  // best first; equal costs in the order of enumeration
  bool interrupted = false;
};

// Tries every split of all GPUs of the cluster, as if they all were of `device_type` ("": that of
// the first node) in nodes like the first of that type. Plans that do not fit stay in the ranking
// (quirk H23) unless `only_fitting`. Ends early when `stop` is set; `progress` is called now and
// then, and may be empty. Throws InputError, also if a cost of the best or the sum of costs is past
// the range of a double.
UniformResult plan_uniform(const GpuCluster& cluster, const ProfileSet& profiles,
                           const HeteroOptions& options, std::string device_type, bool only_fitting,
                           const std::atomic<bool>& stop, const PlanProgress& progress = {});

}  // namespace calculon
