#pragma once

#include <span>
#include <string>
#include <string_view>

#include "calculon/hardware/system.h"
#include "calculon/statistics/stats.h"
#include "calculon/strategy/placement.h"
#include "calculon/strategy/strategy.h"
#include "calculon/workload/transformer.h"

namespace calculon {

// An answer: the figures of a strategy that fits, or what one that does not fit keeps in memory
// tier 1 (of the statistics the memory parts and those of a block).
struct ShownAnswer {
  const Transformer& transformer;
  const System& system;
  const Strategy& strategy;
  const Stats& stats;

  // Of the fullest processor.
  double blocks() const {
    return static_cast<double>(blocks_per_processor(transformer, strategy.pipeline_par));
  }
  // Of all stages; more than the model has if they are uneven.
  double counted_blocks() const { return blocks() * static_cast<double>(strategy.pipeline_par); }
  // Of a replica.
  std::int64_t microbatches() const {
    return strategy.batch_size / strategy.data_par / strategy.microbatch_size;
  }
};

// Stands in place of an identifier where the model as given would need more than the peak.
inline constexpr std::string_view kImpossible = "impossible";

// What a note is about.
struct NoteRow {
  std::string_view id;     // of a quirk (docs/quirks.md), or kImpossible
  std::string_view about;  // for the documentation
  bool (*applies)(const ShownAnswer& answer);
  std::string (*effect)(const ShownAnswer& answer);  // in numbers; REQUIRES that it applies
  std::string_view search_option = {};  // of searches, which leaves such answers out; or ""
  bool of_model = false;                // whatever the system and the figures are
};

// Those about work and time, those about memory, and those about what lacks room in tier 1.
std::span<const NoteRow> work_notes();
std::span<const NoteRow> memory_notes();
std::span<const NoteRow> shortfall_notes();

}  // namespace calculon
