#pragma once

#include <string>

#include "calculon/base/input_error.h"

namespace calculon::test {

// The message of the InputError that `action` throws.
template <class Action>
std::string input_error_of(const Action& action) {
  try {
    action();
  } catch (const InputError& error) {
    return error.what();
  }
  return "(no error)";
}

}  // namespace calculon::test
