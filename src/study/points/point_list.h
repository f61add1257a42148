#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "calculon/base/hash.h"
#include "calculon/hardware/system.h"
#include "calculon/strategy/strategy.h"
#include "calculon/workload/transformer.h"
#include "study/spec/search_spec.h"
#include "study/spec/study.h"

namespace calculon {

// A point's inputs as the model takes them.
struct PointTask {
  Transformer transformer;
  System system;
  std::unique_ptr<SearchSpec> search;       // either this
  std::unique_ptr<StrategyFile> execution;  // or this
};

// Throws InputError, which makes the point invalid.
PointTask read_point(const PointInputs& inputs);

// What a study has to compute, without computing it.
struct PointEntry {
  // The same for inputs that mean the same, whatever they are called and whichever study they
  // belong to: hashes of their canonical text and of the methodology's version.
  Hash128 id;
  Hash128 model;
  Hash128 system;
  // Strategies to count, 1 for an evaluation; -1: the point is invalid.
  std::int64_t strategies = 0;
};

// All points of a study, in its order.
std::vector<PointEntry> list_points(const Study& study, int threads);

// The strategies of all points, equal ones counted again: quickly, since most axes of a system
// change no number of strategies.
std::int64_t count_strategies(const Study& study);

// How many of them are different.
std::size_t num_distinct(const std::vector<PointEntry>& points);

}  // namespace calculon
