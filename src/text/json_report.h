#pragma once

#include <optional>
#include <vector>

#include "base/json_reader.h"
#include "calculon/block/layer_stats.h"
#include "calculon/statistics/stats.h"
#include "calculon/strategy/strategy.h"

namespace calculon {

// Records as JSON objects, member by member from the rows of their preset. Whole numbers are
// written without a decimal point, what is missing or infinite as null.
Json to_json(double value);
// A record of figures: all rows, or those of a preset.
template <class Record, class Fields>
Json figures_json(const Record& record, const Fields& fields,
                  std::optional<Preset> preset = std::nullopt) {
  Json json = Json::object();
  for (const auto& field : fields) {
    if (!preset || field.belongs_to(*preset)) {
      json[std::string(field.name)] = to_json(record.*field.member);
    }
  }
  return json;
}
Json to_json(const Stats& stats, Preset preset);
Json to_json(const Stats& stats, Preset preset, const std::vector<LayerStats>& layers);
Json to_json(const Strategy& strategy);

// A document as the published tools write it: indented by 2 for people, on one line in ".gz".
std::string document_text(const Json& json, const std::string& path);

// As a Python literal on one line, the way the published reports show settings.
std::string python_literal(const Json& json);

}  // namespace calculon
