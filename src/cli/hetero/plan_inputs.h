#pragma once

#include "base/json_reader.h"
#include "calculon/planner/profiles/gpu_cluster.h"
#include "calculon/planner/profiles/layer_profile.h"
#include "cli/hetero/hetero_plan_options.h"

namespace calculon {

// What a plan is of, as the record `inputs` of its JSON tells: model, cluster, methodology, GPUs,
// batch, files with their date, and the version of the program. `planner` has the options as they
// were used; `model` is null for profiles of a folder.
Json plan_inputs_json(const PlanOptions& options, const HeteroOptions& planner,
                      const GpuCluster& cluster, const ProfileSet& profiles,
                      const ModelInputs* model);

}  // namespace calculon
