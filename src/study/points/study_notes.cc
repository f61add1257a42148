#include "study/points/study_notes.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <string_view>
#include <tuple>

#include "model/input_notes.h"
#include "search/fixed_choices.h"
#include "study/points/calibrated_point.h"
#include "study/points/foreign_datatypes.h"

namespace calculon {
namespace {

// Of a task of the published model, or of what was made of it.
BlockChoices choices_of(const PointTask& task) {
  return task.search
             ? fixed_choices(options_for(task.search->spaces.front(), *task.transformer))
             : static_cast<const BlockChoices&>(std::get<StrategyFile>(*task.execution).strategy);
}

// The names of the systems with these notes, and a calibration or none, as `system` has them;
// "system" for one that a study has itself.
std::vector<std::string> names_of_noted(const Documents& documents, const System& system) {
  std::vector<std::string> names;
  for (const std::string& name : documents.names("system")) {
    const Json& json = documents.at("system", name);
    if (json.is_object() && json.value("notes", Json("")) == system.notes &&
        json.contains("calibration") == system.calibration.has_value()) {
      names.push_back(name);
    }
  }
  return names.empty() ? std::vector<std::string>{"system"} : names;
}

// What one has to know of a system, whose calibration an answer wants or does not use.
std::vector<std::string> notes_of(const System& system, bool wanted, const std::string& name) {
  if (!wanted) {
    return system_notes(system, name);
  }
  std::vector<std::string> notes = own_notes(system, name);
  if (!system.calibration) {
    notes.push_back(
        fmt::format("{}: without a calibration, the calibrated model has neutral constants", name));
  }
  return notes;
}

// The keys of all models that are left out of some answer by a methodology, in their order.
std::vector<std::string_view> all_keys_left_out(const std::vector<PointEntry>& points,
                                                Methodology methodology) {
  std::set<std::string_view> left_out;
  for (const PointEntry& point : points) {
    const PointTask& task = point.task;
    if (!task.transformer || methodology_of(task) != methodology ||
        task.transformer->details == ModelDetails{}) {
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
  for (const Methodology methodology : {Methodology::kPublished, Methodology::kCorrected}) {
    if (const auto keys = all_keys_left_out(loaded.points, methodology); !keys.empty()) {
      notes.push_back(left_out_text(keys, methodology == Methodology::kCorrected));
    }
  }
  std::set<std::tuple<std::string, bool, bool>> told;
  for (const PointEntry& point : loaded.points) {
    const System* system = point.task.system.get();
    if (!system) {
      continue;
    }
    const bool known = system->calibration.has_value();
    const bool wanted = is_calibrated(point.task);
    if ((system->notes.empty() && known == wanted) ||
        !told.emplace(system->notes, known, wanted).second) {
      continue;
    }
    for (const std::string& name : names_of_noted(*loaded.documents, *system)) {
      for (const std::string& line : notes_of(*system, wanted, name)) {
        if (std::find(notes.begin(), notes.end(), line) == notes.end()) {
          notes.push_back(line);
        }
      }
    }
  }
  for (const ForeignDatatype& foreign : foreign_datatypes(loaded)) {
    notes.push_back(fmt::format("{} can have no effect: {}", foreign.axis, foreign.why));
  }
  return notes;
}

}  // namespace calculon
