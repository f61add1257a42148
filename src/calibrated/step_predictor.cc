#include "calibrated/step_predictor.h"

#include "calibrated/block_time.h"
#include "calibrated/step_time.h"

namespace calculon {

StepPredictor::StepPredictor(const Transformer& model, const CalibratedExecution& execution,
                             const Machine& machine)
    : model_(model),
      execution_(execution),
      machine_(machine),
      placement_(place_groups(execution, machine.domain, model.details.num_experts > 0)),
      sizes_(PipelineLayout(execution, model.num_blocks).stage_sizes()) {}

double StepPredictor::seconds(const Calibration& constants) const {
  Machine machine = machine_;
  machine.constants = constants;
  const BlockTime block = block_time(model_, execution_, machine, placement_);
  const EndTimes ends = end_times(model_, execution_, machine, placement_, block);
  return step_of(model_, execution_, machine, placement_, block, ends, sizes_).total;
}

}  // namespace calculon
