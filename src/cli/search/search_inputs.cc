#include "cli/search/search_inputs.h"

#include "calculon/calibrated/calibrated_execution.h"
#include "calculon/strategy/preset.h"

namespace calculon {

ResultInputs inputs_of(const SearchArguments& arguments, std::string_view methodology) {
  ResultInputs inputs = inputs_of_files(arguments.application, arguments.system);
  inputs.methodology = methodology;
  inputs.num_procs = arguments.num_procs;
  inputs.batch_size = arguments.max_batch_size;
  inputs.batch_is_limit = methodology != kCalibratedName;
  inputs.datatype = arguments.datatype;
  return inputs;
}

std::optional<ResultInputs> table_inputs(const SearchArguments& arguments,
                                         std::string_view methodology, bool chosen_columns) {
  const bool published =
      methodology != kCalibratedName && methodology != enum_name(Preset::kCorrected);
  if (!arguments.inputs && (published || chosen_columns)) {
    return std::nullopt;
  }
  return inputs_of(arguments, methodology);
}

void add_inputs(Json& results, const ResultInputs& inputs) {
  if (const auto first = results.find("0"); first != results.end()) {
    (*first)[kInputsKey] = result_inputs_json(inputs);
  }
}

}  // namespace calculon
