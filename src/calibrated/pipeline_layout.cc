#include "calibrated/pipeline_layout.h"

#include <algorithm>

namespace calculon {

PipelineLayout::PipelineLayout(const StepChoices& choices, std::int64_t blocks)
    : choices_(&choices),
      stages_(choices.pipeline_par),
      chunks_(choices.pipeline_interleaving),
      blocks_(blocks),
      counts_ends_(choices.pipeline_balance == PipelineBalance::kWithEmbedding && stages_ > 1) {
  all_units_ = blocks + (counts_ends_ ? 2 : 0);
}

std::int64_t PipelineLayout::units(std::int64_t stage) const {
  const std::int64_t first = choices_->first_stage_blocks;
  const std::int64_t last = choices_->last_stage_blocks;
  if (first > 0 || last > 0) {
    if (stage == 0 && first > 0) {
      return first;
    }
    if (stage == stages_ - 1 && last > 0) {
      return last;
    }
    const std::int64_t others = stages_ - (first > 0 ? 1 : 0) - (last > 0 ? 1 : 0);
    return (blocks_ - first - last) / others;
  }
  const std::int64_t rest = all_units_ % stages_;
  const bool larger = counts_ends_ ? stage >= stages_ - rest : stage < rest;
  return all_units_ / stages_ + (larger ? 1 : 0);
}

std::int64_t PipelineLayout::chunk_blocks(std::int64_t stage, std::int64_t chunk) const {
  if (!choices_->pipeline_layout.empty()) {
    return choices_->pipeline_layout[static_cast<std::size_t>(chunk * stages_ + stage)];
  }
  const std::int64_t own = units(stage);
  std::int64_t blocks = own / chunks_ + (chunk < own % chunks_ ? 1 : 0);
  if (counts_ends_) {
    blocks -= stage == 0 && chunk == 0 ? 1 : 0;
    blocks -= stage == stages_ - 1 && chunk == chunks_ - 1 ? 1 : 0;
  }
  return blocks;
}

std::int64_t PipelineLayout::stage_blocks(std::int64_t stage) const {
  std::int64_t blocks = 0;
  for (std::int64_t chunk = 0; chunk < chunks_; ++chunk) {
    blocks += chunk_blocks(stage, chunk);
  }
  return blocks;
}

std::int64_t PipelineLayout::most_blocks() const {
  std::int64_t most = 0;
  for (std::int64_t stage = 0; stage < stages_; ++stage) {
    most = std::max(most, stage_blocks(stage));
  }
  return most;
}

}  // namespace calculon
