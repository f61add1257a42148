#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "calculon/hardware/system.h"
#include "calculon/planner/profiles/gpu_cluster.h"
#include "calculon/planner/profiles/layer_profile.h"
#include "calculon/strategy/strategy.h"
#include "calculon/workload/transformer.h"

namespace calculon {

// Layer profiles without measurements: what our model of a block says of a transformer on systems.

// A type of GPU and the system whose processor it is.
struct GpuSystem {
  std::string type;
  System system;
};

struct ModelProfileOptions {
  BlockChoices choices = {};  // but for tensor degree, its network and the microbatch
  std::int64_t vocab_size = 51200;
  std::int64_t max_tensor_parallel = 1;  // powers of two up to here, as far as the model divides
  std::int64_t max_microbatch = 1;       // powers of two up to here
};

// The profiles of all types (docs/hetero.md, "Profiles from the model"): embedding, blocks and
// head are layers; the loss is the gap between forward and backward. Throws InputError if a system
// cannot run the model at all.
std::vector<LayerProfile> model_profiles(const Transformer& transformer,
                                         const std::vector<GpuSystem>& gpus,
                                         const ModelProfileOptions& options);

// Nodes of these types with the types as their addresses: memory of tier 1, the bandwidth of
// network tier 0 inside a node and that of tier 1 between nodes.
std::vector<NodeKind> node_kinds(const std::vector<GpuSystem>& gpus);

}  // namespace calculon
