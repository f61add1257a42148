#pragma once

#include <array>

#include "calculon/base/enum_names.h"

namespace calculon {

// The number format in which a run stores weights and activations and computes.
enum class Datatype { kFloat8, kFloat16, kFloat32, kBfloat16, kFloat4 };

template <>
struct EnumNames<Datatype> {
  static constexpr std::array<std::string_view, 5> kNames = {"float8", "float16", "float32",
                                                             "bfloat16", "float4"};
  static constexpr std::array<EnumAlias, 5> kAliases = {{{"fp8", "float8"},
                                                         {"fp16", "float16"},
                                                         {"fp32", "float32"},
                                                         {"bf16", "bfloat16"},
                                                         {"fp4", "float4"}}};
};

// Half a byte for float4, which is why this is no integer.
constexpr double bytes_per_element(Datatype datatype) {
  constexpr std::array<double, kEnumSize<Datatype>> kBytes = {1, 2, 4, 2, 0.5};
  return kBytes[static_cast<std::size_t>(datatype)];
}

}  // namespace calculon
