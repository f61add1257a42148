#pragma once

#include <fmt/format.h>

#include "calculon/base/input_error.h"

namespace calculon {

// Calls `read`, and tells what it finds wrong with the place that has led to it, a text that
// `place` makes then.
template <class Place, class Read>
auto at_place(const Place& place, const Read& read) {
  try {
    return read();
  } catch (const InputError& error) {
    throw InputError(fmt::format("{}: {}", place(), error.what()));
  }
}

}  // namespace calculon
