// Searches by the calibrated model: what they are asked in a study.
#include <fmt/format.h>

#include <array>
#include <string>

#include "calibrated/calibrated_execution_json.h"
#include "study/spec/only_filters.h"
#include "study/spec/search_keys.h"
#include "study/spec/search_rules.h"
#include "study/spec/search_spec.h"

namespace calculon {
namespace {

Datatype product_datatype(const JsonReader& value) {
  const Datatype datatype = value.one_of<Datatype>();
  if (const std::string others = datatypes_instead("gemm_datatype", datatype); !others.empty()) {
    value.reject(others);
  }
  return datatype;
}

void want(std::string_view setting, const JsonReader& values, WantedSettings& wanted) {
  if (wanted.names(setting)) {
    values.complain("is asked for twice, expected one place that says what this setting may be");
  }
  const std::string list = list_text(values);
  try {
    wanted.want(setting, list);
  } catch (const InputError& error) {
    values.complain(fmt::format("is not understood: {}", error.what()));
  }
}

// Settings in the search itself, in `only`, and those that the search says by another name.
WantedSettings wanted_settings(const JsonReader& search) {
  WantedSettings wanted;
  const auto settings = settings_in_search(Methodology::kCalibrated);
  for (const std::string_view setting : settings) {
    if (!search[setting].is_null()) {
      want(setting, search[setting], wanted);
    }
  }
  if (const JsonReader only = search["only"]; !only.is_null()) {
    if (!only.is_object()) {
      only.reject("one object, settings with their values, in a calibrated search");
    }
    only.allow_keys(settings);
    for (const std::string_view setting : only.keys()) {
      want(setting, only[setting], wanted);
    }
  }
  constexpr std::array<std::array<std::string_view, 2>, 2> kOverlaps = {
      {{"tp_overlap", "tensor_par_overlap"}, {"dp_overlap", "data_par_overlap"}}};
  for (const auto& [key, setting] : kOverlaps) {
    if (!search[key].boolean()) {
      want(setting, search[key], wanted);
    }
  }
  return wanted;
}

}  // namespace

CalibratedSearchSpec parse_calibrated_search(const JsonReader& search) {
  CalibratedSearchSpec spec;
  spec.space.num_procs = search["num_procs"].integer(1);
  spec.space.batch_size = search["max_batch"].integer(1);
  spec.space.gemm_datatype = product_datatype(search["datatype"]);
  spec.space.wanted = wanted_settings(search);
  if (!search["launchable"].is_null()) {
    spec.space.launchable = search["launchable"].one_of<Framework>();
  }
  if (search["keep"].one_of<Keep>() != Keep::kBest) {
    search["keep"].reject("best in a calibrated search");
  }
  spec.options.top_n = top_of(search);
  spec.options.rank_by = rule_at(search["rank_by"], parse_calibrated_order);
  spec.options.where = rules_at(search["where"], parse_calibrated_filter);
  return spec;
}

}  // namespace calculon
