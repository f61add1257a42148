#pragma once

#include <optional>
#include <string_view>

#include "base/json_reader.h"
#include "cli/search/search_arguments.h"
#include "text/result_inputs.h"

namespace calculon {

// What the results of a search by this methodology are of.
ResultInputs inputs_of(const SearchArguments& arguments, std::string_view methodology);
// What a table of them tells of that: nothing for published methodologies, whose columns are the
// published ones, and where the user has chosen the columns, unless it is asked for.
std::optional<ResultInputs> table_inputs(const SearchArguments& arguments,
                                         std::string_view methodology, bool chosen_columns);
// Puts it beside the first result, the only place where those who read results by their numbers do
// not meet it.
void add_inputs(Json& results, const ResultInputs& inputs);

}  // namespace calculon
