#include "study/points/study_notes.h"

#include <algorithm>
#include <set>
#include <string_view>
#include <utility>

#include "model/input_notes.h"
#include "search/fixed_choices.h"
#include "study/points/calibrated_point.h"

namespace calculon {
namespace {

// Of a task of the published model.
BlockChoices choices_of(const PointTask& task) {
  return task.search
             ? fixed_choices(task.search->spaces.front())
             : static_cast<const BlockChoices&>(std::get<StrategyFile>(*task.execution).strategy);
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
    if (!task.transformer || is_calibrated(task) || task.transformer->details == ModelDetails{}) {
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
    const bool unused = system && system->calibration && !is_calibrated(point.task);
    const bool noted = system && (!system->notes.empty() || unused);
    if (!noted || !told.emplace(system->notes, unused).second) {
      continue;
    }
    for (const std::string& name : names_of_noted(*loaded.documents, system->notes)) {
      for (const std::string& line :
           unused ? system_notes(*system, name) : own_notes(*system, name)) {
        if (std::find(notes.begin(), notes.end(), line) == notes.end()) {
          notes.push_back(line);
        }
      }
    }
  }
  return notes;
}

}  // namespace calculon
