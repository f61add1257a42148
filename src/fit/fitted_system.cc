#include "fit/fitted_system.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace calculon {
namespace {

// Fewer runs do not make the constants those of a stack.
constexpr std::size_t kRunsOfStack = 10;

Json& object_in(Json& json, std::string_view key) {
  Json& value = json[std::string(key)];
  if (!value.is_object()) {
    value = Json::object();
  }
  return value;
}

// Where each constant comes from.
Json sources_of(const Json& system, const std::string& name, const ClusterFit& fit) {
  const Json none = Json::object();
  const auto object = [&](const Json& json, const char* key) -> const Json& {
    const auto found = json.find(key);
    return found != json.end() && found->is_object() ? *found : none;
  };
  const Json& old_sources = object(object(system, "provenance"), "sources");
  const Json& old_constants = object(system, "calibration");
  Json sources = Json::object();
  for_each_field(kCalibrationRows, [&](const auto& row) {
    const std::string key(row.name);
    if (old_sources.contains(key) && old_sources[key].is_string()) {
      sources[key] = fmt::format("{}: {}", name, old_sources[key].get<std::string>());
    } else {
      sources[key] = old_constants.contains(key) ? name : "default";
    }
  });
  for (const FittedPart& part : fit.parts) {
    for (const FittedConstant& each : part.fit.constants) {
      sources[std::string(each.constant->name)] = "fitted to " + part.source;
    }
  }
  if (fit.steps) {
    for (const FittedConstant& each : fit.steps->constants) {
      sources[std::string(each.constant->name)] = "fitted";
    }
  }
  return sources;
}

std::string fitted_on(const ClusterFit& fit) {
  std::string text = fit.steps_source;
  for (const FittedPart& part : fit.parts) {
    text += (text.empty() ? "" : ", ") + part.source;
  }
  return text;
}

Json provenance_of(const Json& system, const std::string& name, const ClusterFit& fit) {
  const std::size_t runs = fit.steps ? fit.steps->seconds_after.size() : 0;
  Json provenance = {{"class", runs >= kRunsOfStack ? "stack" : "processor"},
                     {"started_from", name},
                     {"sources", sources_of(system, name, fit)}};
  Json names = Json::array();
  for (const FittedConstant& each : fit.constants()) {
    names.push_back(each.constant->name);
  }
  provenance["fitted"] = std::move(names);
  provenance["fitted_on"] = fitted_on(fit);
  if (fit.after) {
    provenance["calibration_error"] = error_json(*fit.after);
  }
  if (const auto& unused = fit.unused_error()) {
    provenance["gate_error"] = error_json(*unused);
    provenance["gate"] = fit.holdout ? fit.holdout_source : "each run by a fit without it";
  }
  return provenance;
}

}  // namespace

Json error_json(const ErrorSummary& errors) {
  constexpr double kSteps = 1000;
  Json json = {{"n", errors.n}};
  for (const ErrorFigure& figure : kErrorFigures) {
    json[std::string(figure.name)] = std::round(errors.*figure.member * kSteps) / kSteps;
  }
  return json;
}

Json fitted_system(const Json& system, const std::string& name, const ClusterFit& fit) {
  Json fitted = system;
  Json& calibration = object_in(fitted, "calibration");
  for (const FittedConstant& each : fit.constants()) {
    calibration[std::string(each.constant->name)] = fit.calibration.*each.constant->member;
  }
  fitted["provenance"] = provenance_of(system, name, fit);
  return fitted;
}

}  // namespace calculon
