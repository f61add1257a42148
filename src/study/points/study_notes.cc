#include "study/points/study_notes.h"

#include <algorithm>
#include <set>
#include <string_view>
#include <utility>

#include "model/input_notes.h"
#include "search/fixed_choices.h"

namespace calculon {
namespace {

BlockChoices choices_of(const PointTask& task) {
  return task.search ? fixed_choices(task.search->spaces.front())
                     : static_cast<const BlockChoices&>(task.execution->strategy);
}

// The names of the systems that have these notes; "system" for one that a study has itself.
std::vector<std::string> names_of_noted(const Documents& documents, const std::string& notes) {
  std::vector<std::string> names;
  for (const std::string& name : documents.names("system")) {
    const Json& json = documents.at("system", name);
    const auto found = json.is_object() ? json.find("notes") : json.end();
    if (found != json.end() && found->is_string() && found->get<std::string>() == notes) {
      names.push_back(name);
    }
  }
  return names.empty() ? std::vector<std::string>{"system"} : names;
}

// The keys of all models that are left out of some answer, in their order.
std::vector<std::string_view> all_keys_left_out(const std::vector<PointEntry>& points) {
  std::set<std::string_view> left_out;
  for (const PointEntry& point : points) {
    const PointTask& task = point.task;
    if (!task.transformer || task.transformer->details == ModelDetails{}) {
      continue;
    }
    const auto keys = keys_left_out(*task.transformer, choices_of(task));
    left_out.insert(keys.begin(), keys.end());
  }
  std::vector<std::string_view> ordered;
  for_each_field(kModelDetailFields, [&](const auto& field) {
    if (left_out.contains(field.name)) {
      ordered.push_back(field.name);
    }
  });
  return ordered;
}

}  // namespace

std::vector<std::string> study_notes(const LoadedStudy& loaded) {
  std::vector<std::string> notes;
  if (const auto keys = all_keys_left_out(loaded.points); !keys.empty()) {
    notes.push_back(left_out_text(keys));
  }
  std::set<std::pair<std::string, bool>> told;
  for (const PointEntry& point : loaded.points) {
    const System* system = point.task.system.get();
    const bool noted = system && (!system->notes.empty() || system->calibration);
    if (!noted || !told.emplace(system->notes, system->calibration.has_value()).second) {
      continue;
    }
    for (const std::string& name : names_of_noted(*loaded.documents, system->notes)) {
      const auto lines = system_notes(*system, name);
      notes.insert(notes.end(), lines.begin(), lines.end());
    }
  }
  return notes;
}

}  // namespace calculon
