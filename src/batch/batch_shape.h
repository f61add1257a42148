#pragma once

#include <cstdint>

#include "calculon/strategy/strategy.h"
#include "calculon/workload/transformer.h"

namespace calculon {

// How a batch is laid out on the processor with most blocks (docs/model.md, "Pipeline schedule").
// Counts, as doubles. REQUIRES a strategy without contradiction.
struct BatchShape {
  BatchShape(const Transformer& transformer, const ScheduleChoices& schedule,
             std::int64_t microbatch_size);

  double stages;          // pipeline_par
  double replicas;        // data_par
  double chunks;          // on one processor: the interleaving
  double microbatches;    // of one replica
  double last_round;      // microbatches modulo stages
  double blocks;          // on the processor
  double model_blocks;    // on all stages
  double missing_blocks;  // by how many the stages' shares are short of stages * blocks
  double chunk_blocks;    // one edge block, the others base blocks
  bool tied_ends;         // the output head uses the embedding's matrix

  // A quantity of base and edge blocks summed over a chunk, and over the batch.
  double over_chunk(double base, double edge) const { return (chunk_blocks - 1) * base + edge; }
  double over_batch(double base, double edge) const {
    return microbatches * chunks * over_chunk(base, edge);
  }
};

}  // namespace calculon
