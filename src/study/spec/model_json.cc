#include "study/spec/model_json.h"

#include <string>
#include <type_traits>

namespace calculon {
namespace {

template <class Value>
Json json_of(const Value& value) {
  if constexpr (std::is_enum_v<Value>) {
    return enum_name(value);
  } else {
    return value;
  }
}

}  // namespace

Json model_json(const Transformer& transformer) {
  Json json = Json::object();
  for_each_field(kTransformerFields, [&](const auto& field) {
    json[std::string(field.name)] = transformer.*field.member;
  });
  const ModelDetails plain;
  for_each_field(kModelDetailFields, [&](const auto& field) {
    const auto& value = transformer.details.*field.member;
    if (value != plain.*field.member) {
      json[std::string(field.name)] = json_of(value);
    }
  });
  return json;
}

}  // namespace calculon
