#pragma once

#include <string_view>

namespace calculon {

// A column that only some pages have.
struct PageColumn {
  std::string_view name;
  std::string_view unit;  // as shown
  double factor;          // shown = stored * factor
  std::string_view help;
};

}  // namespace calculon
