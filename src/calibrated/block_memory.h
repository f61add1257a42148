#pragma once

#include <array>

#include "calculon/base/field.h"
#include "calculon/hardware/calibration.h"
#include "calibrated/rank_shape.h"

namespace calculon {

// Elements of the parameters of one block on one rank, by what they count as (section 3 of the
// memory model).
struct RankParameters {
  double attention = 0;       // matrices of attention
  double feedforward_in = 0;  // of the dense MLP or the shared expert, `fc1`
  double feedforward_out = 0;
  double other = 0;
  double expert_matrices = 0;
  double expert_other = 0;

  double matrices() const { return attention + feedforward_in + feedforward_out; }
  double all() const { return matrices() + other + expert_matrices + expert_other; }
};

// Numbers of a norm of the hidden state.
double norm_elements(const Transformer& model);

// Elements of the attention's matrices.
double attention_matrices(const RankShape& shape);

RankParameters block_parameters(const Transformer& model, const RankShape& shape, bool experts);

// Bytes that one block keeps of one microbatch between its two passes, item by item (section 6.1).
struct KeptTensors {
  double norm1_in = 0;
  double norm1_out = 0;
  double norm2_in = 0;
  double norm2_out = 0;
  double statistics = 0;
  double qkv = 0;
  double latents = 0;
  double qk_norm_inputs = 0;
  double attention = 0;
  double attention_output = 0;  // what of `attention` stays without the scores
  double ring = 0;
  double masks = 0;
  double copies = 0;
  double router = 0;
  double dispatched = 0;
  double fc1 = 0;
  double activation = 0;
  double combined = 0;
  double shared = 0;

  double all() const;
};

// All but `attention_output`, which is a part of `attention`.
inline constexpr std::array kKeptTensorFields = [] {
  using K = KeptTensors;
  using F = Field<K>;
  constexpr Unit kUnit = Unit::kBytes;
  return std::array{
      F{"norm1_in", &K::norm1_in, kUnit, "input of the block"},
      F{"norm1_out", &K::norm1_out, kUnit, "input of attention"},
      F{"norm2_in", &K::norm2_in, kUnit, "input of the second norm"},
      F{"norm2_out", &K::norm2_out, kUnit, "input of the MLP"},
      F{"statistics", &K::statistics, kUnit, "mean and deviation of norms"},
      F{"qkv", &K::qkv, kUnit, "queries, keys and values"},
      F{"latents", &K::latents, kUnit, "of latent attention"},
      F{"qk_norm_inputs", &K::qk_norm_inputs, kUnit, "queries and keys before their norms"},
      F{"attention", &K::attention, kUnit, "output, and scores without a flash kernel"},
      F{"ring", &K::ring, kUnit, "keys and values of context parallelism"},
      F{"masks", &K::masks, kUnit, "of dropout"},
      F{"copies", &K::copies, kUnit, "of kernels that are not fused"},
      F{"router", &K::router, kUnit, "scores of experts"},
      F{"dispatched", &K::dispatched, kUnit, "tokens at their experts"},
      F{"fc1", &K::fc1, kUnit, "behind the first product of the MLP"},
      F{"activation", &K::activation, kUnit, "behind the activation function"},
      F{"combined", &K::combined, kUnit, "outputs of experts"},
      F{"shared", &K::shared, kUnit, "of shared experts"},
  };
}();

KeptTensors kept_tensors(const Transformer& model, const RankChoices& choices,
                         const RankShape& shape, const MemoryOverhead& overhead, bool experts);

// What of them is kept with an execution's recomputation.
double kept_bytes(const KeptTensors& tensors, const RankChoices& choices, bool latent,
                  bool experts);

// What the blocks of one rank need, whatever the schedule. Arrays are of blocks without and with
// experts.
struct RankMemory {
  RankShape shape;
  double vocabulary = 0;          // padded
  bool last_has_experts = false;  // the model's last block
  std::array<RankParameters, 2> parameters;
  std::array<double, 2> kept{};   // bytes of a microbatch between its passes
  std::array<double, 2> whole{};  // the same without recomputation

  std::size_t last_kind() const { return last_has_experts ? 1 : 0; }
};

RankMemory rank_memory(const Transformer& model, const RankChoices& choices,
                       const MemoryOverhead& overhead);

}  // namespace calculon
