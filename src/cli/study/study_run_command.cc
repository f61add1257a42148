#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>

#include "base/printable.h"
#include "calculon/base/quantity_text.h"
#include "cli/message.h"
#include "cli/options.h"
#include "cli/progress_bar.h"
#include "cli/study/study_options.h"
#include "cli/study/study_watch.h"
#include "study/results/result_log.h"
#include "study/results/study_run.h"
#include "study/table/study_table.h"

namespace calculon {
namespace {

struct RunCommandOptions {
  StudyArguments study;
  std::string folder;
  std::string shard = "0/1";
  std::string progress = "auto";
  bool extend = false;
  bool no_lock = false;
  bool require_feasible = false;
};

// A line a minute for logs.
class ProgressLog {
 public:
  ProgressLog(std::ostream& out, bool enabled) : out_(out), enabled_(enabled) {}

  void show(const StudyProgress& progress) {
    constexpr std::chrono::minutes kPeriod{1};
    const auto now = std::chrono::steady_clock::now();
    if (!enabled_ || now - last_ < kPeriod) {
      return;
    }
    last_ = now;
    out_ << fmt::format("study run: {} of {} points, {} of {} strategies\n", progress.points,
                        progress.all_points, grouped_digits(progress.strategies),
                        grouped_digits(progress.all_strategies))
         << std::flush;
  }

 private:
  std::ostream& out_;
  bool enabled_;
  std::chrono::steady_clock::time_point last_ = std::chrono::steady_clock::now();
};

LoadedStudy study_of(const RunCommandOptions& options, Console& console, const Watch& watch) {
  if (!options.study.file.empty()) {
    return load_study(options.study, console, watch);
  }
  if (!options.study.set.empty() || !options.study.only.empty() || options.study.quick) {
    throw InputError("--set, --only and --quick need the study's name, expected it before them");
  }
  return load_study_folder(options.folder, num_threads(options.study), watch);
}

// Everything is there: the table, the page and what the points amount to.
int finish(const RunCommandOptions& options, const LoadedStudy& loaded, const ResultIndex& index,
           StudyWatch& watch, Console& console) {
  const StudyTable::Counts outcome =
      write_results(options.folder, loaded, index, num_threads(options.study), watch, console);
  if (outcome.invalid > 0) {
    console.err << fmt::format("calculon: {} of {} points are invalid; the first: {}\n",
                               outcome.invalid, loaded.points.size(),
                               message_line(outcome.first_reason));
    return kExitNoAnswer;
  }
  if (options.require_feasible && outcome.infeasible > 0) {
    console.err << fmt::format("calculon: {} of {} points are infeasible, the table says why\n",
                               outcome.infeasible, loaded.points.size());
    return kExitNoAnswer;
  }
  return kExitSuccess;
}

// The strategies of a shard's points, whether they are done or not.
std::int64_t strategies_of(const LoadedStudy& loaded, const Shard& shard) {
  std::int64_t strategies = 0;
  const auto dealt = deal_points(loaded.points, shard.count);
  for (const std::size_t i : dealt[static_cast<std::size_t>(shard.index)]) {
    strategies += std::max<std::int64_t>(1, loaded.points[i].strategies);
  }
  return strategies;
}

// Computes what is missing of a shard and shows how far that is.
StudyRunResult compute_shard(const RunCommandOptions& options, const LoadedStudy& loaded,
                             const Shard& shard, StudyWatch& watch, Console& console) {
  write_study(options.folder, loaded, options.extend, watch.watch());
  watch.hide();
  tell_study_notes(loaded, console);
  StudyRunOptions run;
  run.folder = options.folder;
  run.shard = shard;
  run.threads = num_threads(options.study);
  run.lock = !options.no_lock;
  run.tell = [&](const std::string& line) { note(console, line); };
  const std::int64_t all_strategies = strategies_of(loaded, shard);
  ProgressBar bar(console, all_strategies, options.progress == "auto");
  ProgressLog log(console.err, options.progress == "log");
  return run_study(loaded, run, watch.stop(), [&](const StudyProgress& progress) {
    const std::int64_t before = all_strategies - progress.all_strategies;
    const std::string best =
        progress.best > 0 ? fmt::format("  best {:.4g}", progress.best) : std::string();
    bar.show(before + progress.strategies, before,
             fmt::format("{}/{} points{}", progress.points, progress.all_points, best));
    log.show(progress);
  });
}

void tell_result(const StudyRunResult& result, const Shard& shard, Console& console) {
  console.log->info("Points: {} in this {}, {} done before, {} computed now",
                    grouped_digits(result.points), shard.count > 1 ? "shard" : "study",
                    grouped_digits(result.done), grouped_digits(result.computed));
  if (result.computed > 0) {
    console.log->info(
        "Strategies: {} in {:.2f} s, {} a second", grouped_digits(result.strategies),
        result.seconds,
        grouped_digits(std::llround(static_cast<double>(result.strategies) / result.seconds)));
  }
}

int tell_interrupted(const RunCommandOptions& options, const Shard& shard, Console& console) {
  console.err << fmt::format("calculon: interrupted; go on with: {}\n",
                             resume_command(options.folder, shard));
  return kExitInterrupted;
}

int run_shard(const RunCommandOptions& options, const LoadedStudy& loaded, const Shard& shard,
              StudyWatch& watch, Console& console) {
  const StudyRunResult result = compute_shard(options, loaded, shard, watch, console);
  if (!result.busy.empty()) {
    console.err << fmt::format(
        "study run: results-{} of {} is being written by {}. Nothing was changed.\n", shard.name(),
        options.folder, result.busy);
    return kExitBusy;
  }
  tell_result(result, shard, console);
  if (result.interrupted) {
    return tell_interrupted(options, shard, console);
  }
  const ResultIndex index({options.folder}, watch.watch());
  const std::vector<std::size_t> missing = missing_points(loaded, index);
  if (!missing.empty()) {
    console.log->info("{} points of other shards are missing", grouped_digits(missing.size()));
    return kExitSuccess;
  }
  return finish(options, loaded, index, watch, console);
}

int run_run(const RunCommandOptions& options, Console& console) {
  const Shard shard = parse_shard(options.shard);
  StudyWatch watch(console, options.progress == "auto");
  const LoadedStudy loaded = study_of(options, console, watch.watch());
  try {
    return run_shard(options, loaded, shard, watch, console);
  } catch (const Interrupted&) {
    watch.hide();
    return tell_interrupted(options, shard, console);
  }
}

}  // namespace

Action setup_study_run(CLI::App& app) {
  const auto options = std::make_shared<RunCommandOptions>();
  add_study_arguments(app, options->study, false);
  app.add_option("-o,--output", options->folder, "folder of results; made if it is not there")
      ->type_name(kFolderValue)
      ->required();
  app.add_option(
         "--shard", options->shard,
         "compute part I of N of the points, I from 0; or slurm: as the task of a job array")
      ->type_name("I/N|slurm");
  app.add_option("--progress", options->progress, "auto: on a terminal; log: a line a minute; none")
      ->check(CLI::IsMember({"auto", "log", "none"}))
      ->capture_default_str();
  app.add_flag("--extend", options->extend,
               "make this the folder's study, though it lacks points of the one before");
  app.add_flag("--no-lock", options->no_lock,
               "for file systems without locks: nothing else may write this shard");
  app.add_flag("--require-feasible", options->require_feasible,
               "fail (status 1) if a point is infeasible");
  return [options](Console& console) { return run_run(*options, console); };
}

}  // namespace calculon
