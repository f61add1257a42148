#include "strategy/result_execution.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <string_view>
#include <vector>

#include "base/csv_reader.h"
#include "base/text.h"
#include "calculon/base/files.h"
#include "calculon/strategy/strategy.h"

namespace calculon {
namespace {

[[noreturn]] void reject_number(const ResultReference& reference, std::size_t count) {
  throw InputError(count == 0 ? fmt::format("{}: holds no results", reference.file)
                              : fmt::format("{}: has no result {}, the last one is {}",
                                            reference.file, reference.number, count - 1));
}

std::optional<double> rate_of(const JsonReader& result, std::string_view name) {
  if (!result.has("stats") || !result["stats"].is_object() || !result["stats"].has(name)) {
    return std::nullopt;
  }
  const Json& rate = result["stats"][name].json();
  return rate.is_number() ? std::optional(rate.get<double>()) : std::nullopt;
}

LoadedExecution execution_of_json(const ResultReference& reference) {
  const Json results = parse_json(reference.file, read_text_file(reference.file));
  const JsonReader reader(reference.file, results);
  const std::string number = std::to_string(reference.number);
  if (!reader.is_object() || !reader.has("0")) {
    throw InputError(fmt::format("{}: is no file of results, expected one of loe, or no #{}",
                                 reference.file, number));
  }
  if (!reader.has(number)) {
    reject_number(reference, results.size());
  }
  return {reader[number]["execution"].json(), rate_of(reader[number], "sample_rate"),
          rate_of(reader[number], "token_rate")};
}

// A cell as the value of a setting, of which lists stand as in JSON.
Json cell_value(const std::string& cell) {
  if (cell == "True" || cell == "False" || cell == "true" || cell == "false") {
    return cell == "True" || cell == "true";
  }
  if (const auto number = parse_number<std::int64_t>(cell)) {
    return *number;
  }
  if (cell.starts_with('[')) {
    return Json::parse(cell, nullptr, false);
  }
  return cell;
}

// Executions of the published model have their settings in any columns; those of the calibrated one
// begin with this one and end before the first statistic. In a table of the former it may stand
// among what the results are of, and is no setting then.
constexpr std::string_view kMethodologyColumn = "methodology";
constexpr std::string_view kFirstStatistic = "total_time";

bool is_published_setting(const std::string& column) {
  bool known = false;
  for_each_field(kStrategyFields,
                 [&](const auto& field) { known = known || field.name == column; });
  return known;
}

// Which columns of a row are settings, first to last.
std::vector<std::size_t> settings_of(const std::vector<std::string>& columns,
                                     const std::vector<std::string>& cells) {
  const auto place = [&](std::string_view name) {
    return static_cast<std::size_t>(std::find(columns.begin(), columns.end(), name) -
                                    columns.begin());
  };
  const std::size_t first = place(kMethodologyColumn);
  const auto preset =
      first < cells.size() ? enum_from_name<Preset>(cells[first]) : std::optional<Preset>();
  const bool calibrated = first < cells.size() && !preset;
  const std::size_t last = calibrated ? place(kFirstStatistic) : columns.size();
  std::vector<std::size_t> settings;
  for (std::size_t i = calibrated ? first : 0; i < last; ++i) {
    if (calibrated ||
        (is_published_setting(columns[i]) && (i != first || preset == Preset::kCorrected))) {
      settings.push_back(i);
    }
  }
  return settings;
}

Json execution_of_csv(const ResultReference& reference) {
  const std::string text = read_text_file(reference.file);
  CsvReader reader(text);
  CsvRow header;
  CsvRow row;
  std::size_t results = 0;
  bool found = false;
  if (reader.next(header)) {
    while (!found && reader.next(row)) {
      if (!row.is_blank()) {
        found = results == reference.number;
        ++results;
      }
    }
  }
  if (!found) {
    reject_number(reference, results);
  }
  if (header.cells.size() != row.cells.size()) {
    throw InputError(fmt::format("{}: line {} has {} cells, expected {}", reference.file,
                                 row.number, row.cells.size(), header.cells.size()));
  }
  Json execution = Json::object();
  for (const std::size_t i : settings_of(header.cells, row.cells)) {
    if (!row.cells[i].empty()) {
      execution[header.cells[i]] = cell_value(row.cells[i]);
    }
  }
  return execution;
}

}  // namespace

std::optional<ResultReference> result_reference(const std::string& path) {
  const auto hash = path.rfind('#');
  if (hash == std::string::npos || hash + 1 == path.size()) {
    return std::nullopt;
  }
  ResultReference reference{path.substr(0, hash), 0};
  const char* const end = path.data() + path.size();
  const auto [stop, error] = std::from_chars(path.data() + hash + 1, end, reference.number);
  if (error != std::errc() || stop != end) {
    return std::nullopt;
  }
  return reference;
}

LoadedExecution load_execution_and_rate(const std::string& path) {
  const auto reference = result_reference(path);
  if (reference && !has_extension(reference->file, ".csv")) {
    return execution_of_json(*reference);
  }
  LoadedExecution loaded;
  loaded.execution =
      reference ? execution_of_csv(*reference) : parse_json(path, read_text_file(path));
  return loaded;
}

Json load_execution(const std::string& path) {
  return load_execution_and_rate(path).execution;
}

}  // namespace calculon
