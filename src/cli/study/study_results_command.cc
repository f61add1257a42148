// The verbs of `calculon study` that read results.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <map>
#include <set>

#include "calculon/base/files.h"
#include "calculon/base/quantity_text.h"
#include "cli/options.h"
#include "cli/study/study_options.h"
#include "study/results/result_log.h"
#include "study/results/study_lock.h"
#include "study/table/study_page.h"
#include "study/table/study_table.h"
#include "study/table/table_file.h"

namespace calculon {
namespace {

constexpr std::array<std::string_view, 2> kTableExtensions = {".csv", ".json"};

// How many shards a folder's runs were split into: as the latest files say, or 1.
int shards_of(const std::string& folder) {
  const std::vector<Shard> shards = shards_in(folder);
  return shards.empty() ? 1 : shards.back().count;
}

int run_status(const std::string& folder, Console& console) {
  const LoadedStudy loaded = load_study_folder(folder, 1);
  const ResultIndex index({folder});
  const std::vector<std::size_t> missing = missing_points(loaded, index);
  const std::size_t distinct = num_distinct(loaded.points);
  console.out << fmt::format("{}: {}\n", loaded.name, loaded.study->title());
  console.out << fmt::format("Points: {}, {} different; {} finished, {} missing\n",
                             grouped_digits(loaded.points.size()), grouped_digits(distinct),
                             grouped_digits(distinct - missing.size()),
                             grouped_digits(missing.size()));
  for (const std::string& line : index.torn()) {
    console.out << line << "\n";
  }
  const std::vector<Shard> shards = shards_in(folder);
  std::map<int, std::vector<std::vector<std::size_t>>> dealt;
  for (const Shard& shard : shards) {
    if (!dealt.contains(shard.count)) {
      dealt[shard.count] = deal_points(loaded.points, shard.count);
    }
    const auto& own = dealt[shard.count][static_cast<std::size_t>(shard.index)];
    const auto done = std::count_if(own.begin(), own.end(),
                                    [&](std::size_t i) { return index.has(loaded.points[i].id); });
    const std::string holder = holder_of_lock(lock_path(folder, shard));
    console.out << fmt::format("Shard {}: {} of {} points, {}\n", shard.name(), done, own.size(),
                               holder.empty() ? "not running" : "being written by " + holder);
  }
  console.out << missing_text(folder, loaded, missing, shards_of(folder));
  return kExitSuccess;
}

struct MergeOptions {
  std::vector<std::string> folders;
  std::string output;
};

void tell_torn(const ResultIndex& index, Console& console) {
  for (const std::string& line : index.torn()) {
    console.err << "calculon: " << line << "\n";
  }
}

// Throws InputError if results disagree.
void require_agreement(const ResultIndex& index) {
  if (const auto& conflict = index.conflict()) {
    throw InputError(fmt::format("{} and {} differ about one point: {} | {}", conflict->first,
                                 conflict->second, conflict->first_line, conflict->second_line));
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
  const LoadedStudy loaded = load_study_folder(options.folders.front(), 1);
  const ResultIndex index(options.folders);
  tell_torn(index, console);
  require_agreement(index);
  if (tell_missing(options.folders.front(), loaded, index, console)) {
    return kExitNoAnswer;
  }
  write_table(StudyTable(loaded, index), options.output);
  if (options.output != kStandardStream) {
    console.log->info("Output: {}", options.output);
  }
  return kExitSuccess;
}

struct ReportOptions {
  std::string folder;
  std::string output;
};

void write_page(const std::string& html, const std::string& path) {
  OutputFile file(path);
  file.write(html);
  file.commit();
}

int run_report(const ReportOptions& options, Console& console) {
  const LoadedStudy loaded = load_study_folder(options.folder, 1);
  const ResultIndex index({options.folder});
  tell_torn(index, console);
  require_agreement(index);
  if (tell_missing(options.folder, loaded, index, console)) {
    return kExitNoAnswer;
  }
  const std::string path = options.output.empty()
                               ? (std::filesystem::path(options.folder) / "report.html").string()
                               : options.output;
  write_page(study_page(loaded, StudyTable(loaded, index)), path);
  if (path != kStandardStream) {
    console.log->info("Output: {}", path);
  }
  return kExitSuccess;
}

// A row in a line.
std::string row_line(const LoadedStudy& loaded, const Table& rows, std::size_t row) {
  std::string line;
  for (const std::string& axis : loaded.study->column_names()) {
    const Cell& label = rows.value(row, axis);
    if (!label.is_missing()) {
      line += fmt::format("{}{} {}", line.empty() ? "" : ", ", axis, plain_text(label));
    }
  }
  line = line.empty() ? "base" : line;
  const Cell& feasible = rows.value(row, "feasible");
  if (feasible.is_number() && loaded.study->searches()) {
    line += fmt::format(": {} feasible of {}", grouped_digits(feasible.whole()),
                        grouped_digits(rows.value(row, "enumerated").whole()));
  }
  if (!rows.ok(row)) {
    return line + fmt::format("; {}: {}", plain_text(rows.value(row, "status")),
                              plain_text(rows.value(row, "reason")));
  }
  return line + fmt::format("; {} samples/s, {:.2f} s, {}",
                            plain_text(rows.value(row, "sample_rate")),
                            *rows.number(row, "total_time"),
                            bytes_text(*rows.number(row, "proc_mem_tier1_cap_req"), 2));
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
                                 const ResultIndex& index, Console& console) {
  namespace fs = std::filesystem;
  require_agreement(index);
  constexpr std::size_t kMostShown = 40;  // few points are shown as they are, many as a count
  const StudyTable table(loaded, index);
  const std::string path = (fs::path(folder) / "table.csv").string();
  const std::string page_path = (fs::path(folder) / "report.html").string();
  TableFile file(path, table.columns());
  StudyPage page(loaded, table);
  table.for_each_row([&](const Table& rows, std::size_t row) {
    if (loaded.points.size() <= kMostShown) {
      console.log->info("{}", row_line(loaded, rows, row));
    }
    file.add(rows, row);
    page.add(rows, row);
  });
  file.finish();
  write_page(page.html(), page_path);
  const auto& counts = table.counts();
  console.log->info("Points: {} ok, {} infeasible, {} invalid", grouped_digits(counts.ok),
                    grouped_digits(counts.infeasible), grouped_digits(counts.invalid));
  console.log->info("Table: {}", path);
  console.log->info("Report: {}", page_path);
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
  return [options](Console& console) { return run_merge(*options, console); };
}

Action setup_study_report(CLI::App& app) {
  const auto options = std::make_shared<ReportOptions>();
  app.add_option("folder", options->folder, "folder of results")
      ->type_name(kFolderValue)
      ->required();
  app.add_option("-o,--output", options->output,
                 "the page, or - for standard output (default: report.html in the folder)")
      ->type_name(kFileValue);
  return [options](Console& console) { return run_report(*options, console); };
}

}  // namespace calculon
