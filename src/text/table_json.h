#pragma once

#include "base/json_reader.h"
#include "text/table.h"

namespace calculon {

// What stands in a table as JSON, and back.

// By this a cell can be put into any JSON value.
template <class AnyJson>
void to_json(AnyJson& json, const Cell& cell) {
  if (cell.is_missing()) {
    json = nullptr;
  } else if (cell.is_flag()) {
    json = cell.flag();
  } else if (cell.is_whole()) {
    json = cell.whole();
  } else if (cell.is_number()) {
    json = cell.number();
  } else {
    json = std::string(cell.text());
  }
}

// A value that is no object and no array. A text is that of `json`, which has to live as long.
Cell cell_of(const Json& json);

}  // namespace calculon
