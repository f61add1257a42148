#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>

#include "calculon/base/files.h"
#include "calculon/base/quantity_text.h"
#include "calculon/search/row_stream.h"
#include "cli/commands.h"
#include "cli/interrupt.h"
#include "cli/message.h"
#include "cli/model_argument.h"
#include "cli/options.h"
#include "cli/progress_bar.h"
#include "cli/search/calibrated_search.h"
#include "cli/search/empty_space.h"
#include "cli/search/methodology_options.h"
#include "cli/search/search_arguments.h"
#include "cli/search/search_inputs.h"
#include "cli/terminal.h"
#include "model/given_work.h"
#include "strategy/crossing_group.h"
#include "text/csv_report.h"
#include "text/search_report.h"

namespace calculon {
namespace {

constexpr std::array<std::string_view, 1> kRowExtensions = {".csv"};

struct AllOptions {
  SearchArguments search;
  std::string columns;
  bool flexible = false;
};

// The least of the groups in all rows that cross the border of a tier. Writers on many threads add
// to it, each for a piece of rows at a time.
class CrossingRows {
 public:
  void add(const CrossingGroup& crossing) {
    const std::lock_guard lock(mutex_);
    least_ = least_ ? std::min(*least_, crossing) : crossing;
  }
  const std::optional<CrossingGroup>& least() const { return least_; }

 private:
  std::mutex mutex_;
  std::optional<CrossingGroup> least_;
};

// Writes rows, and looks for such groups where a system lets them pass.
class WatchfulRowWriter : public CsvRowWriter {
 public:
  WatchfulRowWriter(const CsvColumns& columns, bool compress, const System& system,
                    CrossingRows& found)
      : CsvRowWriter(columns, compress), system_(system), found_(found) {}

  void append(std::string& text, const Strategy& strategy, const Stats& stats) override {
    if (const auto crossing = crossing_group(strategy, system_)) {
      least_ = least_ ? std::min(*least_, *crossing) : *crossing;
    }
    CsvRowWriter::append(text, strategy, stats);
  }
  std::string finish(std::string text) override {
    if (least_) {
      found_.add(*least_);
    }
    return CsvRowWriter::finish(std::move(text));
  }

 private:
  const System& system_;
  CrossingRows& found_;
  std::optional<CrossingGroup> least_;
};

// Counts the rows that are faster than the processors could be at their peak.
class CheckedRowWriter : public RowWriter {
 public:
  CheckedRowWriter(std::unique_ptr<RowWriter> rows, double fastest,
                   std::atomic<std::int64_t>& count)
      : rows_(std::move(rows)), fastest_(fastest), count_(count) {}

  void append(std::string& text, const Strategy& strategy, const Stats& stats) override {
    of_piece_ += stats.sample_rate > fastest_ ? 1 : 0;
    rows_->append(text, strategy, stats);
  }
  std::string finish(std::string text) override {
    count_ += std::exchange(of_piece_, 0);
    return rows_->finish(std::move(text));
  }

 private:
  std::unique_ptr<RowWriter> rows_;
  double fastest_;  // sequences a second
  std::int64_t of_piece_ = 0;
  std::atomic<std::int64_t>& count_;
};

// The largest possible sample rate, which all strategies of a space have in common; without any
// strategy, that of none.
double fastest_rate(const Transformer& transformer, const System& system,
                    const StrategySpace& space) {
  if (space.size() == 0) {
    return 0;
  }
  constexpr double kRounding = 1 + 1e-9;
  const NeededRate of_one = needed_rate(transformer, system, space.at(0), 1);
  return of_one.peak / of_one.needed * kRounding;
}

void tell_impossible(std::int64_t rows, Console& console) {
  if (rows > 0) {
    note(console, fmt::format("impossible: {} rows are of executions that would need more than the "
                              "processors' peak for the matrix products of the model as given; "
                              "--no-lost-work leaves out those that owe it to quirk M1",
                              grouped_digits(rows)));
  }
}

// What the search found and how fast it was.
void tell_counts(const SearchArguments& arguments, const RowStreamResult& result, double seconds,
                 const StrategySpace& space, Console& console) {
  console.log->info(counts_text(result.tally, seconds));
  if (!arguments.where.empty()) {
    console.log->info("Matching executions: {}", result.rows);
  }
  if (const std::string reasons = bad_reasons_text(result.tally, space); !reasons.empty()) {
    console.log->info("{}", for_reading(console, reasons.substr(0, reasons.size() - 1)));
  }
}

int finish_rows(const SearchArguments& arguments, const RowStreamResult& result, OutputFile& file,
                Console& console) {
  if (result.rows == 0 && !result.interrupted) {
    if (const int status = report_none_found(arguments, console); status != kExitSuccess) {
      return status;
    }
  }
  return finish_output(arguments, file, result.interrupted, "the rows", console);
}

int write_rows(const SearchArguments& arguments, const CsvColumns& columns, RowStreamOptions stream,
               const Transformer& transformer, const System& system, const StrategySpace& space,
               Console& console) {
  const InterruptGuard interrupt;  // before the file, which an interruption has to clean up
  OutputFile file(arguments.output);
  file.write(columns.header() + "\n");
  const bool compress = file.compresses();
  CrossingRows crossing;
  const bool watches = may_cross(system, arguments.num_procs);
  const double fastest = fastest_rate(transformer, system, space);
  std::atomic<std::int64_t> impossible = 0;
  stream.make_writer = [&]() -> std::unique_ptr<RowWriter> {
    std::unique_ptr<RowWriter> rows;
    if (watches) {
      rows = std::make_unique<WatchfulRowWriter>(columns, compress, system, crossing);
    } else {
      rows = std::make_unique<CsvRowWriter>(columns, compress);
    }
    if (!space.moe()) {
      return rows;  // no quirk of a dense model loses work
    }
    return std::make_unique<CheckedRowWriter>(std::move(rows), fastest, impossible);
  };
  stream.write = [&](std::string_view text) { file.write_packed(text); };
  RowStreamResult result;
  double seconds = 0;
  {
    ProgressBar progress(console, space.size());
    result = stream_rows(transformer, system, space, stream, interrupt.stop(),
                         [&](std::int64_t counted) { progress.show(counted); });
    seconds = progress.elapsed_seconds();
  }
  tell_counts(arguments, result, seconds, space, console);
  if (crossing.least()) {
    note(console, crossing_text(*crossing.least(), system));
  }
  tell_impossible(impossible, console);
  return finish_rows(arguments, result, file, console);
}

struct PublishedRows {
  CsvColumns columns;
  SpaceOptions space;
  std::vector<StatFilter> where;
};

PublishedRows published_rows(const AllOptions& options) {
  const SearchArguments& arguments = options.search;
  const SpaceOptions space = space_options(arguments);
  const Preset preset = space.preset();
  CsvColumns columns = options.columns.empty() ? CsvColumns::all(preset)
                                               : CsvColumns::parse(options.columns, preset);
  if (const auto inputs = table_inputs(arguments, enum_name(preset), !options.columns.empty())) {
    columns.add_inputs(*inputs);
  }
  return {std::move(columns), space, stat_filters(arguments)};
}

// The rows of a published space.
int run_published_rows(const SearchArguments& arguments, const PublishedRows& wanted,
                       const Transformer& transformer, const System& system, Console& console) {
  const SpaceOptions& narrowed = wanted.space;
  RowStreamOptions stream;
  stream.threads = num_threads(arguments);
  stream.where = wanted.where;
  const StrategySpace space(transformer, system, narrowed);
  tell_space(arguments, space, transformer, system, console);
  if (arguments.count_only) {
    Tally tally;
    tally.total = space.size();
    console.log->info(counts_text(tally, 0));
    return kExitSuccess;
  }
  tell_input_notes(transformer, system, narrowed, console);
  return write_rows(arguments, wanted.columns, std::move(stream), transformer, system, space,
                    console);
}

int run_all_executions(const AllOptions& options, Console& console) {
  const SearchArguments& arguments = options.search;
  check_search_arguments(arguments, kRowExtensions);
  const MethodologyOptions<PublishedRows> published([&] { return published_rows(options); });
  const MethodologyOptions<CalibratedRows> calibrated(
      [&] { return calibrated_rows(arguments, options.columns); });
  return answer_by_methodology(
      arguments, published, calibrated, console,
      [&](const PublishedRows& wanted, const Transformer& model, const System& system) {
        return run_published_rows(arguments, wanted, model, system, console);
      },
      [&](const CalibratedRows& wanted, const Transformer& model, const System& system) {
        return run_calibrated_rows(arguments, wanted, model, system, console);
      });
}

}  // namespace

Action setup_all_executions(CLI::App& app) {
  const auto options = std::make_shared<AllOptions>();
  add_search_arguments(app, options->search, ".csv, .csv.gz, or - for CSV on standard output");
  app.add_option("--columns", options->columns,
                 "only these settings and statistics, such as tensor_par,sample_rate")
      ->type_name(kColumnsValue)
      ->group(kWhatToKeep);
  const std::size_t dense_options = app.get_options().size();
  add_moe_arguments(app, options->search);  // quirk M32: the published command knows none
  app.add_flag("--flexible", options->flexible,
               "with --moe: the space of llm-optimal-execution-moe-flexible")
      ->group(kWhatToSearch);
  CLI::Option* experts = app.get_option("--moe");
  const std::vector<CLI::Option*> all_options = app.get_options();
  for (std::size_t i = dense_options; i < all_options.size(); ++i) {
    if (all_options[i] != experts) {
      all_options[i]->needs(experts);
    }
  }
  add_calibrated_arguments(app, options->search);
  return [options, experts](Console& console) {
    if (experts->count() > 0) {
      options->search.kind = options->flexible ? SpaceKind::kMoeFlexible : SpaceKind::kMoe;
    }
    find_inputs(options->search, console);
    return run_all_executions(*options, console);
  };
}

}  // namespace calculon
