#include "import/block_pattern.h"

#include <algorithm>

namespace calculon {
namespace {

bool gives(const MixturePattern& pattern, const BlockMask& mask) {
  for (std::size_t i = 0; i < mask.size(); ++i) {
    const std::int64_t behind = static_cast<std::int64_t>(i) - pattern.first;
    const bool has_experts = behind >= 0 && behind % pattern.period == pattern.period - 1;
    if (has_experts != mask[i]) {
      return false;
    }
  }
  return true;
}

}  // namespace

std::optional<MixturePattern> mixture_pattern(const BlockMask& mask) {
  const auto first = std::find(mask.begin(), mask.end(), true);
  if (first == mask.end()) {
    return std::nullopt;
  }
  // A single block has its period from the end of the model.
  const auto second = std::find(first + 1, mask.end(), true);
  MixturePattern pattern;
  pattern.period = second - first;
  pattern.first = (first - mask.begin()) - (pattern.period - 1);
  if (pattern.first < 0 || !gives(pattern, mask)) {
    return std::nullopt;
  }
  return pattern;
}

std::optional<std::int64_t> full_attention_period(std::int64_t full_blocks, std::int64_t blocks) {
  if (full_blocks == 0) {
    return 0;
  }
  const std::int64_t period = blocks / full_blocks;
  return blocks / period == full_blocks ? std::optional(period) : std::nullopt;
}

}  // namespace calculon
