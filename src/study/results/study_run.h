#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>

#include "study/results/study_folder.h"

namespace calculon {

// Computing what is missing in a folder of results.

struct StudyRunOptions {
  std::string folder;
  Shard shard;
  int threads = 1;
  bool lock = true;
  std::function<void(const std::string&)> tell;  // a line about what was found
};

struct StudyProgress {
  std::size_t points = 0;  // done, of this shard
  std::size_t all_points = 0;
  std::int64_t strategies = 0;  // done, and of those at hand
  std::int64_t all_strategies = 0;
  double best = 0;  // sample rate of what was computed now; 0: none yet
};

struct StudyRunResult {
  std::size_t points = 0;    // different ones of this shard
  std::size_t done = 0;      // were there before
  std::size_t computed = 0;  // now
  std::int64_t strategies = 0;
  double seconds = 0;
  bool interrupted = false;
  std::string busy;  // who writes this shard's results: then nothing was done
};

// Lines of results that are damaged count as missing. Throws InputError, with every finished point
// on disk.
StudyRunResult run_study(const LoadedStudy& loaded, const StudyRunOptions& options,
                         const std::atomic<bool>& stop,
                         const std::function<void(const StudyProgress&)>& progress);

}  // namespace calculon
