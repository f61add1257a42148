#pragma once

#include <cstddef>
#include <map>
#include <vector>

#include "calculon/base/hash.h"
#include "study/results/result_index.h"
#include "study/table/point_record.h"

namespace calculon {

// Reads the records of points on disk, some at a time. Points that ask the same have the same
// record, which is read once for those that follow each other closely.
class RecordReader {
 public:
  // The index has to outlive the reader.
  RecordReader(const ResultIndex& index, int threads);

  // Reads what is not there of the records of some points, on all threads. Those of earlier calls
  // may be forgotten. REQUIRES that the index has them. Throws InputError if one is damaged.
  void read(const std::vector<Hash128>& points);
  // One of those that were read last. Its texts live as long as the reader. Many threads may ask.
  const PointRecord& at(const Hash128& point) const { return kept_.at(point); }

 private:
  static constexpr std::size_t kMostKept = 4096;  // some twenty megabytes

  PointRecord read(const Hash128& point, Texts& texts) const;

  const ResultIndex& index_;
  std::vector<Texts> texts_;  // by thread
  std::map<Hash128, PointRecord> kept_;
};

}  // namespace calculon
