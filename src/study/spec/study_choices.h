#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/json_reader.h"

namespace calculon {

// How a study is run: what the command line says besides its file.
struct StudyChoices {
  std::vector<std::pair<std::string, Json>> set;         // --set: after all axes
  std::map<std::string, std::vector<std::string>> only;  // --only: labels by axis
  bool quick = false;

  Json to_json() const;
};
StudyChoices to_choices(const JsonReader& json);

}  // namespace calculon
