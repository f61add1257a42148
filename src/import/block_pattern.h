#pragma once

#include <cstdint>
#include <optional>
#include <vector>

namespace calculon {

// Whether each block of a model is of a certain kind.
using BlockMask = std::vector<bool>;

// The blocks with experts as our keys say it: block i is one where i >= first and
// (i - first) mod period = period - 1.
struct MixturePattern {
  std::int64_t first = 0;
  std::int64_t period = 1;
};
// Nothing if no such numbers give the mask, of which at least one block is true.
std::optional<MixturePattern> mixture_pattern(const BlockMask& mask);

// The period q of the blocks that attend to everything, of which there are floor(blocks / q); 0 if
// there is none. Nothing if no period gives that many.
std::optional<std::int64_t> full_attention_period(std::int64_t full_blocks, std::int64_t blocks);

}  // namespace calculon
