#include "study/spec/axis.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <span>

#include "base/json_text.h"
#include "text/json_report.h"

namespace calculon {
namespace {

constexpr std::size_t kMostValues = 100'000;

void require_values(const JsonReader& axis, std::size_t count) {
  if (count == 0) {
    axis.complain("has no values");
  }
  if (count > kMostValues) {
    axis.complain(fmt::format("has {} values, expected at most {}", count, kMostValues));
  }
}

std::vector<Json> listed(const JsonReader& list) {
  std::vector<Json> values;
  for (std::size_t i = 0; i < list.size(); ++i) {
    values.push_back(list[i].json());
  }
  return values;
}

// {"from", "to", "step"} or {"from", "to", "factor"}.
std::vector<Json> range_values(const JsonReader& range) {
  static constexpr std::array<std::string_view, 4> kKeys = {"from", "to", "step", "factor"};
  range.require_keys(std::span(kKeys).first<2>(), kKeys);
  const double from = range["from"].number(kAnyReal);
  const double to = range["to"].number(kAnyReal);
  const bool geometric = range.has("factor");
  if (geometric == range.has("step")) {
    range.complain("has both or neither of 'step' and 'factor', expected one");
  }
  const JsonReader by = range[geometric ? "factor" : "step"];
  const double step = by.number(kAnyReal);
  if (to < from) {
    range.complain(fmt::format("goes from {} to {}, expected an end above the start", from, to));
  }
  if (geometric ? step <= 1 || from <= 0 : step <= 0) {
    by.reject(geometric ? "a factor above 1 and a start above 0" : "a number above 0");
  }
  const double steps = geometric ? std::log(to / from) / std::log(step) : (to - from) / step;
  constexpr double kRounding = 1e-9;
  if (std::fabs(steps - std::round(steps)) > kRounding * std::max(1.0, steps)) {
    by.reject(fmt::format("one that leads from {} to {}", from, to));
  }
  if (steps > static_cast<double>(kMostValues)) {
    by.reject(fmt::format("one that makes at most {} values", kMostValues));
  }
  std::vector<Json> values;
  for (int i = 0; i <= static_cast<int>(std::round(steps)); ++i) {
    values.push_back(to_json(geometric ? from * std::pow(step, i) : from + i * step));
  }
  return values;
}

// One path, or a list of paths that are set together.
std::vector<InputPath> parse_paths(const JsonReader& path) {
  std::vector<InputPath> paths;
  if (!path.is_array()) {
    paths.push_back(to_input_path(path));
    return paths;
  }
  for (std::size_t i = 0; i < path.size(); ++i) {
    paths.push_back(to_input_path(path[i]));
  }
  return paths;
}

Axis::Value make_value(const std::vector<InputPath>& paths, const Json& value, bool scales) {
  Axis::Value made{value.is_structured() ? Json(json_text(value)) : value, {}};
  for (const InputPath& path : paths) {
    made.changes.push_back(scales ? Change{path, nullptr, value.get<double>()}
                                  : Change{path, value, {}});
  }
  return made;
}

void parse_cases(const JsonReader& cases, Axis& axis) {
  for (const std::string_view label : cases.keys()) {
    Axis::Value value{label, {}};
    const JsonReader changes = cases[label];
    for (const std::string_view path : changes.keys()) {
      value.changes.push_back(parse_change(path, changes[path]));
    }
    axis.values.push_back(std::move(value));
  }
}

// `labels` names values in their order.
void apply_labels(const JsonReader& labels, Axis& axis) {
  if (labels.size() != axis.values.size()) {
    labels.reject(fmt::format("one for each of the {} values", axis.values.size()));
  }
  for (std::size_t i = 0; i < labels.size(); ++i) {
    if (!labels[i].is_string() && !labels[i].is_number()) {
      labels[i].reject("a text or a number");
    }
    axis.values[i].label = labels[i].json();
  }
}

void parse_affordable(const JsonReader& axis_reader, const JsonReader& affordable, Axis& axis) {
  static constexpr std::array<std::string_view, 2> kKeys = {"step", "last"};
  affordable.require_keys(kKeys);
  constexpr std::int64_t kMostSizes = 100'000;
  axis.affordable =
      Axis::Affordable{to_input_path(axis_reader["path"]), affordable["step"].integer(1),
                       affordable["last"].integer(1, kMostSizes)};
  for (std::int64_t i = 0; i < axis.affordable->last; ++i) {
    axis.values.push_back({i, {}});
  }
}

std::string_view kind_of(const JsonReader& axis) {
  static constexpr std::array<std::string_view, 5> kKinds = {"values", "range", "scale", "cases",
                                                             "affordable"};
  std::string_view found;
  for (const std::string_view kind : kKinds) {
    if (!axis.has(kind)) {
      continue;
    }
    if (!found.empty()) {
      axis.complain(fmt::format("has '{}' and '{}', expected one of them", found, kind));
    }
    found = kind;
  }
  if (found.empty()) {
    axis.complain("has no values, expected one of " + list_of_names(kKinds));
  }
  return found;
}

void add_values(const std::vector<InputPath>& paths, const JsonReader& given, bool scales,
                Axis& axis) {
  for (std::size_t i = 0; i < given.size(); ++i) {
    if (scales) {
      given[i].number(kPositive);
    }
    axis.values.push_back(make_value(paths, given[i].json(), scales));
  }
}

void parse_values(const JsonReader& axis_reader, std::string_view kind, Axis& axis) {
  const JsonReader given = axis_reader[kind];
  const std::vector<InputPath> paths = parse_paths(axis_reader["path"]);
  if (kind == "range") {
    for (const Json& value : range_values(given)) {
      axis.values.push_back(make_value(paths, value, false));
    }
  } else {
    add_values(paths, given, kind == "scale", axis);
  }
}

// What a quick run has in place of the values: some of the labels of cases; else what the axis'
// own key would hold.
void replace_by_quick(const JsonReader& axis_reader, std::string_view kind, const JsonReader& given,
                      Axis& axis) {
  if (kind == "affordable") {
    axis.values.clear();
    parse_affordable(axis_reader, given, axis);
    return;
  }
  const bool has_labels = kind == "cases" || axis_reader.has("labels");
  if (has_labels) {
    std::vector<std::string> labels;
    for (const Json& label : listed(given)) {
      labels.push_back(label_text(label));
    }
    axis.keep_only(labels);
    return;
  }
  axis.values.clear();
  add_values(parse_paths(axis_reader["path"]), given, kind == "scale", axis);
}

}  // namespace

bool names_document(const Change& change) {
  const std::string_view root = change.path.root();
  return change.path.is_root() && change.value.is_string() &&
         (root == "model" || root == "system" || root == "execution");
}

void apply(const Change& change, const Documents& documents, PointInputs& inputs) {
  change.path.visit(inputs, [&](Json& place) {
    if (names_document(change)) {
      place = documents.at(change.path.root(), change.value.get<std::string>());
    } else if (!change.factor) {
      place = change.value;
    } else if (place.is_number()) {
      place = to_json(place.get<double>() * *change.factor);
    } else {
      throw InputError(fmt::format("path '{}' is {}, expected a number to scale",
                                   change.path.text(), json_text(place)));
    }
  });
}

void load_document(const Change& change, Documents& documents) {
  if (names_document(change)) {
    documents.load(change.path.root(), change.value.get<std::string>());
  }
}

Change parse_change(std::string_view path, const JsonReader& value) {
  try {
    return {InputPath(std::string(path)), value.json(), {}};
  } catch (const InputError& error) {
    value.complain(fmt::format("is set by a wrong path: {}", error.what()));
  }
}

std::string label_text(const Json& label) {
  return label.is_string() ? label.get<std::string>() : json_text(label);
}

std::vector<std::string> Axis::paths() const {
  std::vector<std::string> texts;
  for (const Value& value : values) {
    for (const Change& change : value.changes) {
      if (std::find(texts.begin(), texts.end(), change.path.text()) == texts.end()) {
        texts.push_back(change.path.text());
      }
    }
  }
  if (affordable) {
    texts.push_back(affordable->path.text());
  }
  return texts;
}

void Axis::keep_only(const std::vector<std::string>& labels) {
  std::vector<std::string> texts;
  for (const Value& value : values) {
    texts.push_back(label_text(value.label));
  }
  for (const std::string& label : labels) {
    if (std::find(texts.begin(), texts.end(), label) == texts.end()) {
      const std::vector<std::string_view> views(texts.begin(), texts.end());
      constexpr std::size_t kMostShown = 20;
      throw InputError(fmt::format("axis '{}' has no value '{}'{}", name, label,
                                   views.size() <= kMostShown
                                       ? fmt::format(", it has {}", list_of_names(views))
                                       : did_you_mean(label, views)));
    }
  }
  std::erase_if(values, [&](const Value& value) {
    return std::find(labels.begin(), labels.end(), label_text(value.label)) == labels.end();
  });
}

Axis parse_axis(const JsonReader& reader, const std::optional<JsonReader>& quick) {
  static constexpr std::array<std::string_view, 8> kKeys = {
      "name", "path", "values", "range", "scale", "cases", "affordable", "labels"};
  std::vector<std::string_view> required = {"name"};
  if (!reader.has("cases")) {
    required.emplace_back("path");
  }
  reader.require_keys(required, kKeys);
  Axis axis;
  axis.name = reader["name"].string();
  if (axis.name.empty()) {
    reader["name"].reject("a name");
  }
  const std::string_view kind = kind_of(reader);
  if (kind == "cases") {
    parse_cases(reader["cases"], axis);
  } else if (kind == "affordable") {
    parse_affordable(reader, reader["affordable"], axis);
  } else {
    parse_values(reader, kind, axis);
  }
  if (reader.has("labels")) {
    apply_labels(reader["labels"], axis);
  }
  require_values(reader, axis.values.size());
  if (quick) {
    replace_by_quick(reader, kind, *quick, axis);
    require_values(*quick, axis.values.size());
  }
  return axis;
}

}  // namespace calculon
