#pragma once

#include <memory>
#include <string>
#include <vector>

#include "calculon/base/mistakes.h"
#include "study/points/point_list.h"
#include "study/spec/documents.h"
#include "study/spec/study.h"

namespace calculon {

// A study with all that it was read from and the list of its points.
struct LoadedStudy {
  std::string name;  // "sc23-fig5"
  Json file;
  StudyChoices choices;
  std::unique_ptr<Documents> documents;
  std::unique_ptr<Study> study;
  std::vector<PointEntry> points;
};

// From a study file, or from a bundled name in `data_folder` (examples/studies/). Throws
// InputError.
LoadedStudy load_study(const std::string& name, const std::string& data_folder,
                       const StudyChoices& choices, int threads, const Watch& watch = no_watch());
// Without the list of its points, which takes its time for many.
LoadedStudy read_study(const std::string& name, const std::string& data_folder,
                       const StudyChoices& choices, const Watch& watch = no_watch());

// Names of the bundled studies, sorted.
std::vector<std::string> bundled_studies(const std::string& data_folder);

// Makes `study` out of the file, the choices and the documents, and checks that the columns and
// plots it asks for can be there. `place` names the file in errors. Throws InputError.
void interpret_study(LoadedStudy& loaded, const std::string& place, const Watch& watch = no_watch(),
                     Mistakes& mistakes = first_mistake());

}  // namespace calculon
