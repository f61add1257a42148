#include "import/block_masks.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace calculon {
namespace {

// A value for each block of a list.
JsonReader one_for_each_block(const JsonReader& list, std::size_t blocks) {
  if (list.size() != blocks) {
    list.reject(fmt::format("an array of {}, one value for each block", blocks));
  }
  return list;
}

// Sets what a list of numbers of blocks names.
void set_blocks(const JsonReader& list, bool value, BlockMask& mask) {
  for (std::size_t i = 0; i < list.size(); ++i) {
    const auto last = static_cast<std::int64_t>(mask.size()) - 1;
    mask[static_cast<std::size_t>(list[i].integer(0, last))] = value;
  }
}

BlockMask empty_mask(FamilyConfig& config) {
  return BlockMask(static_cast<std::size_t>(config.integer(Quantity::kBlocks)), false);
}

// The rule of the step, which may also be a list with a flag for each block.
BlockMask stepped_blocks(FamilyConfig& config) {
  BlockMask mask = empty_mask(config);
  if (config.is_list(Quantity::kMixtureStep)) {
    const JsonReader flags = one_for_each_block(*config.list(Quantity::kMixtureStep), mask.size());
    for (std::size_t i = 0; i < mask.size(); ++i) {
      mask[i] = flags[i].integer(0, 1) != 0;
    }
    return mask;
  }
  const auto step = static_cast<std::size_t>(config.integer(Quantity::kMixtureStep));
  const auto offset = static_cast<std::size_t>(config.integer(Quantity::kMixtureOffset, 0));
  for (std::size_t i = 0; i < mask.size(); ++i) {
    mask[i] = (i + offset) % step == 0;
  }
  return mask;
}

// The words of a list, each of which is the kind of one block's attention.
BlockMask named_blocks(const JsonReader& kinds, BlockMask mask) {
  constexpr std::array<std::string_view, 2> kWindows = {"sliding_attention", "chunked_attention"};
  one_for_each_block(kinds, mask.size());
  for (std::size_t i = 0; i < mask.size(); ++i) {
    const std::string kind = kinds[i].string();
    mask[i] = kind == "full_attention";
    if (!mask[i] && std::find(kWindows.begin(), kWindows.end(), kind) == kWindows.end()) {
      kinds[i].complain(
          fmt::format("is \"{}\", a kind of layer that is not modelled; expected "
                      "full_attention, sliding_attention or chunked_attention",
                      kind));
    }
  }
  return mask;
}

}  // namespace

BlockMask mixture_blocks(FamilyConfig& config) {
  if (config.integer(Quantity::kExperts, 0) == 0) {
    return empty_mask(config);
  }
  if (const auto blocks = config.list(Quantity::kMixtureBlocks)) {
    BlockMask mask = empty_mask(config);
    set_blocks(*blocks, true, mask);
    return mask;
  }
  BlockMask mask = stepped_blocks(config);
  const auto first = config.integer(Quantity::kFirstDense, 0);
  std::fill_n(mask.begin(), std::min(first, static_cast<std::int64_t>(mask.size())), false);
  if (const auto dense = config.list(Quantity::kDenseBlocks)) {
    set_blocks(*dense, false, mask);
  }
  return mask;
}

BlockMask full_blocks(FamilyConfig& config) {
  BlockMask mask = empty_mask(config);
  if (const auto kinds = config.list(Quantity::kBlockKinds); kinds && kinds->size() > 0) {
    return named_blocks(*kinds, std::move(mask));
  }
  if (const auto flags = config.list(Quantity::kWindowFlags); flags && flags->size() > 0) {
    one_for_each_block(*flags, mask.size());
    for (std::size_t i = 0; i < mask.size(); ++i) {
      mask[i] = (*flags)[i].integer(0, 1) == 0;
    }
    return mask;
  }
  const auto period = static_cast<std::size_t>(config.integer(Quantity::kWindowPeriod, 0));
  const auto first = static_cast<std::size_t>(config.integer(Quantity::kFullBlocks, 0));
  for (std::size_t i = 0; i < mask.size(); ++i) {
    mask[i] = i < first || (period > 0 && (i + 1) % period == 0);
  }
  return mask;
}

void check_block_kinds(FamilyConfig& config) {
  if (const auto kinds = config.list(Quantity::kBlockKinds); kinds && kinds->size() > 0) {
    named_blocks(*kinds, empty_mask(config));
  }
}

}  // namespace calculon
