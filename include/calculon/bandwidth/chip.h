#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "calculon/bandwidth/model_version.h"
#include "calculon/base/mistakes.h"
#include "calculon/hardware/system.h"

namespace calculon {

// What the estimate of a training run knows of a processor: nominal rates.
struct Chip {
  std::string name;
  double flops_per_second = 0;          // 8-bit arithmetic
  double memory_bytes_per_second = 0;   // device memory
  double network_bytes_per_second = 0;  // sent and received together
};

// Reads a file of chips (systems/chips.json), those that `version` of the model has. `text` is the
// file's content, `file` its name in messages. Throws InputError.
std::vector<Chip> parse_chips(const std::string& file, const std::string& text,
                              ModelVersion version, Mistakes& mistakes = first_mistake());
std::vector<Chip> read_chips(const std::string& path, ModelVersion version);

// Null if there is none of this name.
const Chip* find_chip(const std::vector<Chip>& chips, std::string_view name);

// A processor of a system as a chip: its float8 matrix engine, or twice the rate of the fastest
// 16-bit one; memory tier 1; twice the bandwidth of network tier 0, since that counts one
// direction. Efficiencies are left out, as in the table of chips. Throws InputError if the system
// has none of these engines.
Chip chip_of_system(const System& system, const std::string& name);

}  // namespace calculon
