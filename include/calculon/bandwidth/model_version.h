#pragma once

#include <array>
#include <string_view>

#include "calculon/base/enum_names.h"

namespace calculon {

// The published estimate changed over time; its first and its last state are reproduced. The
// bandwidth model never changed.
enum class ModelVersion { kSeed, kHead };

template <>
struct EnumNames<ModelVersion> {
  static constexpr std::array<std::string_view, 2> kNames = {"seed", "head"};
};

}  // namespace calculon
