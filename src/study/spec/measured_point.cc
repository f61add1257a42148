#include "study/spec/measured_point.h"

#include <fmt/format.h>

#include <span>
#include <utility>
#include <variant>

#include "base/json_text.h"
#include "calculon/base/input_error.h"
#include "calibrated/as_published.h"
#include "calibrated/calibrated_execution_json.h"
#include "hardware/system_json.h"
#include "study/spec/methodology.h"
#include "study/spec/model_json.h"
#include "text/json_report.h"
#include "workload/transformer_json.h"

namespace calculon {
namespace {

constexpr double kUnlimitedGib = 1e6;

Methodology wanted_methodology(const PointInputs& inputs) {
  constexpr std::span<const std::string_view> kNames = EnumNames<Methodology>::kNames;
  const std::string name =
      inputs.methodology.is_string() ? inputs.methodology.get<std::string>() : "";
  if (const auto found = enum_from_name<Methodology>(name)) {
    return *found;
  }
  throw InputError(fmt::format("methodology is {}, expected {}{}", json_text(inputs.methodology),
                               list_of_names(kNames), did_you_mean(name, kNames)));
}

}  // namespace

TakenRun take_measured(const Documents& documents, PointInputs& inputs) {
  const Methodology methodology = wanted_methodology(inputs);
  const Json& row = inputs.measured;
  inputs.model = row.at("model");
  inputs.execution = row.at("execution");
  inputs.execution[std::string(kMethodologyKey)] = kCalibratedName;
  inputs.system = documents.at("system", row.at("system").get<std::string>());
  if (inputs.system.contains("mem1")) {
    inputs.system["mem1"]["GiB"] = kUnlimitedGib;
  }
  if (methodology == Methodology::kCalibrated) {
    return {};
  }
  const Transformer model = to_transformer(JsonReader("model", inputs.model));
  const Preset preset =
      methodology == Methodology::kCorrected ? Preset::kCorrected : published_preset(model);
  auto taken = to_published(to_calibrated_execution(JsonReader("execution", inputs.execution)),
                            model, to_system(JsonReader("system", inputs.system)), preset);
  if (auto* none = std::get_if<NoPublishedForm>(&taken)) {
    return {Refusal{std::string(none->kind), std::move(none->words)}, std::nullopt};
  }
  auto& said = std::get<AsPublished>(taken);
  inputs.model = model_json(said.model);
  inputs.execution = to_json(said.strategy);
  return {std::nullopt, std::move(said.approximations)};
}

}  // namespace calculon
