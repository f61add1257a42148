#include "text/table_json.h"

namespace calculon {

Cell cell_of(const Json& json) {
  if (json.is_boolean()) {
    return json.get<bool>();
  }
  if (json.is_number_float()) {
    return json.get<double>();
  }
  if (json.is_number()) {
    return json.get<std::int64_t>();
  }
  return json.is_string() ? Cell(json.get_ref<const std::string&>()) : Cell();
}

}  // namespace calculon
