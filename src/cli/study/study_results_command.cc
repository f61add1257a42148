// The verbs of `calculon study` that read results.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <optional>
#include <set>
#include <string>

#include "calculon/base/files.h"
#include "calculon/base/quantity_text.h"
#include "cli/message.h"
#include "cli/options.h"
#include "cli/study/shown_rows.h"
#include "cli/study/study_options.h"
#include "cli/terminal.h"
#include "study/points/folder_file.h"
#include "study/results/result_index.h"
#include "study/results/study_lock.h"
#include "study/table/study_page.h"
#include "study/table/study_table.h"
#include "study/table/table_file.h"
#include "text/result_inputs.h"

namespace calculon {
namespace {

constexpr std::array<std::string_view, 2> kTableExtensions = {".csv", ".json"};
constexpr std::array<std::string_view, 1> kPageExtensions = {".html"};

// How many shards a folder's runs were split into: as the latest files say, or 1.
int shards_of(const std::string& folder) {
  const std::vector<Shard> shards = shards_in(folder).shards;
  return shards.empty() ? 1 : shards.back().count;
}

// A line for each shard that has left files: how far it is, and whether it runs.
void print_shards(const std::string& folder, const LoadedStudy& loaded, const ResultIndex& index,
                  Console& console) {
  const FolderShards found = shards_in(folder);
  int count = 0;
  std::vector<std::vector<std::size_t>> dealt;
  for (const Shard& shard : found.shards) {
    if (shard.count != count) {
      count = shard.count;
      dealt = deal_points(loaded.points, count);
    }
    const auto& own = dealt[static_cast<std::size_t>(shard.index)];
    const auto done = std::count_if(own.begin(), own.end(),
                                    [&](std::size_t i) { return index.has(loaded.points[i].id); });
    const std::string holder = holder_of_lock(lock_path(folder, shard));
    console.out << for_reading(
        console,
        fmt::format("Shard {}: {} of {} points, {}\n", shard.name(), done, own.size(),
                    holder.empty() ? "not running" : "being written by " + printable(holder)));
  }
  for (const std::string& name : found.strays) {
    console.out << fmt::format("{} is ignored: there can be no such shard\n", printable(name));
  }
}

int run_status(const std::string& folder, Console& console) {
  StudyWatch watch(console);
  const LoadedStudy loaded = load_study_folder(folder, threads_or_all(0), watch.watch());
  const ResultIndex index({folder}, watch.watch());
  watch.hide();
  const std::vector<std::size_t> missing = missing_points(loaded, index);
  const std::size_t distinct = num_distinct(loaded.points);
  console.out << for_reading(
      console, fmt::format("{}: {}\n", printable(loaded.name), printable(loaded.study->title())));
  console.out << for_reading(
      console,
      fmt::format("Points: {}, {} different; {} finished, {} missing\n",
                  grouped_digits(loaded.points.size()), grouped_digits(distinct),
                  grouped_digits(distinct - missing.size()), grouped_digits(missing.size())));
  for (const auto* lines : {&index.damage(), &index.notes()}) {
    for (const std::string& line : *lines) {
      console.out << for_reading(console, printable(line) + "\n");
    }
  }
  if (index.damaged() > 0) {
    console.out << fmt::format("Damaged lines: {}, which a run computes again\n",
                               grouped_digits(index.damaged()));
  }
  print_shards(folder, loaded, index, console);
  console.out << missing_text(folder, loaded, missing, shards_of(folder));
  return kExitSuccess;
}

// The places in which two records differ first, each with a few words around it. Checksums differ
// anyway, and so may axes.
std::pair<std::string, std::string> difference(std::string_view first, std::string_view second) {
  constexpr std::string_view kStatus = R"(,"status":)";
  constexpr std::size_t kBefore = 30;
  constexpr std::size_t kShown = 80;
  first.remove_prefix(std::min(first.find(kStatus), first.size()));
  second.remove_prefix(std::min(second.find(kStatus), second.size()));
  const auto at = static_cast<std::size_t>(
      std::mismatch(first.begin(), first.end(), second.begin(), second.end()).first -
      first.begin());
  const auto around = [&](std::string_view text) {
    return fmt::format("...{}...", text.substr(at > kBefore ? at - kBefore : 0, kShown));
  };
  return {around(first), around(second)};
}

// Throws InputError if results disagree.
void require_agreement(const ResultIndex& index) {
  const auto& conflict = index.conflict();
  if (!conflict) {
    return;
  }
  const auto [first, second] = difference(conflict->first_line, conflict->second_line);
  throw InputError(fmt::format("{} and {} differ about one point: {} | {}", conflict->first,
                               conflict->second, first, second));
}

struct MergeOptions {
  std::vector<std::string> folders;
  std::string output;
  bool skip_damaged = false;
};

void tell_notes(const ResultIndex& index, Console& console) {
  for (const std::string& line : index.notes()) {
    note(console, line);
  }
}

void tell_table_notes(const StudyTable& table, Console& console) {
  for (const std::string& line : table.notes().lines()) {
    note(console, line);
  }
}

// The run that computes the damaged lines of a file again.
std::string mending_command(const std::string& path) {
  const std::string folder = std::filesystem::path(path).parent_path().string();
  return resume_command(folder, shard_of_file(path).value_or(Shard{}));
}

// Throws InputError if lines are damaged, unless they are to be skipped, and if results disagree.
void require_sound(const ResultIndex& index, bool skip_damaged, Console& console) {
  if (index.damaged() > 0 && !skip_damaged) {
    const std::size_t more = index.damaged() - 1;
    throw InputError(fmt::format("{}{}; `{}` computes it again, --skip-damaged goes on without",
                                 index.damage().front(),
                                 more > 0 ? fmt::format(", and {} more lines", more) : "",
                                 mending_command(index.damaged_files().front())));
  }
  require_agreement(index);
  if (index.damaged() > 0) {
    for (const std::string& line : index.damage()) {
      note(console, line);
    }
    note(console, fmt::format("{} damaged line{} left out", index.damaged(),
                              index.damaged() == 1 ? " is" : "s are"));
  }
}

// Tells what is missing; whether anything is.
bool tell_missing(const std::string& folder, const LoadedStudy& loaded, const ResultIndex& index,
                  Console& console) {
  const std::vector<std::size_t> missing = missing_points(loaded, index);
  if (missing.empty()) {
    return false;
  }
  console.err << fmt::format("calculon: {} of {} points are missing\n", missing.size(),
                             num_distinct(loaded.points))
              << missing_text(folder, loaded, missing, shards_of(folder));
  return true;
}

int run_merge(const MergeOptions& options, Console& console) {
  require_extension(options.output, kTableExtensions);
  const std::string own = options.folders.size() == 1 ? table_path(options.folders.front()) : "";
  for (const std::string& folder : options.folders) {
    require_no_file_of_run(options.output, folder, own);
  }
  StudyWatch watch(console);
  const LoadedStudy loaded =
      load_study_folder(options.folders.front(), threads_or_all(0), watch.watch());
  const ResultIndex index(options.folders, watch.watch());
  require_sound(index, options.skip_damaged, console);
  if (tell_missing(options.folders.front(), loaded, index, console)) {
    tell_notes(index, console);
    return kExitNoAnswer;
  }
  const StudyTable table(loaded, index, watch.watch(), threads_or_all(0));
  write_table(table, options.output);
  watch.hide();
  tell_study_notes(loaded, console);
  tell_notes(index, console);
  tell_table_notes(table, console);
  if (options.output != kStandardStream) {
    console.log->info("Output: {}", printable(options.output));
  }
  return kExitSuccess;
}

struct ReportOptions {
  std::string folder;
  std::string output;
  std::string scatter;
  bool skip_damaged = false;
};

void write_page(const std::string& html, const std::string& path) {
  OutputFile file(path);
  file.write(html);
  file.commit();
}

int run_report(const ReportOptions& options, Console& console) {
  const std::string own = report_path(options.folder);
  const std::string path = options.output.empty() ? own : options.output;
  require_extension(path, kPageExtensions);
  require_no_file_of_run(path, options.folder, own);
  StudyWatch watch(console);
  const LoadedStudy loaded = load_study_folder(options.folder, threads_or_all(0), watch.watch());
  const ResultIndex index({options.folder}, watch.watch());
  require_sound(index, options.skip_damaged, console);
  if (tell_missing(options.folder, loaded, index, console)) {
    tell_notes(index, console);
    return kExitNoAnswer;
  }
  if (options.output.empty()) {
    require_regular_or_absent(own);
  }
  const StudyTable table(loaded, index, watch.watch(), threads_or_all(0));
  const std::string page =
      study_page(loaded, table, modification_date({study_path(options.folder)}), options.scatter);
  watch.watch().check();
  write_page(page, path);
  watch.hide();
  tell_study_notes(loaded, console);
  tell_notes(index, console);
  tell_table_notes(table, console);
  if (path != kStandardStream) {
    console.log->info("Output: {}", printable(path));
  }
  return kExitSuccess;
}

}  // namespace

std::string missing_text(const std::string& folder, const LoadedStudy& loaded,
                         const std::vector<std::size_t>& missing, int shards) {
  if (missing.empty()) {
    return "";
  }
  std::set<Hash128> ids;
  for (const std::size_t i : missing) {
    ids.insert(loaded.points[i].id);
  }
  const auto dealt = deal_points(loaded.points, shards);
  std::string text;
  for (std::size_t s = 0; s < dealt.size(); ++s) {
    const auto count = std::count_if(dealt[s].begin(), dealt[s].end(), [&](std::size_t i) {
      return ids.contains(loaded.points[i].id);
    });
    if (count > 0) {
      text += fmt::format("  {:>8} missing: {}\n", count,
                          resume_command(folder, {static_cast<int>(s), shards}));
    }
  }
  return text;
}

StudyTable::Counts write_results(const std::string& folder, const LoadedStudy& loaded,
                                 const ResultIndex& index, int threads, StudyWatch& watch,
                                 Console& console) {
  require_agreement(index);
  const std::string path = table_path(folder);
  const std::string page_path = report_path(folder);
  require_regular_or_absent(path);
  require_regular_or_absent(page_path);
  const StudyTable table(loaded, index, watch.watch(), threads);
  TableFile file(path, table.columns());
  StudyPage page(loaded, table, modification_date({study_path(folder)}));
  ShownRows shown(loaded, console);
  table.for_each_row([&](const Table& rows, std::size_t row) {
    shown.add(rows, row);
    file.add(rows, row);
    page.add(rows, row);
  });
  const DrawnPage drawn = page.draw();
  watch.watch().check();
  watch.hide();
  file.finish();
  write_page(drawn.html, page_path);
  shown.tell_others();
  const auto& counts = table.counts();
  tell_table_notes(table, console);
  console.log->info("Points: {} ok, {} infeasible, {} invalid", grouped_digits(counts.ok),
                    grouped_digits(counts.infeasible), grouped_digits(counts.invalid));
  if (shown.are_few()) {
    for (const std::string& finding : drawn.findings) {
      console.log->info("{}", for_reading(console, printable(finding)));
    }
  }
  console.log->info("Table: {}", printable(path));
  console.log->info("Report: {}", printable(page_path));
  return counts;
}

Action setup_study_status(CLI::App& app) {
  const auto folder = std::make_shared<std::string>();
  app.add_option("folder", *folder, "folder of results")->type_name(kFolderValue)->required();
  return [folder](Console& console) { return run_status(*folder, console); };
}

Action setup_study_merge(CLI::App& app) {
  const auto options = std::make_shared<MergeOptions>();
  app.add_option("folders", options->folders, "folders of results; the study is that of the first")
      ->type_name(kFolderValue)
      ->required();
  app.add_option("-o,--output", options->output,
                 "the table: .csv, .json, either with .gz, or - for CSV on standard output")
      ->type_name(kFileValue)
      ->required();
  app.add_flag("--skip-damaged", options->skip_damaged,
               "leave damaged lines of results out, and tell how many, instead of refusing them");
  return [options](Console& console) { return run_merge(*options, console); };
}

Action setup_study_report(CLI::App& app) {
  const auto options = std::make_shared<ReportOptions>();
  app.add_option("folder", options->folder, "folder of results")
      ->type_name(kFolderValue)
      ->required();
  app.add_option("-o,--output", options->output,
                 "the page: .html or .html.gz, or - for standard output (default: report.html in "
                 "the folder)")
      ->type_name(kFileValue);
  add_scatter_option(app, options->scatter);
  app.add_flag("--skip-damaged", options->skip_damaged,
               "leave damaged lines of results out, and tell how many, instead of refusing them");
  return [options](Console& console) { return run_report(*options, console); };
}

}  // namespace calculon
