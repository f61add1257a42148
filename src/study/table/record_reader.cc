#include "study/table/record_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

#include "calculon/base/input_error.h"
#include "calculon/base/parallel.h"

namespace calculon {

RecordReader::RecordReader(const ResultIndex& index, int threads)
    : index_(index), texts_(static_cast<std::size_t>(std::max(threads, 1))) {}

void RecordReader::read(const std::vector<Hash128>& points) {
  if (kept_.size() > kMostKept) {
    kept_.clear();
  }
  std::set<Hash128> missing;
  for (const Hash128& point : points) {
    if (!kept_.contains(point)) {
      missing.insert(point);
    }
  }
  const std::vector<Hash128> ids(missing.begin(), missing.end());
  std::vector<PointRecord> records(ids.size());
  const std::size_t threads = texts_.size();
  parallel_for(threads, static_cast<int>(threads), [&](std::size_t thread) {
    for (std::size_t i = thread; i < ids.size(); i += threads) {
      records[i] = read(ids[i], texts_[thread]);
    }
  });
  for (std::size_t i = 0; i < ids.size(); ++i) {
    kept_.emplace(ids[i], std::move(records[i]));
  }
}

PointRecord RecordReader::read(const Hash128& point, Texts& texts) const {
  try {
    return read_record(index_.line(point), texts);
  } catch (const InputError& error) {
    throw InputError(fmt::format("{} is damaged: {}", index_.place(point), error.what()));
  }
}

}  // namespace calculon
