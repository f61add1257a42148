#include "text/training_run_report.h"

#include "text/json_report.h"

namespace calculon {

void put_value(Json& json, std::string_view name, double value) {
  const auto dot = name.find('.');
  if (dot == std::string_view::npos) {
    json[std::string(name)] = to_json(value);
  } else {
    put_value(json[std::string(name.substr(0, dot))], name.substr(dot + 1), value);
  }
}

void put_lists(Json& json, const BandwidthInputs& inputs) {
  json["allowed_microbatch_sizes"] =
      inputs.skip_efficiency_check ? Json(nullptr)
                                   : Json(allowed_microbatches(inputs, bandwidth_shape(inputs)));
}

}  // namespace calculon
