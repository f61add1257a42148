#pragma once

#include <string>
#include <vector>

#include "calculon/statistics/run_cost.h"
#include "calibrated/search/calibrated_search.h"
#include "cli/console.h"
#include "cli/search/search_arguments.h"

namespace calculon {

// What the options of a search mean to the calibrated methodology.
struct CalibratedRows {
  CalibratedSpaceOptions space;
  std::vector<CalibratedFilter> where;
  std::string columns;  // all if empty
};
struct CalibratedBest {
  CalibratedSpaceOptions space;
  CalibratedSearchOptions search;
  bool wide = false;        // all columns
  RunCostOptions run_cost;  // of whole runs with the best
  std::string pareto;       // as given
};

// Throw InputError.
CalibratedSpaceOptions calibrated_space_options(const SearchArguments& arguments);
CalibratedRows calibrated_rows(const SearchArguments& arguments, const std::string& columns);
CalibratedBest calibrated_best(const SearchArguments& arguments, std::size_t top_n,
                               const std::string& rank_by, const std::string& pareto);

// The methodology that a user asks for; empty if the system decides.
std::string asked_methodology(const SearchArguments& arguments);
// Whether the calibrated methodology searches: if it is asked for, or if the system has constants
// of it and none is asked for.
bool searches_calibrated(const SearchArguments& arguments, const System& system);

// The two searches. Throw InputError.
int run_calibrated_best(const SearchArguments& arguments, const CalibratedBest& wanted,
                        const Transformer& model, const System& system, Console& console);
int run_calibrated_rows(const SearchArguments& arguments, const CalibratedRows& wanted,
                        const Transformer& model, const System& system, Console& console);

}  // namespace calculon
