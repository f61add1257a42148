#include "study/spec/documents.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <utility>

#include "calculon/base/files.h"
#include "import/model_format.h"
#include "strategy/result_execution.h"
#include "study/spec/measured_documents.h"

namespace calculon {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kMeasured = "measured";

std::string key_of(std::string_view kind, const std::string& name) {
  return fmt::format("{} {}", kind, name);
}

std::string_view folder_of(std::string_view kind) {
  return kind == "model" ? "models" : kind == "system" ? "systems" : "examples";
}

}  // namespace

std::vector<std::string> json_names_in(const std::string& folder) {
  std::vector<std::string> names;
  std::error_code unreadable;
  for (fs::directory_iterator at(folder, unreadable), end; !unreadable && at != end;
       at.increment(unreadable)) {
    if (at->path().extension() == ".json") {
      names.push_back(at->path().stem().string());
    }
  }
  std::sort(names.begin(), names.end());
  return names;
}

bool is_bundled_name(std::string_view name) {
  const bool leads_elsewhere = name.starts_with('/') || name.starts_with("./") ||
                               name.starts_with("../") ||
                               name.find("/../") != std::string_view::npos;
  return !leads_elsewhere && !has_extension(name, ".json") && name != kStandardStream &&
         !result_reference(std::string(name));
}

const Json& Documents::load(std::string_view kind, const std::string& name) {
  const std::string key = key_of(kind, name);
  const auto known = documents_.find(key);
  if (known != documents_.end()) {
    return known->second;
  }
  if (kind == kMeasured) {
    return load_measured(name);
  }
  const std::string path = path_of(kind, name);
  Json json = kind == "execution" ? load_execution(path) : parse_json(path, read_text_file(path));
  if (kind == "model") {
    json = in_our_keys(JsonReader(path, json));  // points may set keys of it
  }
  return documents_.emplace(key, std::move(json)).first->second;
}

const Json& Documents::at(std::string_view kind, const std::string& name) const {
  return documents_.at(key_of(kind, name));
}

std::vector<std::string> Documents::names(std::string_view kind) const {
  const std::string prefix = key_of(kind, "");
  std::vector<std::string> names;
  for (const auto& entry : documents_) {
    if (entry.first.starts_with(prefix)) {
      names.push_back(entry.first.substr(prefix.size()));
    }
  }
  return names;
}

Json Documents::to_json() const {
  Json json = Json::object();
  for (const auto& [key, document] : documents_) {
    json[key] = document;
  }
  return json;
}

void Documents::add(const JsonReader& documents) {
  for (const std::string_view key : documents.keys()) {
    documents_[std::string(key)] = documents[key].json();
  }
}

const Json& Documents::load_measured(const std::string& name) {
  const fs::path data(data_folder_);
  const bool bundled = !has_extension(name, ".csv");
  const std::string path = (bundled ? data / "examples" / "measured" / (name + ".csv.gz")
                                    : fs::path(study_folder_) / name)
                               .string();
  std::error_code unknown;
  if (bundled && !fs::exists(path, unknown)) {
    throw InputError(fmt::format(
        "no bundled measured table is called '{}'; a file of your own ends in .csv or .csv.gz",
        name));
  }
  MeasuredDocuments measured = measured_documents(path, (data / "systems").string());
  for (auto& [system, json] : measured.systems) {
    documents_.emplace(key_of("system", system), std::move(json));
  }
  return documents_.emplace(key_of(kMeasured, name), std::move(measured.rows)).first->second;
}

std::string Documents::path_of(std::string_view kind, const std::string& name) const {
  if (!is_bundled_name(name)) {
    return (fs::path(study_folder_) / name).string();
  }
  const fs::path folder = fs::path(data_folder_) / folder_of(kind);
  const fs::path bundled = folder / (name + ".json");
  std::error_code unknown;
  if (!fs::exists(bundled, unknown)) {
    const std::vector<std::string> names = json_names_in(folder.string());
    const std::vector<std::string_view> views(names.begin(), names.end());
    throw InputError(fmt::format("no bundled {} is called '{}'{}; a file of your own ends in .json",
                                 kind, name, did_you_mean(name, views)));
  }
  return bundled.string();
}

}  // namespace calculon
