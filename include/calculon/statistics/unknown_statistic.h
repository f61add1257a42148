#pragma once

#include "calculon/base/input_error.h"

namespace calculon {

// A name of a statistic, or of a column that can be one, that there is not. The message names the
// nearest one; the program says besides where all are listed.
class UnknownStatistic : public InputError {
 public:
  using InputError::InputError;
};

}  // namespace calculon
