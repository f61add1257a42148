#include "search/search_result.h"

#include "calculon/model/evaluate.h"

namespace calculon {

SearchResult make_result(const SearchTask& task, const Tally& tally, const Keeper& keeper,
                         bool interrupted) {
  SearchResult result;
  result.tally = tally;
  result.kept = keeper.kept();
  result.skipped = keeper.skipped();
  result.worst_score = keeper.worst_score();
  result.bin_counts = keeper.bin_counts();
  result.interrupted = interrupted;
  Evaluator evaluator(task.transformer, task.system);
  for (const Candidate& candidate : keeper.sorted()) {
    const Strategy strategy = task.space.at(candidate.index);
    result.best.push_back({candidate.index, strategy, *evaluator.evaluate(strategy)});
  }
  return result;
}

}  // namespace calculon
