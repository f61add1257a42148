#pragma once

#include "batch/batch_shape.h"
#include "batch/pipeline.h"
#include "calculon/block/block_profile.h"
#include "calculon/hardware/system.h"
#include "calculon/strategy/strategy.h"

namespace calculon {

// The exchange of weight gradients (and, with a sharded optimizer, of weights) between replicas.
struct DataParallel {
  double block_bytes = 0;
  double link_seconds = 0;
  double exposed_seconds = 0;
  double required_bandwidth_chunk = 0;  // to hide all chunks but the last, bytes/s
  double required_bandwidth_tail = 0;   // to hide the last chunk
};

// `times` are the block's with all overheads. Throws nothing; 0 without replicas or training.
DataParallel data_parallel(const BlockProfile& block, const OptimizerStats& optimizer,
                           const ScheduleChoices& schedule, const System& system,
                           const BatchShape& shape, const PipelineTransfer& transfer,
                           const BlockTimes& times);

}  // namespace calculon
