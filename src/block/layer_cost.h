#pragma once

#include <array>

#include "block/layer.h"

namespace calculon {

// What of a machine one block sees.
struct BlockMachine {
  // Throws InputError where the system cannot compute with the block's datatype, or lacks the
  // tiers of its networks.
  BlockMachine(const System& system, const BlockChoices& choices);

  const System& system;
  const Engine& matrix;
  const Engine& vector;
  std::array<const Network*, 3> networks;  // by family

  const Network& network(CommFamily family) const {
    return *networks[static_cast<std::size_t>(family)];
  }
};

// Bytes, times and bandwidths of a layer's communication in one pass, per block kind.
using PerKind = std::array<double, kNumBlockKinds>;

// One layer in one pass on a machine. Communication of the weight-gradient pass is the repetition
// of the forward collective ("recommunication").
struct PassCost {
  double flops = 0;
  double flops_seconds = 0;
  double traffic_bytes = 0;
  double memory_seconds = 0;
  double alone_seconds = 0;  // processing, but for that which is charged as communication
  double seconds = 0;        // the same, with what overlapped communication adds to it
  PerKind comm_bytes{};
  PerKind comm_seconds{};
  PerKind exposed_seconds{};
  PerKind required_bandwidth{};  // to hide the communication, bytes/s
};

PassCost pass_cost(const BlockShape& shape, const BlockMachine& machine, const Layer& layer,
                   Pass pass);

// One layer in the optimizer step, its state split over `shards` processors.
struct OptimizerCost {
  double flops = 0;
  double flops_seconds = 0;
  double state_bytes = 0;  // also the traffic of the step (quirk A4)
  double memory_seconds = 0;
  double seconds = 0;
  double reduced_gradient_bytes = 0;
};

OptimizerCost optimizer_cost(const BlockShape& shape, const BlockMachine& machine,
                             const Layer& layer, double shards);

}  // namespace calculon
