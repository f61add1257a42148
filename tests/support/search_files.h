#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "support/program.h"
#include "support/temp_folder.h"

namespace calculon::test {

// The tiny inputs as files for the searching commands: 4 processors, batches of up to 3, two
// network tiers, a second memory tier.
struct SearchFiles {
  SearchFiles();

  // "loe" or "lae" on the inputs; `output` is a name in the folder or a full path.
  Arguments arguments(const std::string& command, const std::string& output,
                      const Arguments& options = {}) const;
  ProgramResult run(const std::string& command, const std::string& output,
                    const Arguments& options = {}) const;

  // Takes the memory away, so that no execution is good.
  void let_nothing_fit() const;

  // The unpacked text of an output in the folder.
  std::string text(std::string_view name) const;
  std::vector<std::string> lines(std::string_view name) const;

  TempFolder folder;
  std::string model;
  std::string system;
  std::string num_procs = "4";
  std::string max_batch_size = "3";
  std::string datatype = "float16";
};

// The number at the end of a line such as "Good executions: 12".
std::int64_t number_in(const std::string& line);

// The cells of a line of CSV without quotes.
std::vector<std::string> cells_of(const std::string& line);

}  // namespace calculon::test
