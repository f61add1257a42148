#include "text/json_report.h"

#include "base/json_text.h"
#include "calculon/base/files.h"
#include "text/table_json.h"

namespace calculon {
namespace {

Json setting_json(std::int64_t value) {
  return value;
}
Json setting_json(bool value) {
  return value;
}
template <class Enum>
Json setting_json(Enum value) {
  return enum_name(value);
}

}  // namespace

Json to_json(double value) {
  return number_cell(value);
}

Json to_json(const Stats& stats, Preset preset) {
  return figures_json(stats, kStatsFields, preset);
}

Json to_json(const Stats& stats, Preset preset, const std::vector<LayerStats>& layers) {
  Json json = to_json(stats, preset);
  Json list = Json::array();
  for (const LayerStats& layer : layers) {
    Json item = {{"name", layer.name}};
    item.update(figures_json(layer, kLayerStatsFields, preset));
    list.push_back(std::move(item));
  }
  json["layers"] = std::move(list);
  return json;
}

Json to_json(const Strategy& strategy) {
  Json json = Json::object();
  for_each_field(kStrategyFields, [&](const auto& field) {
    if (field.belongs_to(strategy.preset)) {
      json[std::string(field.name)] = setting_json(strategy.*field.member);
    }
  });
  return json;
}

std::string document_text(const Json& json, const std::string& path) {
  constexpr int kIndent = 2;
  return path.ends_with(".gz") ? json_text(json) : json_text(json, kIndent);
}

std::string python_literal(const Json& json) {
  std::string text;
  const auto append_list = [&](char open, char close, bool with_keys) {
    text += open;
    bool first = true;
    for (const auto& item : json.items()) {
      text += first ? "" : ", ";
      text += with_keys ? python_literal(item.key()) + ": " : "";
      text += python_literal(item.value());
      first = false;
    }
    text += close;
  };
  switch (json.type()) {
    case Json::value_t::object:
      append_list('{', '}', true);
      break;
    case Json::value_t::array:
      append_list('[', ']', false);
      break;
    case Json::value_t::string: {
      const std::string quoted = json.dump(-1, ' ', true, Json::error_handler_t::replace);
      text = "'" + quoted.substr(1, quoted.size() - 2) + "'";
      break;
    }
    case Json::value_t::boolean:
      text = json.get<bool>() ? "True" : "False";
      break;
    case Json::value_t::null:
      text = "None";
      break;
    default:
      text = json_text(json);
  }
  return text;
}

}  // namespace calculon
