#pragma once

#include <array>
#include <string_view>

#include "base/json_reader.h"
#include "calculon/base/enum_names.h"

namespace calculon {

// Whose model answers a point of a study: the published programs', the same put right, or that of
// real machines.
enum class Methodology { kPublished, kCorrected, kCalibrated };

template <>
struct EnumNames<Methodology> {
  static constexpr std::array<std::string_view, 3> kNames = {"published", "corrected",
                                                             "calibrated"};
};

// Whether an execution or a search says that it is of the calibrated model.
bool says_calibrated(const Json& object);

// What a search says, or `published`. Throws InputError.
Methodology methodology_of(const JsonReader& search);

}  // namespace calculon
