#pragma once

#include <string>

#include "base/json_reader.h"

namespace calculon::test {

// One deviation from a valid file: the value at `pointer` ("/networks/0/size") becomes `value`, a
// JSON text, or goes away if that is empty.
struct JsonChange {
  std::string pointer;
  std::string value;
};

// `text` with the change made.
std::string changed(const std::string& text, const JsonChange& change);

}  // namespace calculon::test
