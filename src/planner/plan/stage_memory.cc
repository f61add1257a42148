#include "planner/plan/stage_memory.h"

namespace calculon {
namespace {

constexpr double kHeadroom = 0.9;  // of a stage that has to give
constexpr double kEnough = 0.01;   // of capacity still to be placed
constexpr double kSmallestRoom = 0.001;

double sum(std::span<const double> values) {
  double total = 0;
  for (const double value : values) {
    total += value;
  }
  return total;
}

}  // namespace

bool CapacityAdjuster::adjust(std::span<double> capacities, std::span<const double> available_mb,
                              std::span<const double> needed_mb) {
  const std::size_t size = capacities.size();
  room_.assign(size, 0);
  extra_.assign(size, 0);
  shares_.assign(size, 0);
  base_.assign(capacities.begin(), capacities.end());
  double missing = 0;
  for (std::size_t i = 0; i < size; ++i) {
    if (available_mb[i] > needed_mb[i]) {
      room_[i] = capacities[i] * available_mb[i] / needed_mb[i] - capacities[i];
    } else {
      base_[i] = capacities[i] * (available_mb[i] / needed_mb[i]) * kHeadroom;
      missing += capacities[i] - base_[i];
    }
  }
  if (sum(room_) < missing) {
    return false;
  }
  while (missing > kEnough) {
    double takers = 0;
    for (std::size_t i = 0; i < size; ++i) {
      takers += room_[i] > kSmallestRoom ? capacities[i] : 0;
    }
    if (takers == 0) {
      return false;  // quirk H16, put right: there is no end to handing out what nobody takes
    }
    for (std::size_t i = 0; i < size; ++i) {
      shares_[i] = room_[i] > kSmallestRoom ? capacities[i] / takers : 0;
    }
    for (std::size_t i = 0; i < size; ++i) {
      double part = missing * shares_[i];
      if (part > room_[i]) {
        part = room_[i];
      }
      extra_[i] += part;
      room_[i] -= part;
      missing -= part;
    }
  }
  for (std::size_t i = 0; i < size; ++i) {
    capacities[i] = extra_[i] + base_[i];
  }
  return true;
}

}  // namespace calculon
