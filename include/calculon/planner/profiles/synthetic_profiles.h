#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "calculon/base/enum_names.h"
#include "calculon/planner/profiles/layer_profile.h"

namespace calculon {

// Which memory the nine measured profiles have: the same in all of them, as those of the published
// experiments (with the entry that they lack put back: quirk H5), or as it was measured.
enum class MemoryBase { kFlat, kMeasured };

template <>
struct EnumNames<MemoryBase> {
  static constexpr std::array<std::string_view, 2> kNames = {"flat", "measured"};
};

// A type of GPU that takes `factor` times as long as the measured one.
struct DerivedType {
  std::string type;
  double factor = 1;
};

inline constexpr std::string_view kMeasuredType = "A100";

struct SyntheticOptions {
  std::int64_t num_layers = 10;
  std::int64_t max_size = 128;  // largest tensor degree and microbatch; a power of two
  MemoryBase memory = MemoryBase::kFlat;
  std::vector<DerivedType> derived = {{"V100", 3.5}};
};

// Profiles of a model with any number of layers, stretched and extrapolated from nine measured ones
// of a model with ten layers on an A100: beyond microbatch 4 twice the microbatch takes twice the
// time, beyond tensor degree 4 twice the degree half of it. Throws InputError.
std::vector<LayerProfile> synthetic_profiles(const SyntheticOptions& options);

}  // namespace calculon
