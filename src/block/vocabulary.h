#pragma once

#include "block/layer.h"
#include "block/layer_cost.h"
#include "calculon/block/block_profile.h"

namespace calculon {

// What the ends of the model cost (docs/corrected.md, "The vocabulary"); nothing where the model
// has no vocabulary or the rules leave it out (quirk A7).
VocabularyCosts vocabulary_costs(const BlockShape& shape, const BlockMachine& machine);

// Their optimizer steps, with the state split over `shards` processors.
VocabularyStep embedding_step(const BlockShape& shape, const BlockMachine& machine, double shards);
VocabularyStep head_step(const BlockShape& shape, const BlockMachine& machine, double shards);

}  // namespace calculon
