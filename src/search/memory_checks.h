#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "batch/memory_plan.h"
#include "calculon/search/strategy_space.h"
#include "calculon/strategy/reason.h"
#include "search/search_plan.h"

namespace calculon {

// What is found of the memory plan of one schedule, whatever the capacities are.
struct CheckedSchedule {
  enum class Finding : std::uint8_t {
    kNotChecked,
    kWrongBefore,  // before bytes are known
    kWrongAfter,   // even if they fit
    kFine,
  };

  Finding finding = Finding::kNotChecked;
  TierBytes bytes{0, 0};
  Infeasible why{};  // of what is wrong

  // REQUIRE that it is checked.
  bool is_good(const System& system) const {
    return finding == Finding::kFine && fits_memory(bytes, system);
  }
  // What is wrong with it on a system. REQUIRES that it is not good.
  Infeasible infeasible(const System& system) const {
    const bool after_memory = finding != Finding::kWrongBefore;
    return after_memory && !fits_memory(bytes, system) ? full_memory(bytes, system)

                                                       : why;
  }
};

// The schedules of one thread for the degrees and block settings it is working on, each checked
// when it is first asked for. Searches over one space on processors that are alike share them,
// however their capacities and networks differ. Not for several threads at once.
class MemoryChecks {
 public:
  // Where a schedule stands: the numbers of its microbatch and interleaving among those of the
  // degrees, and of its memory settings among those of the block.
  struct Place {
    std::size_t microbatch;
    std::size_t interleaving;
    std::size_t memory;
  };
  // The schedule of a microbatch that needs least of tier 1, the first one if several do.
  struct Least {
    double tier1_bytes;
    Place place;
  };

  // Forgets everything: what follows is on other processors.
  void clear() { space_ = nullptr; }
  // Begins with other degrees or block settings, unless they are the ones at hand. If not `shared`,
  // nobody else asks for these, and nothing is kept.
  void begin(const StrategySpace& space, std::size_t degrees, const BlockSettings& block,
             bool shared);

  // What is known of a schedule, until the next call. If that is nothing, `check(schedule)` has to
  // find it.
  template <class Check>
  const CheckedSchedule& at(const Place& place, const Check& check) {
    if (!shared_) {
      check(last_);
      return last_;
    }
    Row& row = rows_[place.microbatch];
    if (row.begun != begun_) {
      begin_row(row);
    }
    CheckedSchedule& known = row.schedules[place.interleaving * memory_ + place.memory];
    if (known.finding == CheckedSchedule::Finding::kNotChecked) {
      check(known);
      ++row.checked;
    }
    return known;
  }

  // Nothing if not all schedules of the microbatch are checked, or if bytes alone do not tell which
  // of them comes closest to fitting: one is wrong before they are known, or needs so nearly the
  // least that a ratio might not show it.
  const std::optional<Least>& least(std::size_t microbatch);

 private:
  // The schedules of a microbatch.
  struct Row {
    std::int64_t begun = 0;                  // the number of the begin() they belong to
    std::vector<CheckedSchedule> schedules;  // [interleaving][memory]
    std::size_t checked = 0;
    bool knows_least = false;
    std::optional<Least> least;
  };

  void begin_row(Row& row) const;
  std::optional<Least> find_least(std::size_t microbatch) const;

  bool shared_ = false;
  CheckedSchedule last_;  // if they are not shared
  const StrategySpace* space_ = nullptr;
  std::size_t degrees_ = 0;
  std::int64_t block_key_ = 0;
  std::int64_t begun_ = 0;  // how often
  std::size_t interleavings_ = 0;
  std::size_t memory_ = 0;
  std::vector<Row> rows_;  // by microbatch; made anew when first asked for
};

}  // namespace calculon
