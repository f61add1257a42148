#include <algorithm>
#include <filesystem>
#include <initializer_list>
#include <memory>

#include "base/file_kind.h"
#include "base/json_text.h"
#include "calculon/base/files.h"
#include "calculon/hardware/system.h"
#include "calculon/strategy/strategy.h"
#include "calibrated/calibrated_execution_json.h"
#include "cli/bundled_files.h"
#include "cli/files/file_mistakes.h"
#include "cli/files/file_template.h"
#include "hardware/system_json.h"
#include "strategy/strategy_json.h"
#include "study/points/load_study.h"
#include "study/spec/documents.h"
#include "workload/model_file.h"

namespace calculon {
namespace {

void read_as_model(const JsonReader& reader, const std::string& path) {
  parse_model_file(path, json_text(reader.json()), {});
}

// Whether the execution is one of the calibrated model.
bool is_calibrated_dialect(const Json& document) {
  const auto methodology = document.find(std::string(kMethodologyKey));
  return methodology != document.end() &&
         !(methodology->is_string() &&
           enum_from_name<Preset>(methodology->get<std::string>()).has_value());
}

void read_as_strategy(const JsonReader& reader) {
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

std::vector<std::string> study_mistakes(const std::string& path, Json document,
                                        const Console& console) {
  const std::string folder = bundled_data_folder(console);
  std::vector<std::string> mistakes = all_mistakes(
      path, std::move(document), study_template(console), [&](const JsonReader& reader) {
        LoadedStudy loaded;
        loaded.file = reader.json();
        loaded.documents =
            std::make_unique<Documents>(std::filesystem::path(path).parent_path().string(), folder);
        interpret_study(loaded, path);
      });
  if (mistakes.empty()) {
    for (const PointEntry& point : load_study(path, folder, {}, 1).points) {
      if (point.error &&
          std::find(mistakes.begin(), mistakes.end(), *point.error) == mistakes.end()) {
        mistakes.push_back(*point.error);
      }
    }
  }
  return mistakes;
}

CheckedFile check_document(const std::string& path, const Json& document, const Console& console) {
  const JsonReader reader(path, document);
  FileKind kind = kind_of_file(reader);
  if (kind == FileKind::kUnknown && reader.has(kMethodologyKey)) {
    kind = FileKind::kExecution;
  }
  switch (kind) {
    case FileKind::kModel:
      return {"a model file",
              all_mistakes(path, document, model_template(console),
                           [&](const JsonReader& json) { read_as_model(json, path); })};
    case FileKind::kSystem:
      return {"a system file", all_mistakes(path, document, system_template(console),
                                            [](const JsonReader& json) { to_system(json); })};
    case FileKind::kExecution: {
      const bool calibrated = is_calibrated_dialect(document);
      return {"an execution file",
              all_mistakes(path, document, neutral_execution(document, console),
                           [&](const JsonReader& json) {
                             if (calibrated) {
                               to_calibrated_execution(json);
                             } else {
                               read_as_strategy(json);
                             }
                           })};
    }
    case FileKind::kStudy:
      return {"a study file", study_mistakes(path, document, console)};
    default:
      throw InputError(path +
                       " is neither a model, nor a system, an execution or a study, as far as its "
                       "keys tell");
  }
}

}  // namespace

CheckedFile check_file(const std::string& path, Console& console) {
  try {
    return check_document(path, parse_json(path, read_text_file(path)), console);
  } catch (const InputError& error) {
    return {"a file", {error.what()}};
  }
}

}  // namespace calculon
