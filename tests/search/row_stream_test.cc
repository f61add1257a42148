#include "calculon/search/row_stream.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <functional>
#include <stdexcept>

#include "support/source_tree.h"
#include "support/tiny_search.h"
#include "text/csv_report.h"

namespace calculon::test {
namespace {

// All settings and statistics to the last digit, a line each; the sample rate is the last cell.
class PlainWriter : public RowWriter {
 public:
  void append(std::string& text, const Strategy& strategy, const Stats& stats) override {
    rows_.append(text, strategy, stats);
  }

 private:
  CsvColumns columns_ = CsvColumns::all(Preset::kCalculonMoe);
  CsvRows rows_{columns_};
};

// The rows of the executions that are wanted.
template <class Wanted>
std::string rows_of(const std::vector<Execution>& executions, Wanted wanted) {
  PlainWriter writer;
  std::string text;
  for (const Execution& execution : executions) {
    if (execution.outcome && wanted(*execution.outcome)) {
      writer.append(text, execution.strategy, *execution.outcome);
    }
  }
  return text;
}

double sample_rate_in(const std::string& line) {
  return std::stod(line.substr(line.rfind(',') + 1));
}

struct Streamed {
  RowStreamResult result;
  std::string text;
};

RowStreamOptions plain_rows(int threads) {
  RowStreamOptions options;
  options.threads = threads;
  options.make_writer = [] { return std::make_unique<PlainWriter>(); };
  return options;
}

RowStreamResult stream(const TinySearch& tiny, const RowStreamOptions& options,
                       std::atomic<bool>& stop) {
  return stream_rows(tiny.transformer, tiny.system, tiny.space, options, stop, [](std::int64_t) {});
}

Streamed stream(const TinySearch& tiny, RowStreamOptions options) {
  Streamed streamed;
  options.write = [&](std::string_view text) { streamed.text += text; };
  std::atomic<bool> stop{false};
  streamed.result = stream(tiny, options, stop);
  return streamed;
}

}  // namespace

TEST_CASE("the rows are all good strategies in the order of enumeration", "[search]") {
  for (const TinySearch* tiny : every_tiny_search()) {
    INFO(tiny->name);
    const std::vector<Execution> executions = tiny->enumerate();
    const Streamed alone = stream(*tiny, plain_rows(1));
    CHECK((alone.text == rows_of(executions, [](const Stats&) { return true; })));
    CHECK(tally_text(alone.result.tally) == tally_text(tally_of(executions)));
    CHECK(alone.result.rows == alone.result.tally.good);
    CHECK_FALSE(alone.result.interrupted);
  }
}

TEST_CASE("any number of threads streams the same rows", "[search]") {
  const TinySearch& tiny = tiny_search();
  const Streamed alone = stream(tiny, plain_rows(1));
  for (const int threads : {2, 3, 8}) {
    const Streamed streamed = stream(tiny, plain_rows(threads));
    CHECK((streamed.text == alone.text));
    CHECK(tally_text(streamed.result.tally) == tally_text(alone.result.tally));
  }
}

TEST_CASE("the best of a search is the best of all rows", "[search]") {
  for (const TinySearch& tiny : {std::cref(tiny_searches()[0]), std::cref(tiny_searches()[3])}) {
    INFO(tiny.name);
    const RankedStrategy best = tiny.search().best.at(0);
    double highest = 0;
    std::string row;
    for (const std::string& line : lines_of(stream(tiny, plain_rows(2)).text)) {
      if (sample_rate_in(line) > highest) {
        highest = sample_rate_in(line);
        row = line + "\n";
      }
    }
    std::string expected;
    PlainWriter().append(expected, best.strategy, best.stats);
    CHECK(row == expected);
  }
}

TEST_CASE("conditions leave rows out, but count them", "[search]") {
  const TinySearch& tiny = tiny_search();
  const double rate = tiny.search().best.at(0).stats.sample_rate / 2;
  RowStreamOptions options = plain_rows(2);
  options.where = {{&statistic("sample_rate"), {Condition::Comparison::kGreater, rate}}};
  const std::vector<Execution> executions = tiny.enumerate();
  const Streamed streamed = stream(tiny, options);
  CHECK((streamed.text ==
         rows_of(executions, [&](const Stats& stats) { return stats.sample_rate > rate; })));
  const auto rows = std::count(streamed.text.begin(), streamed.text.end(), '\n');
  CHECK(streamed.result.rows == rows);
  CHECK(tally_text(streamed.result.tally) == tally_text(tally_of(executions)));
  CHECK((0 < rows && rows < streamed.result.tally.good));
}

TEST_CASE("a stream that is stopped has written its first rows", "[search]") {
  const TinySearch& tiny = tiny_searches()[1];
  const Streamed whole = stream(tiny, plain_rows(2));
  for (const int threads : {1, 3}) {
    std::string text;
    std::atomic<bool> stop{false};
    RowStreamOptions options = plain_rows(threads);
    options.write = [&](std::string_view piece) {
      text += piece;
      stop = true;
    };
    CHECK(stream(tiny, options, stop).interrupted);
    CHECK((text.size() < whole.text.size() && whole.text.starts_with(text)));
    CHECK(text.ends_with('\n'));
  }
}

TEST_CASE("what writing throws ends all threads and comes out", "[search]") {
  for (const int threads : {1, 8}) {
    RowStreamOptions options = plain_rows(threads);
    int calls = 0;
    options.write = [&](std::string_view) {
      if (++calls == 3) {
        throw std::runtime_error("no space");
      }
    };
    std::atomic<bool> stop{false};
    CHECK_THROWS_WITH(stream(tiny_searches()[1], options, stop), "no space");
    CHECK(calls == 3);
  }
}

}  // namespace calculon::test
