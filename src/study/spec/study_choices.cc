#include "study/spec/study_choices.h"

namespace calculon {

Json StudyChoices::to_json() const {
  Json json = {{"set", Json::object()}, {"only", Json::object()}, {"quick", quick}};
  for (const auto& [path, value] : set) {
    json["set"][path] = value;
  }
  for (const auto& [axis, labels] : only) {
    json["only"][axis] = labels;
  }
  return json;
}

StudyChoices to_choices(const JsonReader& json) {
  StudyChoices choices;
  for (const std::string_view path : json["set"].keys()) {
    choices.set.emplace_back(path, json["set"][path].json());
  }
  for (const std::string_view axis : json["only"].keys()) {
    const JsonReader labels = json["only"][axis];
    for (std::size_t i = 0; i < labels.size(); ++i) {
      choices.only[std::string(axis)].push_back(labels[i].string());
    }
  }
  choices.quick = json["quick"].boolean();
  return choices;
}

}  // namespace calculon
