#include "support/json_change.h"

namespace calculon::test {

std::string changed(const std::string& text, const JsonChange& change) {
  Json json = Json::parse(text);
  const Json::json_pointer pointer(change.pointer);
  if (change.value.empty()) {
    json[pointer.parent_pointer()].erase(pointer.back());
  } else {
    json[pointer] = Json::parse(change.value);
  }
  return json.dump();
}

}  // namespace calculon::test
