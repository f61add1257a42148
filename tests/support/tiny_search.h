#pragma once

#include <deque>
#include <string>
#include <vector>

#include "calculon/search/search.h"
#include "calculon/search/strategy_space.h"
#include "calculon/search/tally.h"
#include "calculon/strategy/outcome.h"

namespace calculon::test {

// One strategy of a space with what a single evaluation, all checks included, says of it.
struct Execution {
  std::int64_t index;
  Strategy strategy;
  Outcome<Stats> outcome;
};

// A search so small that every strategy can be evaluated on its own: what the fast one is held
// against.
class TinySearch {
 public:
  TinySearch(std::string name, const Transformer& transformer, const System& system,
             const SpaceOptions& space_options);
  TinySearch(const TinySearch&) = delete;
  TinySearch& operator=(const TinySearch&) = delete;

  // The fast search.
  SearchResult search(const SearchOptions& search_options = {}) const;

  // Every strategy, one after the other.
  std::vector<Execution> enumerate() const;

  const std::string name;
  const Transformer transformer;
  const System system;
  const SpaceOptions options;
  const StrategySpace space;

 private:
  Outcome<Stats> evaluate_alone(const Strategy& strategy) const;
};

// Searches that differ in what can go wrong: on 8, 12 and 16 processors, with and without a second
// memory tier, roofline or not, tiers that have to be filled, a feed-forward width that the tensor
// degree does not divide, memory that is the only bound.
const std::deque<TinySearch>& tiny_searches();

// The first of them: 8 processors, two tiers of both kinds, some executions too large.
const TinySearch& tiny_search();

// Searches of mixtures of 2 and 4 experts on 8 processors, of both kinds, with and without
// repetitions, with what the published ones fix and with that opened.
const std::deque<TinySearch>& tiny_moe_searches();

// Searches of the corrected model, of a dense model and of a mixture with modern details.
const std::deque<TinySearch>& tiny_corrected_searches();

// All of these.
std::vector<const TinySearch*> every_tiny_search();

// What -m leaves of all executions of a search.
std::vector<Execution> break_microbatches(const std::vector<Execution>& executions);

// Counts and classifies executions one by one.
Tally tally_of(const std::vector<Execution>& executions);

// All of a tally, for comparing: every reason with count, closest numbers and index.
std::string tally_text(const Tally& tally);

// Ranks with indices and sample rates to the last bit.
std::string ranks_text(const std::vector<RankedStrategy>& best);

bool same_bits(const Stats& a, const Stats& b);

}  // namespace calculon::test
