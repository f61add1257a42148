#pragma once

#include <compare>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "calculon/base/hash.h"
#include "calculon/calibrated/calibrated_execution.h"
#include "calculon/hardware/system.h"
#include "calculon/strategy/strategy.h"
#include "calculon/workload/transformer.h"
#include "study/spec/methodology.h"
#include "study/spec/search_spec.h"
#include "study/spec/study.h"
#include "study/spec/watch.h"

namespace calculon {

// An execution in either dialect.
using PointExecution = std::variant<StrategyFile, CalibratedExecution>;

// A point's inputs as the model takes them. Points whose models or systems are equal share them,
// and a search knows them by that.
struct PointTask {
  std::shared_ptr<const Transformer> transformer;
  std::shared_ptr<const System> system;
  std::shared_ptr<const SearchSpec> search;         // either this
  std::shared_ptr<const PointExecution> execution;  // or this
};

// Whose model answers; the published one where a point is invalid and so has no task.
Methodology methodology_of(const PointTask& task);

// The name and version of the formulas by which a methodology answers.
std::string_view formulas_of(Methodology methodology);

// What a study has to compute, without computing it.
struct PointEntry {
  // The same for inputs that mean the same, whatever they are called and whichever study they
  // belong to: hashes of their canonical text and of the formulas of the point's methodology.
  Hash128 id;
  Hash128 model;
  Hash128 system;
  // Strategies to count, 1 for an evaluation; -1: the point is invalid.
  std::int64_t strategies = 0;
  PointTask task;                            // empty if the point is invalid
  std::shared_ptr<const std::string> error;  // why it is, else null
  std::shared_ptr<const Refusal> refusal;    // of a measured run; then it has no task
};

// All points of a study, in its order. Each document is read once for all points that have it.
// Throws Interrupted.
std::vector<PointEntry> list_points(const Study& study, int threads,
                                    const Watch& watch = no_watch());

// The strategies of all points, equal ones counted again: quickly, since most axes of a system
// change no number of strategies.
std::int64_t count_strategies(const Study& study, int threads);

// Whose models answer them, ascending; the published one if all are invalid.
std::vector<Methodology> methodologies_of(const std::vector<PointEntry>& points);

// The different ids among them, ascending.
std::vector<Hash128> distinct_ids(const std::vector<PointEntry>& points);
std::size_t num_distinct(const std::vector<PointEntry>& points);

// What the strategy spaces of a search depend on: of the system only which tiers it has.
struct SpaceKey {
  const Transformer* transformer;
  const SearchSpec* search;
  std::size_t networks;
  bool has_tier2;
  bool exchanges;  // between experts
  auto operator<=>(const SpaceKey&) const = default;
};
SpaceKey space_key(const PointTask& task);

}  // namespace calculon
