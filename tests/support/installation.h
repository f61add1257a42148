#pragma once

#include <string>

#include "support/program.h"
#include "support/temp_folder.h"

namespace calculon::test {

// A folder like the source tree for whoever runs the program there: bin/calculon, models/,
// systems/ and examples/. What is written there goes away with it.
class Installation {
 public:
  Installation();
  std::string program() const { return folder_.file("bin/calculon"); }
  const TempFolder& folder() const { return folder_; }
  // A shell line run in the folder.
  ProgramResult run(const std::string& line) const;

 private:
  TempFolder folder_;
};

}  // namespace calculon::test
