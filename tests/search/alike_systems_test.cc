// Searches on systems that have parts in common share what is worked out of these.
#include <catch2/catch.hpp>
#include <deque>

#include "calculon/search/search.h"
#include "search/memory_checks.h"
#include "search/system_parts.h"
#include "support/tiny.h"
#include "support/tiny_search.h"

namespace calculon::test {
namespace {

// A system, and ones that differ from it in a part each.
std::deque<System> variants(const System& system) {
  std::deque<System> all(7, system);
  all[1].mem1.capacity_bytes *= 0.6;
  all[2].mem1.capacity_bytes *= 0.3;
  all[3].mem2.capacity_bytes *= 0.1;
  all[4].networks.back().bytes_per_second *= 2;
  all[5].networks.front().latency_seconds += 1e-6;
  all[6].mem1.peak_bytes_per_second *= 0.5;
  return all;
}

void check_together(const TinySearch& tiny, const SearchOptions& options) {
  const std::deque<System> systems = variants(tiny.system);
  std::vector<SearchTask> tasks;
  for (const System& system : systems) {
    tasks.push_back({tiny.transformer, system, tiny.space, options});
  }
  std::atomic<bool> stop{false};
  const auto together = search_all(tasks, 2, stop, [](std::int64_t) {});
  for (std::size_t i = 0; i < tasks.size(); ++i) {
    INFO(tiny.name << ", system " << i);
    const SearchResult alone = search(tasks[i].transformer, tasks[i].system, tasks[i].space,
                                      options, stop, [](std::int64_t) {});
    CHECK(tally_text(together[i].tally) == tally_text(alone.tally));
    CHECK(ranks_text(together[i].best) == ranks_text(alone.best));
    CHECK(together[i].kept == alone.kept);
  }
}

}  // namespace

TEST_CASE("systems that have parts in common are searched together as alone", "[search]") {
  for (const TinySearch* tiny : every_tiny_search()) {
    SearchOptions options;
    options.top_n = 5;
    options.break_microbatches = !tiny->space.moe();
    check_together(*tiny, options);
    options.break_microbatches = false;
    options.exhaustive = true;
    options.rank_by = parse_stat_order("proc_mem_tier1_cap_req");
    check_together(*tiny, options);
  }
}

TEST_CASE("searches of one system that want different things are not mixed", "[search]") {
  const TinySearch& tiny = tiny_search();
  std::deque<SearchOptions> options(4);
  options[1].break_microbatches = true;
  options[2].exhaustive = true;
  options[3].where = {parse_stat_filter("total_efficiency>0.1")};
  std::vector<SearchTask> tasks;
  for (const SearchOptions& each : options) {
    tasks.push_back({tiny.transformer, tiny.system, tiny.space, each});
  }
  std::atomic<bool> stop{false};
  const auto together = search_all(tasks, 1, stop, [](std::int64_t) {});
  for (std::size_t i = 0; i < tasks.size(); ++i) {
    INFO(i);
    const SearchResult alone = tiny.search(options[i]);
    CHECK(tally_text(together[i].tally) == tally_text(alone.tally));
    CHECK(ranks_text(together[i].best) == ranks_text(alone.best));
    CHECK(together[i].kept == alone.kept);
  }
}

TEST_CASE("systems have the numbers of their parts, which capacities are not", "[search]") {
  const std::deque<System> systems = variants(tiny_search().system);
  SystemParts parts;
  std::vector<PartNumbers> numbers;
  for (const System& system : systems) {
    numbers.push_back(parts.number(system).parts);
  }
  CHECK(numbers[1] == numbers[0]);
  CHECK(numbers[2] == numbers[0]);
  CHECK(numbers[3] == numbers[0]);
  CHECK(numbers[4].processor == numbers[0].processor);
  CHECK(numbers[4].networks.front() == numbers[0].networks.front());
  CHECK(numbers[4].networks.back() != numbers[0].networks.back());
  CHECK(numbers[5].networks.front() != numbers[0].networks.front());
  CHECK(numbers[6].processor != numbers[0].processor);
  CHECK(numbers[6].networks == numbers[0].networks);
}

TEST_CASE("the schedule that needs least is known if all are, and bytes tell it", "[search]") {
  const TinySearch& tiny = tiny_search();
  Degrees degrees = tiny.space.degrees().front();
  BlockSettings block{{}, 0, std::vector<MemorySettings>(3)};
  const auto least_of = [&](std::vector<double> bytes) {
    MemoryChecks checks;
    checks.begin(tiny.space, 0, block, true);
    const std::size_t rows = degrees.interleavings.size();
    for (std::size_t v = 0; v < rows; ++v) {
      for (std::size_t m = 0; m < bytes.size(); ++m) {
        checks.at({0, v, m}, [&](CheckedSchedule& schedule) {
          schedule.finding = CheckedSchedule::Finding::kFine;
          schedule.bytes.tier1 = bytes[m];
        });
      }
    }
    return checks.least(0);
  };
  const auto least = least_of({30, 20, 20});
  REQUIRE(least);
  CHECK(least->tier1_bytes == 20);
  CHECK(least->place.interleaving == 0);
  CHECK(least->place.memory == 1);  // the first of equal ones
  CHECK_FALSE(least_of({30, 20, 20 * (1 + 1e-15)}));
  CHECK_FALSE(least_of({30, 20}));  // the third is not known
}

}  // namespace calculon::test
