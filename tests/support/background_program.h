#pragma once

#include <sys/types.h>

#include <functional>
#include <string>

#include "support/program.h"
#include "support/temp_folder.h"

namespace calculon::test {

// The built program while it runs. Killed in the end if it still does.
class BackgroundProgram {
 public:
  explicit BackgroundProgram(const Arguments& arguments);
  ~BackgroundProgram();
  BackgroundProgram(const BackgroundProgram&) = delete;
  BackgroundProgram& operator=(const BackgroundProgram&) = delete;

  // Waits until `condition` holds; false if the program ends first, or after 10 s.
  bool wait_until(const std::function<bool()>& condition);
  bool running();
  void send(int signal) const;
  // Waits for the end. The status is negative, the signal's number, if one ended it.
  ProgramResult result();

 private:
  void reap(int options);

  TempFolder streams_;
  pid_t pid_;
  bool ended_ = false;
  int status_ = 0;
};

// Seconds that `action` takes.
double seconds_of(const std::function<void()>& action);

}  // namespace calculon::test
