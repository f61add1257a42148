#include "search/system_parts.h"

#include <utility>

namespace calculon {

NumberedSystem SystemParts::number(const System& system) {
  Processor processor{system.matrix, system.vector, system.mem1, system.mem2,
                      system.processing_mode};
  processor.mem1.capacity_bytes = processor.mem2.capacity_bytes = 0;
  PartNumbers parts;
  parts.processor = processors_.try_emplace(processor, processors_.size()).first->second;
  for (const Network& network : system.networks) {
    parts.networks.push_back(networks_.try_emplace(network, networks_.size()).first->second);
  }
  return {&system, std::move(parts)};
}

}  // namespace calculon
