#pragma once

#include <array>
#include <string_view>

#include "calculon/base/enum_names.h"

namespace calculon {

// Programs that train what the calibrated methodology predicts.
enum class Framework { kMegatron, kBridge, kTorchtitan, kNanotron };

template <>
struct EnumNames<Framework> {
  static constexpr std::array<std::string_view, 4> kNames = {"megatron", "bridge", "torchtitan",
                                                             "nanotron"};
  static constexpr std::array<EnumAlias, 2> kAliases = {
      {{"megatron-lm", "megatron"}, {"megatron-bridge", "bridge"}}};
};

// The name in sentences.
constexpr std::string_view title(Framework framework) {
  constexpr std::array<std::string_view, 4> kTitles = {"Megatron-LM", "Megatron-Bridge",
                                                       "torchtitan", "nanotron"};
  return kTitles[static_cast<std::size_t>(framework)];
}

}  // namespace calculon
