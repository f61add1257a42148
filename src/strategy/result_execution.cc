#include "strategy/result_execution.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <vector>

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

Json execution_of_json(const ResultReference& reference) {
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
  return reader[number]["execution"].json();
}

// A cell as the value of a setting.
Json cell_value(std::string_view cell) {
  if (cell == "True" || cell == "False") {
    return cell == "True";
  }
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(cell.data(), cell.data() + cell.size(), number);
  if (error == std::errc() && end == cell.data() + cell.size()) {
    return number;
  }
  return std::string(cell);
}

std::vector<std::string_view> lines_of_table(std::string_view text) {
  std::vector<std::string_view> lines = split(text, '\n');
  while (!lines.empty() && lines.back().empty()) {
    lines.pop_back();
  }
  return lines;
}

Json execution_of_csv(const ResultReference& reference) {
  const std::string text = read_text_file(reference.file);
  const std::vector<std::string_view> lines = lines_of_table(text);
  if (reference.number + 1 >= lines.size()) {
    reject_number(reference, lines.empty() ? 0 : lines.size() - 1);
  }
  const auto columns = split(lines.front(), ',');
  const auto cells = split(lines[reference.number + 1], ',');
  if (columns.size() != cells.size()) {
    throw InputError(fmt::format("{}: line {} has {} cells, expected {}", reference.file,
                                 reference.number + 2, cells.size(), columns.size()));
  }
  Json execution = Json::object();
  for_each_field(kStrategyFields, [&](const auto& field) {
    const auto column = std::find(columns.begin(), columns.end(), field.name);
    if (column != columns.end()) {
      execution[std::string(field.name)] =
          cell_value(cells[static_cast<std::size_t>(column - columns.begin())]);
    }
  });
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

Json load_execution(const std::string& path) {
  const auto reference = result_reference(path);
  if (!reference) {
    return parse_json(path, read_text_file(path));
  }
  return has_extension(reference->file, ".csv") ? execution_of_csv(*reference)
                                                : execution_of_json(*reference);
}

}  // namespace calculon
