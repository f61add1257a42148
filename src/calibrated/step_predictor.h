#pragma once

#include "calculon/calibrated/calibrated_execution.h"
#include "calculon/workload/transformer.h"
#include "calibrated/machine.h"
#include "calibrated/pipeline_layout.h"

namespace calculon {

// The step time of one execution for any constants of its stack: what does not depend on them is
// prepared once, and no memory is counted.
class StepPredictor {
 public:
  // REQUIRES that the execution suits the model and the machine (suitability.h).
  StepPredictor(const Transformer& model, const CalibratedExecution& execution,
                const Machine& machine);

  // Safe on any thread.
  double seconds(const Calibration& constants) const;

  const Transformer& model() const { return model_; }
  const CalibratedExecution& execution() const { return execution_; }

 private:
  Transformer model_;
  CalibratedExecution execution_;
  Machine machine_;
  RankPlacement placement_;
  StageSizes sizes_;
};

}  // namespace calculon
