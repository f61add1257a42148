#pragma once

#include <cstdint>
#include <vector>

#include "calculon/hardware/system.h"
#include "calibrated/block_exchanges.h"
#include "calibrated/block_memory.h"
#include "calibrated/block_time.h"

namespace calculon {

// What one kind of block consists of on one rank, for one microbatch: the lists that its time and
// its memory are made from.
struct BlockInventory {
  bool experts = false;
  std::int64_t blocks = 0;  // of the model
  BlockProducts products;
  KeptTensors kept;       // before recomputation
  double kept_bytes = 0;  // with it
  std::vector<Exchange> exchanges;
};

// Of each kind that the model has. REQUIRES that rules KD2 to KD4 are met.
std::vector<BlockInventory> block_inventories(const Transformer& model, const System& system,
                                              const CalibratedExecution& execution);

}  // namespace calculon
