#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "calculon/base/enum_names.h"
#include "calculon/hardware/calibration.h"
#include "calculon/hardware/datatype.h"
#include "calculon/hardware/memory.h"
#include "calculon/hardware/network.h"
#include "calculon/hardware/processor.h"
#include "calculon/hardware/provenance.h"

namespace calculon {

// How compute and memory time of one operation combine: overlapped perfectly, or not at all
// (docs/model.md, "Combining compute and memory").
enum class ProcessingMode { kRoofline, kNoOverlap };

template <>
struct EnumNames<ProcessingMode> {
  static constexpr std::array<std::string_view, 2> kNames = {"roofline", "no_overlap"};
};

// A machine: what one processor computes with, its memories and the networks between processors.
// Immutable once read; threads share one.
struct System {
  using Engines = std::array<std::optional<Engine>, kEnumSize<Datatype>>;

  std::string name;  // the file it was read from, for messages
  Engines matrix;
  Engines vector;
  Memory mem1;
  Memory mem2;  // without capacity if the file has none
  ProcessingMode processing_mode = ProcessingMode::kRoofline;
  std::vector<Network> networks;  // tier 0 first
  std::string notes;              // what its users have to know of it, on one line
  std::optional<Calibration> calibration;
  Provenance provenance;

  // Throw InputError if the system does not have the datatype (rules U70, ME1), or has it at no
  // speed (ME2, quirk M31).
  const Engine& matrix_engine(Datatype datatype) const;
  const Engine& vector_engine(Datatype datatype) const;

  // The time of an operation that takes so long on an engine and so long in memory.
  double combine(double compute_seconds, double memory_seconds) const {
    return processing_mode == ProcessingMode::kRoofline
               ? (compute_seconds > memory_seconds ? compute_seconds : memory_seconds)
               : compute_seconds + memory_seconds;
  }
};

// Reads and checks a system file (rules U40-U43, MS); `text` is its content, `file` its name in
// messages. Throws InputError.
System parse_system(const std::string& file, const std::string& text);
System read_system(const std::string& path);

}  // namespace calculon
