#pragma once

#include "calculon/calibrated/calibrated_stats.h"
#include "calibrated/block_time.h"
#include "calibrated/pipeline_layout.h"

namespace calculon {

// Times of a microbatch before the first block and behind the last one (section 10), and the padded
// vocabulary.
struct EndTimes {
  double vocabulary = 0;
  double embedding = 0;
  double tail = 0;  // head, loss and the blocks of multi-token prediction
};

EndTimes end_times(const Transformer& model, const RankChoices& choices, const Machine& machine,
                   const RankPlacement& placement, const BlockTime& block);

// Share of the transfers between stages that computation does not hide (section 10).
inline constexpr double kExposedTransfer = 0.2;

// Where the time of a step goes (section 11), and the step as a whole.
struct Step {
  StepTime time;
  double total = 0;
};

Step step_of(const Transformer& model, const CalibratedExecution& execution, const Machine& machine,
             const RankPlacement& placement, const BlockTime& block, const EndTimes& ends,
             const StageSizes& sizes);

// Parameters of matrices of the average block (section 11): dense ones, attention among them, and
// those of all experts.
struct BlockWeights {
  double attention = 0;
  double dense = 0;
  double experts = 0;
};

BlockWeights block_weights(const Transformer& model);

}  // namespace calculon
