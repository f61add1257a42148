#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "calculon/calibrated/calibrated_execution.h"

namespace calculon {

// Blocks of the stages of a pipeline, as far as the time of a step depends on them.
struct StageSizes {
  double first = 0;
  double inner = 0;  // most of a stage between the ends, if there is one
  double last = 0;
  double most() const { return std::max(std::max(first, inner), last); }
};

// How the blocks of a model lie on the chunks of a pipeline (section 7): chunk j of stage i is the
// (j * stages + i)-th in model order. Each size is a few operations, and nothing is stored but the
// places in a layout that an execution gives.
class PipelineLayout {
 public:
  // REQUIRES that rules KC17, KC18, KD5 and KD6 are met. Keeps a pointer to the choices.
  PipelineLayout(const StepChoices& choices, std::int64_t blocks);

  std::int64_t stages() const { return stages_; }
  std::int64_t chunks() const { return chunks_; }  // of a stage
  // What a stage has its chunks share: blocks, and the ends where they count as one. REQUIRES that
  // no layout is given.
  std::int64_t units(std::int64_t stage) const;
  std::int64_t chunk_blocks(std::int64_t stage, std::int64_t chunk) const;
  std::int64_t stage_blocks(std::int64_t stage) const;
  // Of a chunk, what lies on the first `count` stages.
  std::int64_t blocks_on_first(std::int64_t count, std::int64_t chunk) const;
  StageSizes stage_sizes() const;

 private:
  std::int64_t chunk_share(std::int64_t units, std::int64_t chunk) const {
    return units / chunks_ + (chunk < units % chunks_ ? 1 : 0);
  }

  const StepChoices* choices_;
  std::int64_t stages_;
  std::int64_t chunks_;
  std::int64_t blocks_;
  std::int64_t all_units_;            // that the balance shares out
  bool counts_ends_;                  // embedding and loss are units
  std::vector<std::int64_t> starts_;  // of the chunks of a given layout, in blocks
};

}  // namespace calculon
