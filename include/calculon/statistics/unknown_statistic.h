#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "calculon/base/input_error.h"

namespace calculon {

// A name of a statistic, or of a column that can be one, that there is not. The message names the
// nearest one; the program says besides which command lists all.
class UnknownStatistic : public InputError {
 public:
  explicit UnknownStatistic(std::string line, std::string_view list_command = "calculon statistics")
      : InputError(std::move(line)), list_command_(list_command) {}

  std::string_view list_command() const { return list_command_; }

 private:
  std::string_view list_command_;  // a literal
};

}  // namespace calculon
