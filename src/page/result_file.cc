#include "page/result_file.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <optional>
#include <set>

#include "base/gzip_input.h"
#include "calculon/base/enum_names.h"
#include "page/row_groups.h"
#include "page/table_reader.h"
#include "text/table_json.h"

namespace calculon {
namespace {

enum class ResultKind { kStatistics, kBest, kAll };

}  // namespace

template <>
struct EnumNames<ResultKind> {
  static constexpr std::array<std::string_view, 3> kNames = {
      "the statistics of one execution", "the best executions", "all executions"};
};

namespace {

struct ResultFile {
  ResultKind kind;
  Table rows;
};

// Sets the members that a table can show: numbers, words, flags.
void set_members(const Json& json, Table& rows) {
  for (const auto& item : json.items()) {
    if (item.value().is_primitive()) {
      rows.set(item.key(), cell_of(item.value()));
    }
  }
}

bool is_statistics(const Json& json) {
  return json.is_object() && json.contains("total_time") && json.contains("sample_rate");
}

// {"0": {"execution": {...}, "stats": {...}}, ...}
bool is_ranked(const Json& json) {
  return json.is_object() && !json.empty() &&
         std::all_of(json.begin(), json.end(), [](const Json& item) {
           return item.is_object() && item.contains("execution") && item["execution"].is_object() &&
                  item.contains("stats") && is_statistics(item["stats"]);
         });
}

ResultFile json_result(const std::string& name, const std::string& text) {
  const Json json = parse_json(name, text);
  if (is_statistics(json)) {
    ResultFile result = {ResultKind::kStatistics, {}};
    result.rows.add_row();
    set_members(json, result.rows);
    return result;
  }
  if (!is_ranked(json)) {
    reject_result(name);
  }
  ResultFile result = {ResultKind::kBest, {}};
  for (const auto& item : json.items()) {
    const std::size_t rank = result.rows.size();
    result.rows.add_row();
    result.rows.set("rank", rank);
    set_members(item.value()["execution"], result.rows);
    set_members(item.value()["stats"], result.rows);
  }
  return result;
}

ResultFile read_result(const std::string& path) {
  LineReader lines(path);
  std::string_view line;
  if (!lines.next(line)) {
    throw InputError(fmt::format("{}: is empty", lines.name()));
  }
  if (line.starts_with('{')) {
    std::string text(line);
    while (lines.next(line)) {
      text += '\n';
      text += line;
    }
    return json_result(lines.name(), text);
  }
  TableReader table(lines.name(), line);
  std::size_t rows = 0;
  while (lines.next(line)) {
    if (!line.empty()) {
      table.add(line);
      ++rows;
    }
  }
  if (rows == 0) {
    throw InputError(fmt::format("{}: has no rows", lines.name()));
  }
  return {table.ranked() ? ResultKind::kBest : ResultKind::kAll, table.finish()};
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

// Adds the rows of one file to those of all, with its name in the column `file`.
void append(const Table& from, const std::string& file, Table& rows) {
  rows.add_columns({"file"});
  const std::vector<std::string> columns = from.all_columns();
  for (std::size_t row = 0; row < from.size(); ++row) {
    rows.add_copy(from, row, columns);
    rows.set("file", file);
  }
}

Json plots_of(ResultKind kind, const Table& table, bool several) {
  Json plots = Json::array();
  const auto add = [&](Json plot) {
    if (several && kind != ResultKind::kStatistics) {
      plot["panel"] = "file";
    }
    plots.push_back(std::move(plot));
  };
  Json ranks = Json::array();
  for (std::size_t i = 0; i < TableReader::kBest; ++i) {
    ranks.push_back(i);
  }
  if (kind == ResultKind::kStatistics) {
    add({{"type", "time_stack"}, {"x", "file"}});
    add({{"type", "memory_stack"}, {"x", "file"}});
    return plots;
  }
  const Json where = {{"rank", ranks}};
  if (varies(table, "tensor_par") || varies(table, "pipeline_par")) {
    add({{"type", "heatmap"},
         {"x", "pipeline_par"},
         {"y", "tensor_par"},
         {"title", "The best sample_rate of each split"}});
  }
  if (table.has("fw_time")) {
    add({{"type", "time_stack"}, {"x", "rank"}, {"where", where}});
  }
  if (table.has("weight_space")) {
    add({{"type", "memory_stack"}, {"x", "rank"}, {"where", where}});
  }
  add({{"type", "histogram"}});
  add({{"type", "cdf"}});
  return plots;
}

}  // namespace

PageContent result_page(const std::vector<std::string>& paths) {
  const std::vector<std::string> labels = labels_of(paths);
  PageContent content;
  content.axes = {"file"};
  std::optional<ResultKind> kind;
  for (std::size_t i = 0; i < paths.size(); ++i) {
    ResultFile file = read_result(paths[i]);
    if (kind && *kind != file.kind) {
      throw InputError(fmt::format("{} holds {}, but {} holds {}; expected files of one kind",
                                   paths[i], enum_name(file.kind), paths[0], enum_name(*kind)));
    }
    kind = file.kind;
    append(file.rows, labels[i], content.rows);
  }
  content.title = fmt::format("{}", fmt::join(labels, ", "));
  content.plots = plots_of(*kind, content.rows, paths.size() > 1);
  return content;
}

}  // namespace calculon
