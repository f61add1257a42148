#pragma once

#include <string>

#include "study/points/folder_file.h"

namespace calculon {

// Held by a run as long as it writes results, so that no second one writes the same file. The
// kernel drops it with its holder, so it is never stale.
class StudyLock {
 public:
  // Locks the file if it is free, which held() tells, and writes host, process and start time of
  // its holder into it. Throws InputError if it cannot be written or the file system has no locks.
  explicit StudyLock(std::string path);

  bool held() const { return held_; }
  // Who has it: "node17, process 4242, since 14:03"; "" if the file does not say.
  const std::string& holder() const { return holder_; }

 private:
  FolderFile file_;
  bool held_ = false;
  std::string holder_;
};

// The holder of a lock file, if it is held; "" if it is free.
std::string holder_of_lock(const std::string& path);

}  // namespace calculon
