#pragma once

#include "calculon/hardware/system.h"
#include "calculon/statistics/block_stats.h"
#include "calculon/strategy/strategy.h"
#include "calculon/workload/transformer.h"

namespace calculon {

// Times of the traffic between experts, or between the slices of an expert. It is the same in base
// and edge blocks, and none of it is hidden (quirk M4).
struct ExpertTraffic {
  double fw_seconds = 0;
  double agrad_seconds = 0;
  double recomm_seconds = 0;
};

// What stands before the first block and behind the last one: the embedding, and the output head
// with the loss. Of one processor and microbatch; all 0 without a vocabulary, and in the published
// model (quirk A7).
struct VocabularyCosts {
  double embedding_seconds = 0;  // both passes, with its collectives
  double head_seconds = 0;
  double flops = 0;  // both passes, of head and loss
  double embedding_weight_bytes = 0;
  double head_weight_bytes = 0;  // also of one that is tied to the embedding
  double logit_bytes = 0;        // that head and loss keep for backward
  double logit_grad_bytes = 0;
};

// Their optimizer step, on one processor.
struct VocabularyStep {
  double flops = 0;
  double seconds = 0;
  double state_bytes = 0;
  double gradient_bytes = 0;  // not reduced, 32 bits each
};

// The optimizer step of a block, and of what stands at the ends.
struct OptimizerProfile : OptimizerStats {
  VocabularyStep embedding;
  VocabularyStep head;
};

// What the passes of a block take on any network, at least: the processing that communication only
// lengthens.
struct ProcessingTimes {
  double forward_seconds = 0;
  double backward_seconds = 0;  // with recomputation
};

// A block profile: immutable, and good for every schedule of these block choices.
struct BlockProfile : BlockStats {
  BlockChoices choices;
  ProcessingTimes alone;
  ExpertTraffic expert;                     // all-to-all
  ExpertTraffic slice;                      // all-gather and reduce-scatter
  double expert_weight_bytes = 0;           // of block_weight_space, replicated as experts are
  double pipeline_transfer_bytes = 0;       // handed to the next stage, if there is one
  double matrix_peak_flops_per_second = 0;  // what efficiencies are measured against
  VocabularyCosts vocabulary;
};

// Profiles one block (docs/model.md, "From layers to a block profile"). REQUIRES choices
// without contradiction (strategy.h) that suit the model (placement.h). Allocates nothing. Throws
// InputError if the system lacks the datatype or the tier, or a curve does not cover a size (U71).
BlockProfile profile_block(const Transformer& transformer, const System& system,
                           const BlockChoices& choices);
// The optimizer step of one block, its state split over `shards`; the same conditions.
OptimizerProfile profile_optimizer(const Transformer& transformer, const System& system,
                                   const BlockChoices& choices, const OptimizerShards& shards);

}  // namespace calculon
