#pragma once

#include "calculon/base/enum_names.h"

namespace calculon {

// What a run stores and computes with.
enum class Datatype { kFloat8, kFloat16, kFloat32, kBfloat16, kFloat4 };

template <>
struct EnumNames<Datatype> {
  static constexpr std::array<std::string_view, 5> kNames = {"float8", "float16", "float32",
                                                             "bfloat16", "float4"};
};

constexpr double bytes_per_element(Datatype datatype) {
  constexpr std::array<double, kEnumSize<Datatype>> kBytes = {1, 2, 4, 2, 0.5};
  return kBytes[static_cast<std::size_t>(datatype)];
}

}  // namespace calculon
