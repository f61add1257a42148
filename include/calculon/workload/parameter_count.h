#pragma once

#include <cstdint>
#include <vector>

#include "calculon/workload/transformer.h"

namespace calculon {

// Blocks of a model that are alike, and the parameters of one of them. Norms inside the attention
// (of queries, keys and latents), its biases and sinks count to it.
struct BlockParameters {
  bool mixture = false;  // has experts
  std::int64_t num_blocks = 0;
  std::int64_t attention = 0;
  std::int64_t mlp = 0;      // of a block without experts
  std::int64_t experts = 0;  // all of them
  std::int64_t shared = 0;   // the shared experts, with their gate
  std::int64_t router = 0;
  std::int64_t norms = 0;
  std::int64_t total = 0;
  std::int64_t active = 0;  // those that a token meets
};

// The parameters of a model, to the unit. The vocabulary is not padded.
struct ModelParameters {
  std::int64_t total = 0;
  std::int64_t active = 0;              // those that a token meets, the embedding among them
  std::int64_t embedding = 0;           // 0 without a vocabulary, as the next two
  std::int64_t head = 0;                // 0 if it is the embedding
  std::int64_t positions = 0;           // of a learned table
  std::int64_t norms = 0;               // behind the embedding and behind the last block
  std::vector<BlockParameters> blocks;  // dense ones first; each kind once
  // Multi-token prediction, which is no part of the total: the blocks with what joins and norms
  // their inputs, without the copies of embedding and head that checkpoints have.
  std::int64_t prediction = 0;
};

// Throws InputError if a number is too large to count.
ModelParameters count_parameters(const Transformer& transformer);

// The vocabulary, padded to a multiple that a tensor group of this size shares; 0 without one.
double padded_vocabulary(const Transformer& transformer, std::int64_t tensor_par);

}  // namespace calculon
