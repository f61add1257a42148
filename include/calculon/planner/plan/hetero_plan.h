#pragma once

#include <atomic>
#include <memory>

#include "calculon/planner/plan/hetero_types.h"
#include "calculon/planner/profiles/gpu_cluster.h"
#include "calculon/planner/profiles/layer_profile.h"

namespace calculon {

class PlanProblem;

// The planner of one cluster, model and set of options. The threads of a search are its own; its
// functions may be called from several.
class HeteroPlanner {
 public:
  // Prepares tables. Throws InputError for options and inputs that do not go together.
  HeteroPlanner(const GpuCluster& cluster, const ProfileSet& profiles,
                const HeteroOptions& options);
  ~HeteroPlanner();
  HeteroPlanner(const HeteroPlanner&) = delete;
  HeteroPlanner& operator=(const HeteroPlanner&) = delete;

  // The options with everything that was left open filled in.
  const HeteroOptions& options() const;
  const ProfileKey& lead_profile() const;

  // Walks all plans, or until `stop` is set. The result does not depend on the number of threads.
  // `progress` may be empty. Throws InputError where a profile is missing, and if the cost of a
  // plan among the best, or the sum of costs, is past the range of a double.
  HeteroResult search(const std::atomic<bool>& stop, const PlanProgress& progress = {}) const;

  // Throws InputError if a part of the cost is past the range of a double.
  PlanDetails details(const HeteroPlan& plan) const;

 private:
  std::unique_ptr<const PlanProblem> problem_;
};

}  // namespace calculon
