#pragma once

#include <string>
#include <vector>

#include "study/points/load_study.h"

namespace calculon {

// What one has to know of the models and systems behind the points of a study, each thing once, and
// of axes that change none of them where it matters. A system is called by the name of its
// document.
std::vector<std::string> study_notes(const LoadedStudy& loaded);

}  // namespace calculon
