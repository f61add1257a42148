#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "calculon/hardware/system.h"
#include "calculon/search/space_options.h"
#include "calculon/strategy/strategy.h"
#include "calculon/workload/transformer.h"

namespace calculon {

struct Degrees;  // search/degrees.h
class DegreesList;
class FreeSettingLists;  // search/free_setting_lists.h

// The published search space (docs/searching.md): every way of running one model on a
// number of processors with the largest batch that its replicas can share. A strategy has an index
// in the published order of enumeration, whatever order a search visits it in:
//
//   degrees of parallelism > interleaving > free settings > microbatch > network tiers
//
// from the outermost, which changes slowest, to the innermost. What the degrees and the settings
// chosen so far rule out has no index; what the model or the system rules out is in the space and
// found infeasible. A space does not change once it is made, so threads may share it.
class StrategySpace {
 public:
  // Neither model nor system nor `lists`, from which spaces take what they have in common, has to
  // outlive the space. Throws InputError if the space has more strategies than can be counted, if
  // the experts cannot be spread as its kind wants, or if the system cannot exchange between
  // experts.
  StrategySpace(const Transformer& transformer, const System& system, const SpaceOptions& options,
                FreeSettingLists* lists = nullptr);
  ~StrategySpace();
  StrategySpace(const StrategySpace&) = delete;
  StrategySpace& operator=(const StrategySpace&) = delete;

  const SpaceOptions& options() const { return options_; }
  Datatype datatype() const { return options_.datatype; }
  bool moe() const { return options_.moe(); }
  Preset preset() const { return options_.preset(); }

  // The strategy with index 0 <= index < size().
  Strategy at(std::int64_t index) const;
  std::int64_t size() const;

  // How many strategies there are with one microbatch size for each choice of the others.
  std::int64_t size_with_first_microbatch() const;
  // What the published searches of mixtures count as combinations: degrees with interleaving,
  // recomputation, sharding and communication type.
  std::int64_t num_combinations() const;

  // The outermost loop, for the searches, which walk what is inside in an order of their own.
  const std::vector<Degrees>& degrees() const;

 private:
  SpaceOptions options_;
  std::unique_ptr<const DegreesList> list_;
};

}  // namespace calculon
