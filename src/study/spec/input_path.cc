#include "study/spec/input_path.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>

#include "base/text.h"
#include "calculon/calibrated/calibrated_execution.h"
#include "study/spec/at_place.h"
#include "study/spec/methodology.h"
#include "study/spec/search_keys.h"

namespace calculon {
namespace {

struct Root {
  std::string_view name;
  Json PointInputs::*member;
};
constexpr std::array<Root, 6> kRoots = {{{"model", &PointInputs::model},
                                         {"system", &PointInputs::system},
                                         {"execution", &PointInputs::execution},
                                         {"search", &PointInputs::search},
                                         {"measured", &PointInputs::measured},
                                         {"methodology", &PointInputs::methodology}}};

bool is_calibrated_setting(std::string_view key) {
  bool found = false;
  for_each_field(kCalibratedExecutionFields,
                 [&](const auto& field) { found = found || field.name == key; });
  return found;
}

const Root* root_of(std::string_view name) {
  const auto found = std::find_if(kRoots.begin(), kRoots.end(),
                                  [&](const Root& root) { return root.name == name; });
  return found == kRoots.end() ? nullptr : &*found;
}

}  // namespace

Json& PointInputs::document(std::string_view name) {
  return this->*(root_of(name)->member);
}

const Json& PointInputs::document(std::string_view name) const {
  return this->*(root_of(name)->member);
}

InputPath::InputPath(std::string text) : text_(std::move(text)) {
  const auto keys = split(text_, '.');
  keys_.assign(keys.begin(), keys.end());
  if (!root_of(keys_.front())) {
    throw InputError(
        fmt::format("path '{}' begins with '{}', expected model, system, execution or search",
                    text_, keys_.front()));
  }
}

InputPath to_input_path(const JsonReader& path) {
  std::string text = path.string();
  return at_place([&] { return path.place(); }, [&] { return InputPath(std::move(text)); });
}

bool InputPath::lacks_optional(const Json& document) const {
  if (keys_.size() != 2 || !document.is_object() || document.contains(keys_[1])) {
    return false;
  }
  return keys_.front() == "search" ? is_search_key(keys_[1])
                                   : keys_.front() == "execution" && says_calibrated(document) &&
                                         is_calibrated_setting(keys_[1]);
}

void InputPath::require_document(const Json& document) const {
  if (document.is_null() && !is_root()) {
    throw InputError(fmt::format("path '{}': the study has no '{}'", text_, keys_.front()));
  }
}

void InputPath::visit(PointInputs& inputs, const std::function<void(Json&)>& visit) const {
  Json& document = inputs.document(keys_.front());
  require_document(document);
  if (lacks_optional(document)) {
    document[keys_[1]] = nullptr;
  }
  descend(document, 1, visit);
}

void InputPath::visit(const PointInputs& inputs,
                      const std::function<void(const Json&)>& visit) const {
  const Json& document = inputs.document(keys_.front());
  require_document(document);
  if (lacks_optional(document)) {
    visit(Json());
  } else {
    descend(document, 1, visit);
  }
}

template <class AnyJson>
void InputPath::descend(AnyJson& json, std::size_t depth,
                        const std::function<void(AnyJson&)>& visit) const {
  if (depth == keys_.size()) {
    visit(json);
    return;
  }
  const std::string& key = keys_[depth];
  if (key == "*" && json.is_structured() && !json.empty()) {
    for (auto& element : json) {
      descend(element, depth + 1, visit);
    }
    return;
  }
  if (json.is_array()) {
    descend(json[position_in(json, key)], depth + 1, visit);
    return;
  }
  const auto found = json.is_object() ? json.find(key) : json.end();
  if (!json.is_object() || found == json.end()) {
    reject_key(json, depth);
  }
  descend(*found, depth + 1, visit);
}

std::size_t InputPath::position_in(const Json& array, const std::string& key) const {
  const auto index = parse_number<std::size_t>(key);
  if (!index || *index >= array.size()) {
    throw InputError(
        fmt::format("path '{}': '{}' is no position in an array of {}", text_, key, array.size()));
  }
  return *index;
}

void InputPath::reject_key(const Json& json, std::size_t depth) const {
  const std::string& key = keys_[depth];
  std::vector<std::string_view> names;
  if (json.is_object()) {
    for (const auto& item : json.items()) {
      names.emplace_back(item.key());
    }
    if (depth == 1 && keys_.front() == "search") {
      std::copy_if(search_keys().begin(), search_keys().end(), std::back_inserter(names),
                   [&](std::string_view name) { return !json.contains(std::string(name)); });
    }
  }
  std::string parent = keys_.front();
  for (std::size_t i = 1; i < depth; ++i) {
    parent += "." + keys_[i];
  }
  if (!json.is_structured()) {
    throw InputError(fmt::format("path '{}': {} is a {}, which has no key '{}'", text_, parent,
                                 json.type_name(), key));
  }
  throw InputError(fmt::format("path '{}': {} has no key '{}'{}", text_, parent, key,
                               names.empty() ? ""
                               : did_you_mean(key, names).empty()
                                   ? fmt::format(", it has {}", list_of_names(names))
                                   : did_you_mean(key, names)));
}

}  // namespace calculon
