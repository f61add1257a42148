#pragma once

#include <cstdint>

#include "calculon/base/parallel.h"
#include "calculon/model/evaluate.h"
#include "calculon/search/search_types.h"
#include "search/degrees.h"
#include "search/keeper.h"

namespace calculon {

// One thread's part of a plain search: evaluates one strategy after the other in the order of
// enumeration, each by itself. It takes nothing for granted about the model behind a strategy's
// preset, so that it serves every preset, and what a faster walk concludes for many strategies at
// once is held against it.
class PlainWalker {
 public:
  // What the task refers to, and the token, have to outlive the walker.
  PlainWalker(const SearchTask& task, const StopToken& stop);

  // Counts and classifies all strategies of a range and keeps the best. Returns false if it was
  // stopped before the end. Throws InputError if a curve of the system does not cover a size.
  bool walk(const SettingRange& range);

  const Tally& tally() const { return tally_; }
  const Keeper& keeper() const { return keeper_; }

 private:
  bool walk_placements(std::int64_t first, std::int64_t count);
  Outcome<Stats> answer(const Strategy& strategy);

  const SearchTask task_;
  const StopToken& stop_;
  Evaluator evaluator_;
  Tally tally_;
  Keeper keeper_;
};

}  // namespace calculon
