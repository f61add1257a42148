// Systems that are legal and yet extreme: times past the range of a number, and network tiers by
// the dozen.
#include <catch2/catch.hpp>

#include "calculon/search/row_stream.h"
#include "support/input_error_of.h"
#include "support/tiny.h"
#include "support/tiny_search.h"
#include "text/csv_report.h"

namespace calculon::test {
namespace {

const std::atomic<bool> kNever{false};

SpaceOptions eight_processors() {
  SpaceOptions options;
  options.num_procs = options.max_batch_size = 8;
  return options;
}

// Tiers like the first one, all of them large enough.
System with_tiers(std::size_t count) {
  System system = tiny_search().system;
  system.mem1.capacity_bytes = 1e15;
  const Network first = system.networks.front();
  system.networks.assign(count, first);
  for (std::size_t i = 0; i < count; ++i) {
    system.networks[i].size = 64;
    system.networks[i].must_be_filled = false;
    system.networks[i].latency_seconds += 1e-6 * static_cast<double>(i);
  }
  return system;
}

SearchOptions best_five(bool exhaustive) {
  SearchOptions options;
  options.top_n = 5;
  options.exhaustive = exhaustive;
  return options;
}

SearchResult plainly(const TinySearch& tiny, const SearchOptions& options) {
  return plain_search({tiny.transformer, tiny.system, tiny.space, options}, 2, kNever,
                      [](std::int64_t) {});
}

class TextWriter : public RowWriter {
 public:
  void append(std::string& text, const Strategy& strategy, const Stats& stats) override {
    rows_.append(text, strategy, stats);
  }

 private:
  CsvColumns columns_ = CsvColumns::all(Preset::kCalculon);
  CsvRows rows_{columns_};
};

std::string rows_of(const TinySearch& tiny, int threads) {
  std::string text;
  RowStreamOptions options;
  options.threads = threads;
  options.make_writer = [] { return std::make_unique<TextWriter>(); };
  options.write = [&](std::string_view part) { text += part; };
  stream_rows(tiny.transformer, tiny.system, tiny.space, options, kNever, [](std::int64_t) {});
  return text;
}

const std::string kWords = "leaves the range of a number: the inputs are too extreme";

}  // namespace

TEST_CASE("a space of nothing but infinite times is refused by all that search it", "[search]") {
  System system = tiny_search().system;
  system.mem1.curve = EfficiencyCurve("mem1", {{0, 5e-324}});
  system.mem1.peak_bytes_per_second = 1e-300;
  const TinySearch tiny("infinite", tiny_search().transformer, system, eight_processors());
  for (const bool exhaustive : {false, true}) {
    SearchOptions options = best_five(exhaustive);
    CHECK_THAT(input_error_of([&] { tiny.search(options); }), Catch::Contains(kWords));
    CHECK_THAT(input_error_of([&] { plainly(tiny, options); }), Catch::Contains(kWords));
    options.rank_by = parse_stat_order("total_time");
    CHECK_THAT(input_error_of([&] { tiny.search(options); }), Catch::Contains(kWords));
    options.pareto = {parse_stat_order("total_time"), parse_stat_order("weight_space")};
    CHECK_THAT(input_error_of([&] { tiny.search(options); }), Catch::Contains(kWords));
  }
  CHECK_THAT(input_error_of([&] { rows_of(tiny, 2); }), Catch::Contains(kWords));
}

TEST_CASE("infinite times on one tier are the worst of a search", "[search]") {
  System system = tiny_search().system;
  system.networks[1].bytes_per_second = 5e-315;
  const TinySearch tiny("one slow tier", tiny_search().transformer, system, eight_processors());
  const SearchResult pruned = tiny.search(best_five(false));
  REQUIRE(pruned.best.size() == 5);
  CHECK(ranks_text(pruned.best) == ranks_text(tiny.search(best_five(true)).best));
  CHECK(ranks_text(pruned.best) == ranks_text(plainly(tiny, best_five(false)).best));
  SearchOptions all = best_five(false);
  all.top_n = 1'000'000;
  CHECK_THAT(input_error_of([&] { tiny.search(all); }), Catch::Contains(kWords));
  CHECK_THAT(input_error_of([&] { rows_of(tiny, 1); }), Catch::Contains(kWords));
}

TEST_CASE("a time that is no number is in the lowest bin, not in the highest", "[search]") {
  System system = tiny_search().system;
  system.mem2.peak_bytes_per_second = 1e-314;  // with a window of the same kind: no number
  const TinySearch tiny("slow second memory", tiny_search().transformer, system,
                        eight_processors());
  SearchOptions options = best_five(true);
  const double best = tiny.search(options).best.front().stats.sample_rate;
  options.bin_edges = {best * 2};
  const SearchResult result = tiny.search(options);
  CHECK(result.bin_counts == std::vector<std::int64_t>{result.kept, 0});
}

TEST_CASE("a dozen tiers are searched like two", "[search]") {
  SpaceOptions options = eight_processors();
  options.filter.accept("tensor_par", "2");
  options.filter.accept("pipeline_par", "2");
  options.filter.accept("activation_recompute", "full");
  options.filter.accept("tensor_par_overlap", "none");
  System system = with_tiers(12);  // more placements than are planned before the search
  system.networks[3].size = 1;
  const TinySearch tiny("twelve tiers", tiny_search().transformer, system, options);
  const SearchResult plain = plainly(tiny, best_five(false));
  for (const bool exhaustive : {false, true}) {
    const SearchResult result = tiny.search(best_five(exhaustive));
    CHECK(ranks_text(result.best) == ranks_text(plain.best));
    CHECK(tally_text(result.tally) == tally_text(plain.tally));
  }
}

TEST_CASE("a long piece of rows is written in parts, the same for any threads", "[search]") {
  SpaceOptions options = eight_processors();
  for (const char* degree : {"tensor_par", "pipeline_par"}) {
    options.filter.accept(degree, "2");
  }
  options.filter.accept("activation_recompute", "full");
  options.filter.accept("tensor_par_overlap", "none");
  options.filter.accept("tensor_par_comm_type", "ar");
  options.filter.accept("data_par_overlap", "false");
  options.filter.accept("optimizer_sharding", "false");
  options.filter.accept("pipeline_interleaving", "1");
  const TinySearch tiny("twenty tiers", tiny_search().transformer, with_tiers(20), options);
  const std::string alone = rows_of(tiny, 1);
  CHECK(alone.size() > (std::size_t{8} << 20));
  CHECK((rows_of(tiny, 3) == alone));
}

TEST_CASE("more placements than can be kept are refused, more than can be counted, too",
          "[search]") {
  const TinySearch many("three hundred tiers", tiny_search().transformer, with_tiers(300),
                        eight_processors());
  CHECK_THAT(input_error_of([&] { many.search(); }),
             Catch::Contains("networks has 300 tiers, which make more than 8388608 placements"));
  SpaceOptions options = eight_processors();
  options.kind = SpaceKind::kMoeFlexible;
  options.num_experts = 8;
  options.num_procs = 64;
  System system = with_tiers(2000);
  for (Network& network : system.networks) {
    network.has_all_to_all = true;
  }
  CHECK(input_error_of([&] {
          const StrategySpace space(tiny_search().transformer, system, options);
        }) == "the search space has more strategies than can be counted");
}

TEST_CASE("a search that is stopped before it begins has found nothing", "[search]") {
  const TinySearch& tiny = tiny_search();
  const std::atomic<bool> stop{true};
  const SearchResult result = search(tiny.transformer, tiny.system, tiny.space, best_five(false),
                                     stop, [](std::int64_t) {});
  CHECK(result.interrupted);
  CHECK(result.best.empty());
}

}  // namespace calculon::test
