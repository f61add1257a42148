#pragma once

#include <cstdint>
#include <vector>

namespace calculon {

struct PipelineShape {
  std::int64_t stages = 1;
  std::int64_t chunks = 1;  // of a stage
  std::int64_t microbatches = 1;
};

// What a stage does at a time: a microbatch through one of its chunks.
struct PipelinePass {
  bool backward = false;
  std::int64_t microbatch = 0;
  std::int64_t chunk = 0;
};

// How far a stage runs ahead before its first backward pass: as 1F1B does, or with all forward
// passes.
enum class WarmUp { kShort, kAll };

// The passes of a stage, one after the other: 1F1B, with several chunks interleaved, where groups
// of as many microbatches as there are stages go through chunk after chunk. With a last group that
// is smaller, the orders of stages may wait for each other for ever; those with WarmUp::kAll never
// do.
std::vector<PipelinePass> pipeline_passes(const PipelineShape& shape, std::int64_t stage,
                                          WarmUp warm_up);

}  // namespace calculon
