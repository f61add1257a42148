#pragma once

#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace calculon {

// Bad usage or bad input: one line that names the file, the key, the value found and what is
// accepted. Thrown by readers and checks, caught once in main, which prints it and exits with
// status 2. (A configuration that does not fit is no error but an Outcome, see
// strategy/outcome.h.)
class InputError : public std::runtime_error {
 public:
  // What the input put into it may hold line breaks and the like; they become '?'.
  explicit InputError(std::string line);
};

// The candidate closest to `name` if it is close enough to be a slip of the finger, else "".
std::string_view nearest_name(std::string_view name, std::span<const std::string_view> candidates);

// " (did you mean 'x'?)", or "" where no candidate is close.
std::string did_you_mean(std::string_view name, std::span<const std::string_view> candidates);

// "a, b or c": the names as a message lists them.
std::string list_of_names(std::span<const std::string_view> names);

}  // namespace calculon
