#pragma once

#include <algorithm>

#include "calculon/planner/plan/hetero_types.h"

namespace calculon {

// The formulas that the costs of mixed and uniform plans have in common (docs/hetero.md, "Cost").
// Times are ms. The order of their operations is the published one, which decides their last bit.

// What a link carries in a millisecond (quirk H18).
inline double link_bytes_per_ms(QuirkMode quirks, double gbps) {
  constexpr double kBytesPerMs = 1e6;
  return quirks == QuirkMode::kFixed ? gbps * kBytesPerMs : gbps * 1024 * 1024;
}

// A pipeline of stages that take `all_stages` together and `longest` at most, each.
inline double pipeline_ms(double micro_batches, double longest, double all_stages) {
  return (micro_batches - 1) * longest + all_stages;
}

// One microbatch's way over the boundary behind a stage. Before the head go its shares of the
// logits, elsewhere the whole hidden state.
inline double boundary_ms(const HeteroOptions& options, std::int64_t microbatch,
                          std::int64_t tensor_par, bool before_head, double bytes_per_ms) {
  constexpr double kBytesPerElement = 2;
  const std::int64_t tokens = microbatch * options.sequence_length;
  const double activations = before_head ? static_cast<double>(tokens * options.vocab_size) /
                                               static_cast<double>(tensor_par)
                                         : static_cast<double>(tokens * options.hidden_size);
  const bool in_bytes = options.quirks == QuirkMode::kFixed;  // quirk H18
  return (in_bytes ? activations * kBytesPerElement : activations) / bytes_per_ms;
}

// All boundaries of a pipeline, which take `all` together and `slowest` at most, each. The
// published planner charges each once per iteration (quirk H20). Put right: the first microbatch
// waits for all, forward and backward, and every other one for as much of the slowest as the
// longest stage does not hide.
inline double charged_transfers_ms(QuirkMode quirks, double micro_batches, double all,
                                   double slowest, double longest_stage) {
  if (quirks != QuirkMode::kFixed) {
    return all;
  }
  return 2 * all + (micro_batches - 1) * std::max(0.0, 2 * slowest - longest_stage);
}

// The reduction of a stage's gradients among `data_par` replicas.
inline double reduction_ms(double data_par, double bytes_per_ms, double parameter_bytes) {
  return 2 * (data_par - 1) / (data_par * bytes_per_ms) * parameter_bytes;
}

}  // namespace calculon
