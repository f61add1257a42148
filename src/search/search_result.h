#pragma once

#include "calculon/search/search_types.h"
#include "search/keeper.h"

namespace calculon {

// What the threads of a search have found together. What was kept is evaluated again for all its
// statistics. Throws InputError if a statistic is past the range of a double.
SearchResult make_result(const SearchTask& task, const Tally& tally, const Keeper& keeper,
                         bool interrupted);

}  // namespace calculon
