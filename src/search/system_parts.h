#pragma once

#include <compare>
#include <cstddef>
#include <map>
#include <vector>

#include "calculon/hardware/system.h"

namespace calculon {

// The parts of many systems that block profiles depend on, each with a number. Capacities are none
// of them, so that the same block on systems which differ in these, or in a tier that it does not
// use, is profiled once.

// Where numbers of one SystemParts are equal, so are the parts.
struct PartNumbers {
  std::size_t processor = 0;          // engines, both memories but for their capacities
  std::vector<std::size_t> networks;  // by tier

  friend auto operator<=>(const PartNumbers&, const PartNumbers&) = default;
};

// A system with its numbers. It has to outlive this.
struct NumberedSystem {
  const System* system;
  PartNumbers parts;
};

class SystemParts {
 public:
  NumberedSystem number(const System& system);

 private:
  struct Processor {
    System::Engines matrix;
    System::Engines vector;
    Memory mem1;
    Memory mem2;
    ProcessingMode mode;

    friend auto operator<=>(const Processor&, const Processor&) = default;
  };

  std::map<Processor, std::size_t> processors_;
  std::map<Network, std::size_t> networks_;
};

}  // namespace calculon
