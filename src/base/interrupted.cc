#include "base/interrupted.h"

namespace calculon {
namespace {

std::atomic<bool> stop_wanted{false};

}  // namespace

std::atomic<bool>& stop_flag() {
  return stop_wanted;
}

void check_interruption() {
  if (stop_wanted) {
    throw Interrupted();
  }
}

}  // namespace calculon
