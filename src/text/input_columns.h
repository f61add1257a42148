#pragma once

#include <array>
#include <string>
#include <string_view>

#include "text/result_inputs.h"

namespace calculon {

// What a table of results (.csv) tells of its inputs: columns with the same text in every row. They
// are called by the keys of the record that files of JSON have.
inline constexpr std::array<std::string_view, 5> kInputKeys = {"model", "system", "methodology",
                                                               "calculon", "date"};
bool is_input_column(std::string_view name);

// What stands behind the header and behind the cells of each row, made once for all rows.
struct InputColumns {
  std::string header;  // ",model,system,methodology,calculon,date"
  std::string cells;   // ",gpt3-175B,a100_80g,calculon,0.9,2026-11-29"
};

// Without those that `header` has already, the line of the other columns.
InputColumns input_columns(const ResultInputs& inputs, std::string_view header);

}  // namespace calculon
