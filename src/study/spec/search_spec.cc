#include "study/spec/search_spec.h"

#include <string>

#include "study/spec/only_filters.h"
#include "study/spec/search_keys.h"
#include "study/spec/search_rules.h"

namespace calculon {
namespace {

std::vector<bool> fused_values(const JsonReader& value) {
  if (value.is_string() && value.string() == "both") {
    return {false, true};
  }
  if (!value.json().is_boolean()) {
    value.reject("true, false or \"both\"");
  }
  return {value.boolean()};
}

void parse_experts(const JsonReader& search, SpaceOptions& space) {
  if (!search.has("experts") || search["experts"].is_null()) {
    require_no_experts(search);
    return;
  }
  space.kind = search["flexible"].boolean() ? SpaceKind::kMoeFlexible : SpaceKind::kMoe;
  space.num_experts = search["experts"].integer(1);
  if (!search["top_k"].is_null()) {
    space.top_k_experts = search["top_k"].integer(1);
  }
  space.activation_function = search["activation"].one_of<ActivationFunction>();
  space.attention_type = search["attention"].one_of<AttentionType>();
  space.independent_degrees = search["independent"].boolean();
  space.distinct = search["distinct"].boolean();
}

SearchOptions parse_options(const JsonReader& search) {
  SearchOptions options;
  options.top_n = top_of(search);
  options.break_microbatches = search["mbs_break"].boolean();
  options.rank_by = rule_at(search["rank_by"], parse_stat_order);
  if (!search["tie_by"].is_null()) {
    options.least_first =
        rule_at(search["tie_by"], [](const std::string& name) { return &statistic(name); });
  }
  options.where = rules_at(search["where"], parse_stat_filter);
  return options;
}

// Of a full search by the published model, or what was made of it.
SearchSpec parse_published_search(const JsonReader& search, bool corrected) {
  SpaceOptions space;
  space.corrected = corrected;
  space.num_procs = search["num_procs"].integer(1);
  space.max_batch_size = search["max_batch"].integer(1);
  space.datatype = search["datatype"].one_of<Datatype>();
  space.oversized_data_par = search["oversized_data_par"].one_of<OversizedDataPar>();
  space.fused_activation = fused_values(search["fused_activation"]);
  parse_experts(search, space);
  if (!search["nets"].is_null()) {
    pin_nets(search["nets"], space.filter);
  }
  SettingFilter overlaps;
  if (!search["tp_overlap"].boolean()) {
    overlaps.accept("tensor_par_overlap", "none");
  }
  if (!search["dp_overlap"].boolean()) {
    overlaps.accept("data_par_overlap", "false");
  }
  space.filter.require(overlaps);
  space.filter.require(parse_settings(search));

  SearchSpec spec;
  spec.options = parse_options(search);
  spec.keep = search["keep"].one_of<Keep>();
  if (spec.keep != Keep::kBest && space.kind == SpaceKind::kDense &&
      spec.options.break_microbatches) {
    search["keep"].complain("looks at every execution, expected mbs_break false beside it");
  }
  for (const SettingFilter& only : parse_only(search["only"])) {
    spec.spaces.push_back(space);
    spec.spaces.back().filter.require(only);
  }
  if (spec.keep == Keep::kAll && spec.spaces.size() > 1) {
    search["keep"].complain("is all, which needs 'only' to be one object");
  }
  return spec;
}

}  // namespace

SearchSpec parse_search(const JsonReader& search) {
  const Methodology methodology = methodology_of(search);
  Json full = full_search(search);
  SearchSpec spec;
  if (methodology == Methodology::kCalibrated) {
    spec.calibrated = parse_calibrated_search(search.with(full));
    full["datatype"] = enum_name(spec.calibrated->space.gemm_datatype);  // it has other spellings
    full[std::string(kMethodologyKey)] = kCalibratedName;
  } else {
    const bool corrected = methodology == Methodology::kCorrected;
    spec = parse_published_search(search.with(full), corrected);
    full["datatype"] = enum_name(spec.spaces.front().datatype);
    if (corrected) {
      full[std::string(kMethodologyKey)] = enum_name(methodology);
    }
  }
  spec.canonical = std::move(full);
  return spec;
}

}  // namespace calculon
