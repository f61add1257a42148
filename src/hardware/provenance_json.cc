#include "hardware/provenance_json.h"

#include <cmath>

namespace calculon {
namespace {

std::string text_of(const Json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

std::optional<double> number_of(const Json& object, const char* key) {
  const auto found = object.find(key);
  if (found == object.end() || !found->is_number() || !std::isfinite(found->get<double>())) {
    return std::nullopt;
  }
  return found->get<double>();
}

std::optional<ErrorFigures> figures_of(const Json& object, const char* key) {
  constexpr double kMostRuns = 1e9;
  const auto found = object.find(key);
  if (found == object.end() || !found->is_object()) {
    return std::nullopt;
  }
  const auto runs = number_of(*found, "n");
  const auto mean = number_of(*found, "mean");
  const auto p90 = number_of(*found, "p90");
  if (!runs || !mean || !p90 || *runs < 0 || *runs > kMostRuns) {
    return std::nullopt;
  }
  return ErrorFigures{static_cast<std::int64_t>(*runs), *mean, *p90};
}

}  // namespace

Provenance to_provenance(const Json& json) {
  Provenance provenance;
  if (!json.is_object()) {
    return provenance;
  }
  provenance.stack = text_of(json, "stack");
  provenance.version = text_of(json, "version");
  provenance.fitted_on = text_of(json, "fitted_on");
  provenance.transfer = text_of(json, "transfer");
  provenance.nearness = enum_from_name<ProvenanceClass>(text_of(json, "class"));
  provenance.calibration_error = figures_of(json, "calibration_error");
  provenance.gate_error = figures_of(json, "gate_error");
  return provenance;
}

}  // namespace calculon
