#pragma once

#include <cstdint>
#include <vector>

#include "calculon/base/fixed_vector.h"
#include "calibrated/pipeline_order.h"

namespace calculon {

// What a bar of a step's timeline shows. Those from kPipeline on are of the step as a whole.
enum class StepBarKind {
  kEmbedding,
  kForward,
  kHead,
  kRecompute,
  kBackward,
  kReceiveForward,
  kSendForward,
  kReceiveBackward,
  kSendBackward,
  kNotDrawn,
  kDataPar,
  kTiedEmbedding,
  kOptimizer,
  kPipeline,
  kSlowdown,
  kStraggler,
  kStep
};

struct StepBar {
  StepBarKind kind = StepBarKind::kPipeline;
  std::int64_t stage = 0;
  double begin = 0;  // seconds
  double seconds = 0;
  PipelinePass pass;  // of what is not of the step as a whole

  double end() const { return begin + seconds; }
};

// What a pass is made of, in its order.
struct PassPiece {
  StepBarKind kind = StepBarKind::kForward;
  double seconds = 0;
};
using PassPieces = FixedVector<PassPiece, 4>;

// What the passes of a pipeline take.
class PassCosts {
 public:
  virtual ~PassCosts() = default;
  virtual PassPieces pieces(std::int64_t stage, const PipelinePass& pass) const = 0;
};

// A pipeline's passes, each as early as its stage is free and its input is there.
struct PipelineSchedule {
  std::vector<StepBar> first_half;  // of the passes of each stage
  std::vector<StepBar> second_half;
  double seconds = 0;  // until the last one ends
};

PipelineSchedule schedule_pipeline(const PipelineShape& shape, const PassCosts& costs);

}  // namespace calculon
