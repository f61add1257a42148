#include "measured/row_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <type_traits>
#include <unordered_set>

#include "base/text.h"
#include "base/whole_number.h"
#include "calibrated/calibrated_execution_json.h"
#include "measured/rule_of_message.h"
#include "workload/transformer_json.h"

namespace calculon {
namespace {

// What can be measured; errors that are relative to it are numbers then.
constexpr Range kMeasuredRange = {1e-9, kLargestReal, true, true, "a number from 1e-9"};

constexpr std::string_view kBlanks = " \t";
constexpr std::array<std::string_view, 2> kRequiredColumns = {"id", "system"};

template <class Fields>
std::vector<std::string_view> names_of(const Fields& fields) {
  std::vector<std::string_view> names;
  for_each_field(fields, [&](const auto& field) { names.push_back(field.name); });
  return names;
}

std::vector<std::string_view> model_keys() {
  std::vector<std::string_view> keys = names_of(kTransformerFields);
  const auto details = names_of(kModelDetailFields);
  keys.insert(keys.end(), details.begin(), details.end());
  return keys;
}

std::vector<std::string_view> execution_keys() {
  std::vector<std::string_view> keys = names_of(kCalibratedExecutionFields);
  keys.push_back(kMethodologyKey);
  return keys;
}

bool is_one_of(std::string_view name, const std::vector<std::string_view>& names) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

bool is_text_column(std::string_view name) {
  return name == "id" || name == "system" || name == "flag" || name == "source" || name == "note";
}

// Blanks around what a cell says are as good as none.
std::string_view text_in(const CsvRow& row, std::size_t place) {
  return trimmed(row.cells[place], kBlanks);
}

// A number as JSON has it: whole where it is, so that counts may be written as reals.
std::optional<Json> number_value(std::string_view text) {
  if (const auto whole = parse_number<std::int64_t>(text)) {
    return Json(*whole);
  }
  const auto real = parse_number<double>(text);
  if (!real || !std::isfinite(*real)) {
    return std::nullopt;
  }
  if (is_exact_count(*real)) {
    return Json(static_cast<std::int64_t>(*real));
  }
  return Json(*real);
}

RunUse use_of(std::string_view words) {
  RunUse use{false, false, false};
  for (const std::string_view word : split(words, ' ')) {
    use.time |= word == "time";
    use.labels |= word == "labels";
    use.rank |= word == "time" || word == "rank";
  }
  return use;
}

void read_own(const JsonReader& json, std::string& value) {
  value = json.string();
}
void read_own(const JsonReader& json, std::optional<double>& value) {
  value = json.number(kMeasuredRange);
}
void read_own(const JsonReader& json, std::optional<std::int64_t>& value) {
  value = json.integer(0);
}
void read_own(const JsonReader& json, std::optional<RunOutcome>& value) {
  value = json.one_of<RunOutcome>();
}
void read_own(const JsonReader&, RunUse&) {}  // an empty cell tells something, too

std::string words_with_rule(const std::string& words) {
  return rule_of_message(words).empty() ? words + " (rule KC2)" : words;
}

}  // namespace

Json cell_value(std::string_view value) {
  if (value == "true" || value == "True" || value == "TRUE") {
    return true;
  }
  if (value == "false" || value == "False" || value == "FALSE") {
    return false;
  }
  if (auto number = number_value(value)) {
    return *std::move(number);
  }
  if (value.starts_with('[')) {
    Json list = Json::parse(value, nullptr, false);
    if (!list.is_discarded()) {
      return list;
    }
  }
  return std::string(value);
}

Json RowReader::Part::json(const CsvRow& row) const {
  Json json = Json::object();
  auto& members = json.get_ref<Json::object_t&>();
  for (const Column& column : known) {
    if (const auto text = text_in(row, column.place); !text.empty()) {
      members.emplace_back(column.key, cell_value(text));
    }
  }
  return json;
}

RowReader::RowReader(const std::string& table, const CsvRow& header)
    : columns_(header.cells.size()) {
  if (!header.problem.empty()) {
    throw InputError(fmt::format("{}: the header {}", table, header.problem));
  }
  std::unordered_set<std::string_view> seen;
  for (const std::string& cell : header.cells) {
    const std::string_view name = trimmed(cell, kBlanks);
    if (!name.empty() && !seen.insert(name).second) {
      throw InputError(fmt::format("{}: has two columns {}", table, name));
    }
  }
  const auto own = names_of(kMeasuredColumns);
  for (std::size_t i = 0; i < header.cells.size(); ++i) {
    const std::string name(trimmed(header.cells[i], kBlanks));
    if (is_one_of(name, own)) {
      own_.push_back({name, name, i});
    }
  }
  for (const std::string_view name : kRequiredColumns) {
    if (!seen.contains(name)) {
      const std::vector<std::string_view> names(seen.begin(), seen.end());
      throw InputError(
          fmt::format("{}: has no column {}{}; a measured table begins with a line of column names",
                      table, name, did_you_mean(name, names)));
    }
  }
  model_ = with_columns(
      {"a model", kModelColumn, model_keys(), names_of(kTransformerFields), {}, {}}, header);
  execution_ = with_columns(
      {"an execution", kExecutionColumn, execution_keys(), {"num_procs", "batch_size"}, {}, {}},
      header);
}

RowReader::Part RowReader::with_columns(Part part, const CsvRow& header) {
  for (std::size_t i = 0; i < header.cells.size(); ++i) {
    const std::string_view name = trimmed(header.cells[i], kBlanks);
    if (!name.starts_with(part.prefix)) {
      continue;
    }
    const std::string_view key = name.substr(part.prefix.size());
    if (std::find(kFreeKeys.begin(), kFreeKeys.end(), key) != kFreeKeys.end()) {
      continue;
    }
    auto& columns = is_one_of(key, part.keys) ? part.known : part.unknown;
    columns.push_back({std::string(name), std::string(key), i});
  }
  return part;
}

// Rules KC3 and KC1.
void RowReader::Part::check_keys(const CsvRow& row, const Json& json,
                                 const std::string& place) const {
  for (const Column& column : unknown) {
    if (!text_in(row, column.place).empty()) {
      throw InputError(fmt::format("{}: {} is no key of {}{} (rule KC3)", place, column.name, kind,
                                   did_you_mean(column.key, keys)));
    }
  }
  for (const std::string_view key : required) {
    if (json.find(key) == json.end()) {
      throw InputError(fmt::format("{}: {}{} is empty (rule KC1)", place, prefix, key));
    }
  }
}

void RowReader::read_own_columns(const CsvRow& row, const std::string& place,
                                 MeasuredRun& run) const {
  Json json = Json::object();
  for (const Column& column : own_) {
    const std::string_view text = text_in(row, column.place);
    if (column.name == "use") {
      run.use = use_of(text);
    } else if (!text.empty()) {
      json[column.name] = is_text_column(column.name) ? Json(std::string(text)) : cell_value(text);
    }
  }
  for (const std::string_view name : kRequiredColumns) {
    if (json.find(name) == json.end()) {
      throw InputError(fmt::format("{}: {} is empty (rule KC1)", place, name));
    }
  }
  const JsonReader reader(place, json);
  for_each_field(kMeasuredColumns, [&](const auto& field) {
    if (json.find(field.name) != json.end()) {
      read_own(reader[field.name], run.*field.member);
    }
  });
}

std::variant<MeasuredRun, RejectedRow> RowReader::read(const CsvRow& row) const {
  const std::string place = fmt::format("row {}", row.number);
  MeasuredRun run;
  run.row = row.number;
  if (!row.problem.empty()) {
    return RejectedRow{row.number, "", "", fmt::format("{} {}", place, row.problem)};
  }
  if (row.cells.size() != columns_) {
    return RejectedRow{
        row.number, row.cells[0], "",
        fmt::format("{} has {} cells, expected {}", place, row.cells.size(), columns_)};
  }
  try {
    read_own_columns(row, place, run);
    Json json = Json::object();
    json["model"] = model_.json(row);
    json["execution"] = execution_.json(row);
    const JsonReader reader(place, json);
    model_.check_keys(row, json["model"], place);
    run.model = to_transformer(reader["model"]);
    execution_.check_keys(row, json["execution"], place);
    json["execution"].emplace(kMethodologyKey, kCalibratedName);
    run.execution = to_calibrated_execution(reader["execution"]);
  } catch (const InputError& error) {
    const std::string words = words_with_rule(error.what());
    return RejectedRow{row.number, run.id, rule_of_message(words), words};
  }
  return run;
}

}  // namespace calculon
