#pragma once

#include <string>

#include "base/json_reader.h"
#include "study/points/load_study.h"

namespace calculon {

// study.json of a folder of results: the study with all that it names, the choices of the command
// line, and a checksum of all that. Files of earlier versions have no checksum. It embeds whole
// documents, so that it may be far larger than a configuration.

// Its text for a study. Throws InputError naming `path` if read_run_file() would refuse it.
std::string run_file_text(const std::string& path, const LoadedStudy& loaded);

// What it says. Throws InputError if it cannot be read, is damaged, or is of a later version.
Json read_run_file(const std::string& path);

}  // namespace calculon
