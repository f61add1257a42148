#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>

#include "calculon/base/enum_names.h"

namespace calculon {

// How near the constants of a system file are to a run with it: fitted on this software, on other
// software of this processor, or on another processor.
enum class ProvenanceClass { kStack, kProcessor, kTransfer };

template <>
struct EnumNames<ProvenanceClass> {
  static constexpr std::array<std::string_view, 3> kNames = {"stack", "processor", "transfer"};
};

// Errors of predictions against measured runs, in percent.
struct ErrorFigures {
  std::int64_t runs = 0;
  double mean = 0;
  double p90 = 0;
};

// Where the constants of a system file come from. Free text for people, of which reports repeat
// what is here; what has another type than expected is left alone.
struct Provenance {
  std::string stack;
  std::string version;
  std::string fitted_on;
  std::string transfer;
  std::optional<ProvenanceClass> nearness;        // key `class`
  std::optional<ErrorFigures> calibration_error;  // on the runs of the fit
  std::optional<ErrorFigures> gate_error;         // on untouched runs
};

}  // namespace calculon
