#pragma once

#include <optional>
#include <string>
#include <vector>

#include "calculon/calibrated/calibrated_execution.h"
#include "calculon/calibrated/calibrated_stats.h"
#include "calculon/hardware/system.h"
#include "calculon/workload/transformer.h"

namespace calculon {

// What one setting more or less would do to an execution.

struct SettingChange {
  std::string setting;
  std::string from;
  std::string to;
};

struct Neighbour {
  std::vector<SettingChange> changes;
  CalibratedExecution execution;
};

// Executions that differ from this one in one setting: a degree of parallelism doubled or halved,
// with fewer or more replicas in return, the microbatch, interleaving, and each other value of each
// choice but datatypes, which change what is computed. Some may contradict themselves.
std::vector<Neighbour> neighbours(const CalibratedExecution& execution);

// A neighbour that fits, with its time.
struct BetterExecution {
  std::vector<SettingChange> changes;
  double total_time = 0;
  MemoryVerdict verdict = MemoryVerdict::kFits;
};

// Of the neighbours of an execution that does not fit into memory, the fastest that does; nothing
// if none fits.
std::optional<BetterExecution> nearest_fit(const Transformer& model, const System& system,
                                           const CalibratedExecution& execution);

// The `count` neighbours that fit and are the most faster than `total_time`; two settings at once
// if one alone does not help. Empty if that does not help either.
std::vector<BetterExecution> improvements(const Transformer& model, const System& system,
                                          const CalibratedExecution& execution, double total_time,
                                          std::size_t count);

// "tensor_par 4 -> 2 and recompute_modules none -> layernorm"
std::string changes_text(const std::vector<SettingChange>& changes);

}  // namespace calculon
