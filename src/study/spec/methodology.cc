#include "study/spec/methodology.h"

#include <string>

#include "calculon/calibrated/calibrated_execution.h"

namespace calculon {

bool says_calibrated(const Json& object) {
  if (!object.is_object()) {
    return false;
  }
  const auto found = object.find(std::string(kMethodologyKey));
  return found != object.end() && *found == kCalibratedName;
}

Methodology methodology_of(const JsonReader& search) {
  if (!search.is_object()) {
    search.reject("an object");
  }
  return search.has(kMethodologyKey) && !search[kMethodologyKey].is_null()
             ? search[kMethodologyKey].one_of<Methodology>()
             : Methodology::kPublished;
}

}  // namespace calculon
