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
  if (!choices.pipeline_layout.empty()) {
    starts_.push_back(0);
    for (const std::int64_t own : choices.pipeline_layout) {
      starts_.push_back(starts_.back() + own);
    }
  }
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
  std::int64_t blocks = chunk_share(units(stage), chunk);
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

std::int64_t PipelineLayout::blocks_on_first(std::int64_t count, std::int64_t chunk) const {
  if (!starts_.empty()) {
    const auto first = static_cast<std::size_t>(chunk * stages_);
    return starts_[first + static_cast<std::size_t>(count)] - starts_[first];
  }
  if (count == 0) {
    return 0;
  }
  // Stages between the ends are of two sizes at most, the smaller or the larger ones first.
  const std::int64_t inner_end = std::min(count, stages_ - 1);
  const std::int64_t inner = inner_end - 1;  // without the first stage
  std::int64_t blocks = chunk_blocks(0, chunk);
  if (inner > 0) {
    const std::int64_t low = chunk_share(units(1), chunk);
    const std::int64_t high = chunk_share(units(inner_end - 1), chunk);
    const std::int64_t larger = all_units_ % stages_;
    const std::int64_t turn = counts_ends_ ? stages_ - larger : larger;  // the first of other size
    const bool given = choices_->first_stage_blocks > 0 || choices_->last_stage_blocks > 0;
    const std::int64_t same = given ? inner : std::clamp(turn - 1, std::int64_t{0}, inner);
    blocks += same > 0 ? same * low : 0;
    blocks += (inner - same) * high;
  }
  return blocks + (count == stages_ && stages_ > 1 ? chunk_blocks(stages_ - 1, chunk) : 0);
}

StageSizes PipelineLayout::stage_sizes() const {
  StageSizes sizes;
  sizes.first = static_cast<double>(stage_blocks(0));
  sizes.last = static_cast<double>(stage_blocks(stages_ - 1));
  for (std::int64_t stage = 1; stage < stages_ - 1; ++stage) {
    sizes.inner = std::max(sizes.inner, static_cast<double>(stage_blocks(stage)));
  }
  return sizes;
}

}  // namespace calculon
