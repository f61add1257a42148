#pragma once

#include <string>

#include "base/json_reader.h"

namespace calculon {

// JSON as text, on one line or indented. All JSON that is written goes through here: names and
// labels of users may hold bytes that are no UTF-8, and each becomes U+FFFD.
inline std::string json_text(const Json& json, int indent = -1) {
  return json.dump(indent, ' ', false, Json::error_handler_t::replace);
}

}  // namespace calculon
