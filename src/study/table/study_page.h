#pragma once

#include <string>

#include "study/results/study_folder.h"
#include "study/table/study_table.h"

namespace calculon {

// The pictures of a study as one HTML page. Of a large study it holds the rows that its plots show.
std::string study_page(const LoadedStudy& loaded, const StudyTable& table);

}  // namespace calculon
