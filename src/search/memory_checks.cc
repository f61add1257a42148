#include "search/memory_checks.h"

#include <algorithm>

#include "search/degrees.h"

namespace calculon {

void MemoryChecks::begin(const StrategySpace& space, std::size_t degrees,
                         const BlockSettings& block, bool shared) {
  shared_ = shared;
  if (!shared) {
    clear();
    return;
  }
  if (space_ == &space && degrees_ == degrees && block_key_ == block.key) {
    return;
  }
  space_ = &space;
  degrees_ = degrees;
  block_key_ = block.key;
  const Degrees& all = space.degrees()[degrees];
  interleavings_ = all.interleavings.size();
  memory_ = block.memory.size();
  rows_.resize(std::max(rows_.size(), all.microbatches.size()));
  ++begun_;
}

void MemoryChecks::begin_row(Row& row) const {
  row.begun = begun_;
  row.schedules.resize(interleavings_ * memory_);
  for (CheckedSchedule& schedule : row.schedules) {
    schedule.finding = CheckedSchedule::Finding::kNotChecked;
  }
  row.checked = 0;
  row.knows_least = false;
  row.least.reset();
}

const std::optional<MemoryChecks::Least>& MemoryChecks::least(std::size_t microbatch) {
  if (!shared_) {
    static constexpr std::optional<Least> kNothing;
    return kNothing;
  }
  Row& row = rows_[microbatch];
  if (row.begun != begun_) {
    begin_row(row);
  }
  if (!row.knows_least && row.checked == row.schedules.size()) {
    row.knows_least = true;
    row.least = find_least(microbatch);
  }
  return row.least;
}

std::optional<MemoryChecks::Least> MemoryChecks::find_least(std::size_t microbatch) const {
  constexpr double kTooClose = 1 + 1e-12;
  const std::vector<CheckedSchedule>& row = rows_[microbatch].schedules;
  std::size_t least = 0;
  for (std::size_t i = 0; i < row.size(); ++i) {
    if (row[i].finding == CheckedSchedule::Finding::kWrongBefore) {
      return std::nullopt;
    }
    if (row[i].bytes.tier1 < row[least].bytes.tier1) {
      least = i;
    }
  }
  const double bytes = row[least].bytes.tier1;
  for (const CheckedSchedule& each : row) {
    if (each.bytes.tier1 != bytes && each.bytes.tier1 <= bytes * kTooClose) {
      return std::nullopt;
    }
  }
  return Least{bytes, {microbatch, least / memory_, least % memory_}};
}

}  // namespace calculon
