#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "base/file_kind.h"
#include "base/json_text.h"
#include "calculon/bandwidth/chip.h"
#include "calculon/base/files.h"
#include "calculon/calibrated/calibrated_execution.h"
#include "calculon/planner/profiles/gpu_cluster.h"
#include "calculon/planner/profiles/layer_profile.h"
#include "cli/files/file_mistakes.h"

namespace calculon {
namespace {

// What clusterfiles and files of chips have no keys of their own for: one in each of their members
// tells them.
FileKind kind_of_members(const Json& document) {
  constexpr std::array<std::string_view, 3> kOfNodes = {"instance_type", "inter_bandwidth",
                                                        "intra_bandwidth"};
  constexpr std::array<std::string_view, 3> kOfChips = {"tflops_8bit", "memory_GBps",
                                                        "network_GBps"};
  const auto some_has = [&](const auto& keys) {
    return std::any_of(document.begin(), document.end(), [&](const Json& member) {
      return member.is_object() && std::any_of(keys.begin(), keys.end(), [&](std::string_view key) {
               return member.contains(std::string(key));
             });
    });
  };
  return some_has(kOfNodes)   ? FileKind::kCluster
         : some_has(kOfChips) ? FileKind::kChips
                              : FileKind::kUnknown;
}

FileKind kind_of(const JsonReader& reader) {
  const FileKind kind = kind_of_file(reader);
  if (kind != FileKind::kUnknown) {
    return kind;
  }
  return reader.has(kMethodologyKey) ? FileKind::kExecution : kind_of_members(reader.json());
}

// A sample with the same right value for every member.
Json with_all(const Json& document, const Json& value) {
  Json sample = Json::object();
  for (const auto& item : document.items()) {
    sample[item.key()] = value;
  }
  return sample;
}

CheckedFile check_clusterfile(const std::string& path, const Json& document) {
  const Json node = {
      {"instance_type", "x"}, {"inter_bandwidth", 1}, {"intra_bandwidth", 1}, {"memory", 1}};
  return {"a clusterfile", all_mistakes(path, document, with_all(document, node),
                                        [&](const JsonReader& json, Mistakes& mistakes) {
                                          parse_clusterfile(path, json_text(json.json()), mistakes);
                                        })};
}

CheckedFile check_chips(const std::string& path, const Json& document) {
  const Json chip = {{"tflops_8bit", 1}, {"memory_GBps", 1}, {"network_GBps", 1}};
  return {
      "a file of chips",
      all_mistakes(path, document, with_all(document, chip),
                   [&](const JsonReader& json, Mistakes& mistakes) {
                     for (const ModelVersion version : {ModelVersion::kSeed, ModelVersion::kHead}) {
                       parse_chips(path, json_text(json.json()), version, mistakes);
                     }
                   })};
}

CheckedFile check_profile(const std::string& path, const Json& document) {
  const Json times = {{"forward_backward_time_ms", kLargestReal},
                      {"optimizer_time_ms", 1},
                      {"batch_generator_time_ms", 1}};
  const Json sample = {{"execution_time", times}};
  return {"a layer profile",
          all_mistakes(path, document, sample, [&](const JsonReader& json, Mistakes& mistakes) {
            parse_profile(path, json_text(json.json()), mistakes);
          })};
}

CheckedFile check_document(const std::string& path, const Json& document, const Console& console) {
  const JsonReader reader(path, document);
  switch (kind_of(reader)) {
    case FileKind::kModel:
      return {"a model file", model_mistakes(path, document, console)};
    case FileKind::kSystem:
      return {"a system file", system_mistakes(path, document, console)};
    case FileKind::kExecution:
      return {"an execution file", execution_mistakes(path, document, console)};
    case FileKind::kStudy:
      return {"a study file", study_mistakes(path, document, console)};
    case FileKind::kProfile:
      return check_profile(path, document);
    case FileKind::kCluster:
      return check_clusterfile(path, document);
    case FileKind::kChips:
      return check_chips(path, document);
    case FileKind::kResults:
      throw InputError(path + " is a file of results, expected one that answers are made of");
    case FileKind::kUnknown:
      break;
  }
  throw InputError(path +
                   " is neither a model, nor a system, an execution, a study, a layer profile, a "
                   "clusterfile or a file of chips, as far as its keys tell");
}

}  // namespace

CheckedFile check_file(const std::string& path, Console& console) {
  try {
    const std::string text = read_text_file(path);
    if (auto checked = check_text(path, text)) {
      return *std::move(checked);
    }
    return check_document(path, parse_json(path, text), console);
  } catch (const InputError& error) {
    return {"a file", {error.what()}};
  }
}

}  // namespace calculon
