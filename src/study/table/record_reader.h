#pragma once

#include <cstddef>
#include <map>

#include "calculon/base/hash.h"
#include "study/results/result_index.h"
#include "study/table/point_record.h"

namespace calculon {

// Reads the records of points on disk. Points that ask the same have the same record, which is read
// once for those that follow each other closely.
class RecordReader {
 public:
  // The index has to outlive the reader.
  explicit RecordReader(const ResultIndex& index) : index_(index) {}

  // Stays good until the next call, its texts as long as the reader. REQUIRES that there is one.
  // Throws InputError if it is damaged.
  const PointRecord& read(const Hash128& id);

 private:
  static constexpr std::size_t kMostKept = 4096;  // some ten megabytes

  const ResultIndex& index_;
  Texts texts_;
  std::map<Hash128, PointRecord> kept_;
};

}  // namespace calculon
