// What is wrong with a model, a system or an execution.
#include <cstdint>
#include <initializer_list>

#include "base/json_text.h"
#include "calculon/strategy/strategy.h"
#include "calibrated/calibrated_execution_json.h"
#include "cli/files/file_mistakes.h"
#include "cli/files/file_template.h"
#include "hardware/system_json.h"
#include "strategy/strategy_json.h"
#include "workload/model_file.h"

namespace calculon {
namespace {

// Whether the execution is one of the calibrated model.
bool is_calibrated_dialect(const Json& document) {
  const auto methodology = document.find(std::string(kMethodologyKey));
  return methodology != document.end() &&
         !(methodology->is_string() &&
           enum_from_name<Preset>(methodology->get<std::string>()).has_value());
}

void read_as_execution(const JsonReader& reader) {
  if (is_calibrated_dialect(reader.json())) {
    to_calibrated_execution(reader);
    return;
  }
  const StrategyFile file = to_strategy(reader);
  if (file.datatype_error) {
    throw *file.datatype_error;
  }
}

// A product of degrees that a document gives; what is no degree counts as one.
std::int64_t product_of(const Json& document, std::initializer_list<const char*> keys) {
  constexpr std::int64_t kMost = 1'000'000;
  std::int64_t product = 1;
  for (const char* key : keys) {
    const auto degree = document.find(key);
    if (degree != document.end() && degree->is_number_integer()) {
      const auto number = degree->get<std::int64_t>();
      product *= number >= 1 && number <= kMost && product <= kMost ? number : 1;
    }
  }
  return product;
}

// What every key of an execution is if nothing is asked of it; processors and batch go with the
// degrees.
Json neutral_execution(const Json& document, const Console& console) {
  if (is_calibrated_dialect(document)) {
    Json neutral = calibrated_execution_json(CalibratedExecution());
    neutral[std::string(kMethodologyKey)] = kCalibratedName;
    neutral["batch_size"] = product_of(document, {"data_par", "microbatch_size"});
    return neutral;
  }
  const bool of_experts = document.contains("model_MoE") || document.contains("num_experts");
  Json neutral =
      execution_template(enum_name(of_experts ? Preset::kCalculonMoe : Preset::kCalculon), console);
  for (auto item = neutral.begin(); item != neutral.end(); ++item) {
    if (item.value().is_number()) {
      item.value() = item.key().ends_with("_net") ? 0 : 1;
    } else if (item.value().is_boolean()) {
      item.value() = item.key() == "training";
    }
  }
  neutral["num_procs"] = product_of(document, {"tensor_par", "pipeline_par", "data_par"});
  neutral["batch_size"] = product_of(document, {"data_par", "microbatch_size"});
  neutral["activation_recompute"] = enum_name(ActivationRecompute::kNone);
  return neutral;
}

}  // namespace

std::vector<std::string> model_mistakes(const std::string& place, const Json& document,
                                        const Console& console) {
  return all_mistakes(place, document, model_template(console),
                      [&](const JsonReader& json, Mistakes&) {
                        parse_model_file(place, json_text(json.json()), {});
                      });
}

std::vector<std::string> system_mistakes(const std::string& place, const Json& document,
                                         const Console& console) {
  return all_mistakes(place, document, system_template(console),
                      [](const JsonReader& json, Mistakes&) { to_system(json); });
}

std::vector<std::string> execution_mistakes(const std::string& place, const Json& document,
                                            const Console& console) {
  return all_mistakes(place, document, neutral_execution(document, console),
                      [](const JsonReader& json, Mistakes&) { read_as_execution(json); });
}

}  // namespace calculon
