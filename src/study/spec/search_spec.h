#pragma once

#include <array>
#include <optional>
#include <string_view>
#include <vector>

#include "base/json_reader.h"
#include "calculon/search/search_types.h"
#include "calculon/search/space_options.h"
#include "calibrated/search/calibrated_search.h"

namespace calculon {

// What becomes of the results of a point that is searched: the best are recorded; or, with them, a
// summary of all; or every good one goes to a CSV file of its own.
enum class Keep { kBest, kAll, kSummary };

template <>
struct EnumNames<Keep> {
  static constexpr std::array<std::string_view, 3> kNames = {"best", "all", "summary"};
};

// A search by the calibrated model.
struct CalibratedSearchSpec {
  CalibratedSpaceOptions space;
  CalibratedSearchOptions options;
};

// The `search` object of a point (docs/studies.md, "Searches").
struct SearchSpec {
  // The spaces to search. There is one unless `only` lists alternatives, which may overlap: then
  // these are disjoint and make up their union. None of a calibrated search, nor options.
  std::vector<SpaceOptions> spaces;
  SearchOptions options;
  Keep keep = Keep::kBest;
  std::optional<CalibratedSearchSpec> calibrated;
  Json canonical;  // every key with its value or default: equal for objects that mean the same
};

// Throws InputError naming key, value and what is accepted.
SearchSpec parse_search(const JsonReader& search);

// Of a full search (search_keys.h). Throws InputError.
CalibratedSearchSpec parse_calibrated_search(const JsonReader& search);

}  // namespace calculon
