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

// A complaint about a file as a whole ("lacks ...") makes a sentence with its name; one about a
// place in it stands behind a colon.
inline std::string complaint(const std::string& file, const std::string& about) {
  const bool whole = about.starts_with("lacks ") || about.starts_with("has ");
  return file + (whole ? " " : ": ") + about;
}

}  // namespace calculon::test
