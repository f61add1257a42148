#include "text/input_columns.h"

#include <algorithm>
#include <vector>

#include "base/printable.h"
#include "base/text.h"
#include "text/csv.h"

namespace calculon {

bool is_input_column(std::string_view name) {
  return std::find(kInputKeys.begin(), kInputKeys.end(), name) != kInputKeys.end();
}

InputColumns input_columns(const ResultInputs& inputs, std::string_view header) {
  const Json record = result_inputs_json(inputs);
  const std::vector<std::string_view> present = split(header, ',');
  InputColumns columns;
  for (const std::string_view key : kInputKeys) {
    if (std::find(present.begin(), present.end(), key) != present.end()) {
      continue;
    }
    const Json& value = record[std::string(key)];  // a text, or null
    columns.header.append(",").append(key);
    columns.cells += ",";
    CsvWriter(columns.cells)
        .cell(value.is_string() ? printable(value.get_ref<const std::string&>()) : "");
  }
  return columns;
}

}  // namespace calculon
