#include "page/result_file.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <optional>
#include <set>
#include <span>

#include "base/gzip_input.h"
#include "base/json_reader.h"
#include "base/text.h"
#include "calculon/base/enum_names.h"
#include "calculon/base/quantity_text.h"
#include "calibrated/search/calibrated_statistic.h"
#include "page/calibrated_columns.h"
#include "page/extent.h"
#include "page/json_result_reader.h"
#include "page/plan_page.h"
#include "page/row_groups.h"
#include "page/split_label.h"
#include "page/table_reader.h"
#include "text/input_columns.h"

namespace calculon {
namespace {

enum class ResultKind { kStatistics, kBest, kAll, kPlan };

}  // namespace

template <>
struct EnumNames<ResultKind> {
  static constexpr std::array<std::string_view, 4> kNames = {
      "the statistics of one execution", "the best executions", "all executions",
      "plans for a mixed cluster"};
};

namespace {

struct ResultFile {
  ResultKind kind;
  Table rows;
  Table stages;                       // of the pipeline, of the statistics of one execution
  std::optional<Distribution> rates;  // of all rows of the file
  std::string left_out;               // what of the file is not in `rows`, as a sentence, or ""
  PageInputs inputs;
  std::size_t count = 0;  // of the rows of the file
  Json plan = nullptr;    // the whole file, if it has plans
};

// All of a file of plans, which is no longer than people wait for.
ResultFile read_plan(GzipInput& input) {
  constexpr std::size_t kLongest = std::size_t{64} << 20;
  std::string text;
  std::vector<char> chunk(std::size_t{1} << 16);
  while (const std::size_t count = input.read(chunk)) {
    text.append(chunk.data(), count);
    if (text.size() > kLongest) {
      throw InputError(fmt::format("{}: is longer than {} MiB, expected fewer plans (--top)",
                                   input.name(), kLongest >> 20));
    }
  }
  ResultFile result = {ResultKind::kPlan, {}, {}, {}, "", {}, 0, nullptr};
  result.plan = parse_json(input.name(), text);
  return result;
}

// `label` is how the page calls the file.
ResultFile read_json(GzipInput& input, const std::string& label, std::size_t most) {
  JsonResult result = read_json_result(input, most);
  PageInputs inputs = page_inputs_of(result.inputs);
  if (!result.ranked) {
    return {ResultKind::kStatistics, std::move(result.rows), std::move(result.stages), {}, "",
            std::move(inputs)};
  }
  std::string left_out = result.selection.left_out(label, result.rows.size());
  return {ResultKind::kBest,        std::move(result.rows), {},
          result.selection.rates(), std::move(left_out),    std::move(inputs),
          result.selection.count()};
}

ResultFile read_table(LineReader& lines, const std::string& label, std::size_t most) {
  constexpr std::size_t kMostEmptyLines = 10'000;
  std::string_view line;
  lines.next(line);
  TableReader table(lines.name(), line, most);
  std::size_t empty_lines = 0;
  while (lines.next(line)) {
    if (!line.empty()) {
      table.add(line);
      empty_lines = 0;
    } else if (++empty_lines > kMostEmptyLines) {
      throw InputError(fmt::format("{}: has more than {} empty lines in a row behind row {}",
                                   lines.name(), kMostEmptyLines, table.selection().count()));
    }
  }
  if (table.selection().count() == 0) {
    throw InputError(fmt::format("{}: has no rows", lines.name()));
  }
  ResultFile result = {table.ranked() ? ResultKind::kBest : ResultKind::kAll,
                       table.finish(),
                       {},
                       table.selection().rates(),
                       "",
                       {},
                       table.selection().count()};
  result.left_out = table.selection().left_out(label, result.rows.size());
  return result;
}

ResultFile read_result(const std::string& path, const std::string& label, std::size_t most) {
  LineReader lines(path);
  const std::string_view start = lines.input().peek();
  if (start.empty()) {
    throw InputError(fmt::format("{}: is empty", lines.name()));
  }
  if (is_plan_result(start)) {
    return read_plan(lines.input());
  }
  ResultFile result = start.starts_with('{') ? read_json(lines.input(), label, most)
                                             : read_table(lines, label, most);
  complete_inputs(result.rows, result.inputs);
  result.inputs.of = label;
  return result;
}

// Names without their folders, unless that makes two the same.
std::vector<std::string> labels_of(const std::vector<std::string>& paths) {
  std::vector<std::string> labels;
  for (const std::string& path : paths) {
    labels.push_back(path == "-" ? "standard input" : path.substr(path.rfind('/') + 1));
  }
  return std::set<std::string>(labels.begin(), labels.end()).size() == labels.size() ? labels
                                                                                     : paths;
}

// Whether rows differ in a column.
bool varies(const Table& table, std::string_view column) {
  DistinctValues values;
  for (std::size_t row = 0; row < table.size(); ++row) {
    values.add(table.value(row, column));
  }
  return values.values().size() > 1;
}

// How far a column of the best goes.
Extent extent_of_best(const Table& table, std::string_view column) {
  Extent extent;
  for (std::size_t row = 0; row < table.size(); ++row) {
    const auto value = table.number(row, column);
    if (value && table.number(row, "rank").value_or(0) < RowSelection::kBest) {
      extent.add(*value);
    }
  }
  return extent;
}

// Adds the rows of one file to those of all, with its name in the column `file`. The first one
// tells the distribution of all rates of the file where `with_rates` is set.
void append(const ResultFile& from, const std::string& file, bool with_rates, Table& rows) {
  rows.add_columns({"file"});
  std::vector<std::string> columns = from.rows.all_columns();
  std::erase_if(columns, [&](const std::string& column) {  // the page says it of the whole file
    return is_input_column(column) && !varies(from.rows, column);
  });
  const std::vector<std::string> splits = split_labels(from.rows);
  for (std::size_t row = 0; row < from.rows.size(); ++row) {
    rows.add_copy(from.rows, row, columns);
    rows.set("file", file);
    if (from.kind != ResultKind::kStatistics && !splits[row].empty()) {
      rows.set(kSplit, splits[row]);
    }
    if (row == 0 && with_rates && from.rates) {
      rows.set_summary(*from.rates);
    }
  }
  const std::vector<std::string> stage_columns = from.stages.all_columns();
  for (std::size_t row = 0; row < from.stages.size(); ++row) {
    rows.add_copy(from.stages, row, stage_columns);
    rows.set("file", file);
  }
}

// How many ranked rows of each file are kept as they are, so that a page can bear all.
std::size_t most_rows_of_each(std::size_t num_files) {
  constexpr std::size_t kLeast = 100;
  return std::max(kMostRows / num_files, kLeast);
}

// What one wants to know first of a prediction of the calibrated methodology; "" of others.
std::string prediction_text(const Table& table, const std::string& file) {
  const auto number = [&](const std::string& column) { return table.number(0, column); };
  const auto low = number("memory.device_low");
  const auto high = number("memory.device_high");
  const auto capacity = number(kCapacity);
  const auto time = number("total_time");
  if (!low || !high || !capacity || !time) {
    return "";
  }
  const auto typical = number("uncertainty.median_percent");
  return fmt::format("{}: a step takes {:.4g} s{}; the fullest stage needs {} to {} of {}: {}.",
                     file, *time, typical ? fmt::format(" ± {:.3g} %", *typical) : "",
                     bytes_text(*low), bytes_text(*high), bytes_text(*capacity),
                     plain_text(table.value(0, kVerdictName)));
}

// Of statistics of single executions; those of the calibrated methodology have their stages in rows
// of their own.
Json plots_of_statistics(const Table& table, bool several) {
  Json plots = Json::array();
  const Json whole = {{"stage", nullptr}};
  const bool calibrated = table.has(kTimePrefix + "products");
  if (several || !calibrated) {
    plots.push_back({{"type", "time_stack"}, {"x", "file"}, {"where", whole}});
  }
  if (calibrated) {
    plots.push_back({{"type", "waterfall"}, {"where", whole}});
  }
  if (table.has("weight_space") || !calibrated) {
    plots.push_back({{"type", "memory_stack"}, {"x", "file"}, {"where", whole}});
  }
  if (table.has(kStagePeak)) {
    plots.push_back({{"type", "memory_stack"},
                     {"title", "Memory by pipeline stage"},
                     {"x", "stage"},
                     {"where", {{"total_time", nullptr}}}});
  }
  for (Json& plot : plots) {
    if (several && plot.value("x", "stage") == "stage") {
      plot["panel"] = "file";
    }
  }
  return plots;
}

// The best executions by what they give and what they need, or by the statistics of a front. They
// are the end of a distribution, so that none is drawn.
Json scatters_of(const Table& table, const std::string& pareto, bool several) {
  std::vector<std::string_view> against(kMemoryColumns.begin(), kMemoryColumns.end());
  std::string_view measure = "sample_rate";
  if (const auto statistics = split(pareto, ','); statistics.size() > 1) {
    measure = trimmed(statistics.front(), " ");
    against.clear();
    for (const std::string_view statistic : std::span(statistics).subspan(1)) {
      against.push_back(trimmed(statistic, " "));
    }
  }
  Json plots = Json::array();
  for (const std::string_view column : against) {
    if (table.size() > 1 && table.has(column) && table.has(measure)) {
      plots.push_back({{"type", "scatter"}, {"x", column}, {"y", measure}, {"front", true}});
      if (several) {
        plots.back()["series"] = "file";
      }
    }
  }
  return plots;
}

Json plots_of(ResultKind kind, const Table& table, const std::string& pareto, bool several) {
  Json plots = Json::array();
  const auto add = [&](Json plot) {
    if (several) {
      plot["panel"] = "file";
    }
    plots.push_back(std::move(plot));
  };
  Json ranks = Json::array();
  for (std::size_t i = 0; i < RowSelection::kBest; ++i) {
    ranks.push_back(i);
  }
  if (kind == ResultKind::kStatistics) {
    return plots_of_statistics(table, several);
  }
  const Json where = {{"rank", ranks}};
  if (varies(table, "tensor_par") || varies(table, "pipeline_par")) {
    add({{"type", "heatmap"},
         {"x", "pipeline_par"},
         {"y", "tensor_par"},
         {"title", "The best sample rate of each split"}});
  }
  const std::string name(table.has(kSplit) ? kSplit : "rank");
  if (table.has("fw_time") || table.has(kTimePrefix + "products")) {
    add({{"type", "time_stack"}, {"x", name}, {"where", where}});
    if (extent_of_best(table, "total_time").is_narrow()) {
      add({{"type", "time_stack"},
           {"title", "What sets the best apart"},
           {"x", name},
           {"from", "difference"},
           {"where", where}});
    }
  }
  if (table.has("weight_space")) {
    add({{"type", "memory_stack"}, {"x", name}, {"where", where}});
  }
  if (table.has("memory.peak")) {
    add({{"type", "bars"},
         {"title", "Memory of the fullest processor"},
         {"x", name},
         {"y", "memory.peak"},
         {"where", where}});
  }
  if (kind == ResultKind::kAll) {
    add({{"type", "histogram"}});
    add({{"type", "cdf"}});
    return plots;
  }
  for (Json& plot : scatters_of(table, pareto, several)) {
    plots.push_back(std::move(plot));
  }
  return plots;
}

}  // namespace

PageContent result_page(const std::vector<std::string>& paths) {
  const std::vector<std::string> labels = labels_of(paths);
  std::vector<ResultFile> files;
  for (std::size_t i = 0; i < paths.size(); ++i) {
    files.push_back(read_result(paths[i], labels[i], most_rows_of_each(paths.size())));
    const ResultKind kind = files.front().kind;
    if (files.back().kind != kind) {
      throw InputError(fmt::format("{} holds {}, but {} holds {}; expected files of one kind",
                                   paths[i], enum_name(files.back().kind), paths[0],
                                   enum_name(kind)));
    }
  }
  const ResultKind kind = files.front().kind;
  if (kind == ResultKind::kPlan) {
    std::vector<PlanResult> plans;
    for (std::size_t i = 0; i < files.size(); ++i) {
      plans.push_back({labels[i], std::move(files[i].plan)});
    }
    return plan_page(plans);
  }
  PageContent content;
  content.axes = {"file"};
  const bool with_rates = std::any_of(files.begin(), files.end(), [](const ResultFile& file) {
    return file.kind == ResultKind::kAll || !file.left_out.empty();
  });
  for (std::size_t i = 0; i < files.size(); ++i) {
    if (kind == ResultKind::kStatistics) {
      const std::string text = prediction_text(files[i].rows, labels[i]);
      content.notes += (content.notes.empty() || text.empty() ? "" : " ") + text;
    }
    append(files[i], labels[i], with_rates, content.rows);
    content.sources.push_back(files[i].inputs);
    content.total_rows += files[i].count + files[i].stages.size();
    if (!files[i].left_out.empty()) {
      content.left_out.push_back(files[i].left_out);
    }
    files[i].rows = {};
  }
  if (content.rows.has("stage")) {
    content.axes.emplace_back("stage");
  }
  content.title = fmt::format("{}", fmt::join(labels, ", "));
  if (const std::string inputs = common_inputs(content.sources); !inputs.empty()) {
    content.title += ": " + inputs;
  }
  content.plots = plots_of(kind, content.rows, content.sources.front().pareto, paths.size() > 1);
  return content;
}

}  // namespace calculon
