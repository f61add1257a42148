#pragma once

#include "page/page_content.h"

namespace calculon::test {

// A page whose table is written as JSON: an array of rows, which are objects. `axes` are objects
// with the key "name".
struct JsonPage {
  std::string title;
  std::string notes;
  Json rows = Json::array();
  Json axes = Json::array();
  std::vector<std::string> varied;
  Json plots = Json::array();
  Json inputs;

  operator PageContent() const;
};

// The key "summary" of a row holds its distribution.
Table table_of(const Json& rows);
// A row with all columns, those without a value as null.
Json row_json(const Table& table, std::size_t row);

}  // namespace calculon::test
