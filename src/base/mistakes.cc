#include "calculon/base/mistakes.h"

#include <utility>

namespace calculon {

void Mistakes::add(std::string line) {
  if (known_.insert(line).second) {
    lines_.push_back(std::move(line));
  }
}

void Mistakes::add(const std::vector<std::string>& lines) {
  for (const std::string& line : lines) {
    add(line);
  }
}

Mistakes& first_mistake() {
  static Mistakes first(false);
  return first;
}

}  // namespace calculon
