#include "launch/launch_job.h"

#include <fmt/format.h>

#include <algorithm>
#include <type_traits>

#include "base/json_text.h"
#include "calibrated/calibrated_execution_json.h"

namespace calculon {
namespace {

template <class Value>
Json setting_value(const Value& value) {
  if constexpr (std::is_enum_v<Value>) {
    return enum_name(value);
  } else {
    return value;
  }
}

Json setting_value(const RecomputeModules& modules) {
  return module_names(modules);
}

}  // namespace

std::int64_t processors_per_node(std::int64_t processors, std::int64_t most) {
  std::int64_t ranks = std::min(processors, most);
  while (processors % ranks != 0) {
    --ranks;
  }
  return ranks;
}

Json setting_values(const Transformer& model) {
  Json values = Json::object();
  for_each_field(kTransformerFields,
                 [&](const auto& field) { values[std::string(field.name)] = model.*field.member; });
  for_each_field(kModelDetailFields, [&](const auto& field) {
    values[std::string(field.name)] = setting_value(model.details.*field.member);
  });
  return values;
}

Json setting_values(const CalibratedExecution& execution) {
  Json values = Json::object();
  for_each_field(kCalibratedExecutionFields, [&](const auto& field) {
    values[std::string(field.name)] = setting_value(execution.*field.member);
  });
  return values;
}

std::string setting_word(const Json& value) {
  if (value.is_string()) {
    return value.get<std::string>();
  }
  if (value.is_number_float()) {
    return fmt::format("{}", value.get<double>());  // "1", where JSON has 1.0
  }
  if (!value.is_array()) {
    return json_text(value);
  }
  std::string words;
  for (const Json& each : value) {
    words += (words.empty() ? "" : " ") + setting_word(each);
  }
  return words;
}

}  // namespace calculon
