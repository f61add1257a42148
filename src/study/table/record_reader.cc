#include "study/table/record_reader.h"

#include <fmt/format.h>

#include "calculon/base/input_error.h"

namespace calculon {

const PointRecord& RecordReader::read(const Hash128& id) {
  if (const auto known = kept_.find(id); known != kept_.end()) {
    return known->second;
  }
  if (kept_.size() == kMostKept) {
    kept_.clear();
  }
  try {
    return kept_.emplace(id, read_record(index_.line(id), texts_)).first->second;
  } catch (const InputError& error) {
    throw InputError(fmt::format("{} is damaged: {}", index_.place(id), error.what()));
  }
}

}  // namespace calculon
