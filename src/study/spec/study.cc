#include "study/spec/study.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "base/file_kind.h"
#include "import/model_format.h"
#include "study/spec/at_place.h"
#include "study/spec/measured_axis.h"
#include "study/spec/table_columns.h"

namespace calculon {
namespace {

constexpr std::int64_t kFormatVersion = 1;

constexpr std::array<std::string_view, 3> kRequiredKeys = {"calculon_study", "model", "system"};
constexpr std::array<std::string_view, 12> kOtherKeys = {"title",  "notes", "execution", "search",
                                                         "set",    "axes",  "vary",      "cost",
                                                         "derive", "quick", "columns",   "plots"};

// What --set may say of derived columns: how long the run is whose days they tell.
constexpr std::string_view kTokensPath = "derive.days.tokens";

constexpr std::array<std::string_view, 2> kMeasuredKeys = {"calculon_study", "axes"};
constexpr std::array<std::string_view, 7> kOtherMeasuredKeys = {
    "title", "notes", "set", "derive", "quick", "columns", "plots"};

// Whether one of its axes is of measured runs.
bool has_measured_axis(const JsonReader& file) {
  if (!file.has("axes") || !file["axes"].is_array()) {
    return false;
  }
  const JsonReader axes = file["axes"];
  for (std::size_t i = 0; i < axes.size(); ++i) {
    if (axes[i].is_object() && is_measured_axis(axes[i])) {
      return true;
    }
  }
  return false;
}

std::string text_of(const JsonReader& file, std::string_view key) {
  return file.has(key) ? file[key].string() : "";
}

// A document as it stands in the study: the object itself, or the name of one.
Json given_document(const JsonReader& given, std::string_view kind, Documents& documents) {
  if (given.is_object()) {
    return kind == "model" ? in_our_keys(given) : given.json();
  }
  if (!given.is_string()) {
    given.reject(fmt::format("the name of a {}, a file or an object", kind));
  }
  return at_place([&] { return given.place(); },
                  [&] { return documents.load(kind, given.string()); });
}

// What stands for an axis' own values in a quick run, if anything does.
std::optional<JsonReader> quick_of(const JsonReader& file, const JsonReader& axis) {
  const std::string name = axis.has("name") ? axis["name"].string() : "";
  if (!file.has("quick") || !file["quick"].is_object() || !file["quick"].has(name) ||
      file["quick"][name].is_null()) {
    return std::nullopt;
  }
  return file["quick"][name];
}

}  // namespace

Study::Study(const JsonReader& file, const StudyChoices& choices, Documents& documents,
             const Watch& watch, Mistakes& mistakes)
    : file_(file.place()), documents_(documents) {
  require_kind(file, FileKind::kStudy);
  is_measured_ = has_measured_axis(file);
  mistakes.attempt([&] {
    if (is_measured_) {
      file.require_keys(kMeasuredKeys, kOtherMeasuredKeys);
    } else {
      file.require_keys(kRequiredKeys, kOtherKeys);
    }
  });
  if (file.has("calculon_study")) {
    mistakes.attempt([&] {
      if (file["calculon_study"].integer(1) != kFormatVersion) {
        file["calculon_study"].reject(fmt::format("{}", kFormatVersion));
      }
    });
  }
  mistakes.attempt([&] { title_ = text_of(file, "title"); });
  mistakes.attempt([&] { notes_ = text_of(file, "notes"); });
  derive_ = file.has("derive") ? file["derive"].json() : Json::array();
  parse_axes(file, choices, documents, mistakes);
  if (!is_measured_) {
    parse_inputs(file, documents, mistakes);
  }
  take_choices(choices, documents);
  if (file.has("set")) {
    mistakes.attempt([&] { apply_to_base(file["set"], documents, mistakes); });
  }
  if (file.has("cost")) {
    const std::size_t before = mistakes.lines().size();
    mistakes.attempt([&] { cost_ = Cost(file["cost"], mistakes); });
    if (mistakes.lines().size() > before) {
      left_out_.insert("cost");
    }
  }
  load_documents(documents, mistakes);
  check_names(mistakes);
  check_paths(mistakes);
  keep_only(choices);
  if (mistakes.keeps()) {
    find_bad_values(mistakes);
  } else {
    try_every_value(watch);
  }
  plots_ = file.has("plots") ? file["plots"].json() : Json::array();
  parse_columns(file, mistakes);
}

void Study::parse_columns(const JsonReader& file, Mistakes& mistakes) {
  if (!file.has("columns")) {
    return;
  }
  mistakes.attempt([&] {
    const JsonReader columns = file["columns"];
    for (std::size_t i = 0; i < columns.size(); ++i) {
      mistakes.attempt([&] { columns_.push_back(columns[i].string()); });
    }
  });
}

void Study::set_run_tokens(const Json& tokens) {
  for (Json& part : derive_) {
    if (part.is_object() && part.contains("days")) {
      part["days"] = {{"tokens", tokens}};
      return;
    }
  }
  throw InputError(fmt::format("{}: --set {}: the study derives no days", file_, kTokensPath));
}

void Study::parse_inputs(const JsonReader& file, Documents& documents, Mistakes& mistakes) {
  const auto load = [&](const char* name) {
    if (!file.has(name) || !mistakes.attempt([&] {
          base_.document(name) = given_document(file[name], name, documents);
        })) {
      left_out_.insert(name);
    }
  };
  if (!mistakes.attempt([&] { parse_asked(file, documents); })) {
    left_out_.insert({"execution", "search"});
  }
  load("model");
  load("system");
}

// What is asked of each point.
void Study::parse_asked(const JsonReader& file, Documents& documents) {
  if (file.has("execution") == file.has("search")) {
    file.complain("has both or neither of 'execution' and 'search', expected one");
  }
  if (file.has("execution")) {
    base_.execution = given_document(file["execution"], "execution", documents);
  } else if (file["search"].is_object()) {
    base_.search = file["search"].json();
  } else {
    file["search"].reject("an object");
  }
}

// A document as a whole takes the place of the study's own, which axes then change; what else --set
// says comes after the axes.
void Study::take_choices(const StudyChoices& choices, Documents& documents) {
  std::set<std::string> of_axes;
  for (const auto* list : {&axes_, &vary_}) {
    for (const Axis& axis : *list) {
      for (std::string& path : axis.paths()) {
        of_axes.insert(std::move(path));
      }
    }
  }
  for (const auto& [text, value] : choices.set) {
    if (text == kTokensPath) {
      set_run_tokens(value);
      continue;
    }
    const InputPath path(text);
    const bool is_own = path.is_root() && text != "search" && !base_.document(text).is_null();
    if (is_own && !of_axes.contains(text)) {
      const std::string place = "--set " + text;
      base_.document(text) = given_document(JsonReader(place, value), text, documents);
    } else {
      last_.push_back({path, value, {}});
    }
  }
}

void Study::apply_to_base(const JsonReader& set, Documents& documents, Mistakes& mistakes) {
  for (const std::string_view path : set.keys()) {
    const bool is_set = mistakes.attempt([&] {
      const Change change = parse_change(path, set[path]);
      check_root(change.path);
      at_place([&] { return set[path].place(); }, [&] { load_document(change, documents); });
      try {
        if (!is_left_out(change.path)) {
          apply(change, documents, base_);
        }
      } catch (const InputError& error) {
        set.complain(error.what());
      }
    });
    if (!is_set) {
      left_out_.emplace(path);
    }
  }
}

// An axis that cannot be read, with one value that changes nothing.
Axis Study::left_out_axis(const JsonReader& axis) {
  Axis empty;
  empty.values.push_back({0, {}});
  if (!axis.is_object()) {
    return empty;
  }
  if (axis.has("name") && axis["name"].is_string()) {
    empty.name = axis["name"].string();
  }
  if (axis.has(kMeasuredPath)) {
    left_out_.emplace(kMeasuredPath);
  }
  if (axis.has("path")) {
    const Json& path = axis["path"].json();
    for (const Json& each : path.is_array() ? path : Json::array({path})) {
      left_out_.insert(each.is_string() ? each.get<std::string>() : "");
    }
  }
  if (axis.has("cases") && axis["cases"].is_object()) {
    for (const Json& changes : axis["cases"].json()) {
      for (const auto& item : changes.items()) {
        left_out_.insert(item.key());
      }
    }
  }
  return empty;
}

std::vector<Axis> Study::parse_axis_list(const JsonReader& file, std::string_view key, bool quick,
                                         Documents& documents, Mistakes& mistakes) {
  std::vector<Axis> axes;
  if (!file.has(key)) {
    return axes;
  }
  const JsonReader list = file[key];
  for (std::size_t i = 0; i < list.size(); ++i) {
    const auto parse = [&](const std::optional<JsonReader>& own) {
      const bool measured = key == "axes" && is_measured_axis(list[i]);
      return measured ? parse_measured_axis(list[i], own, documents) : parse_axis(list[i], own);
    };
    if (!mistakes.attempt(
            [&] { axes.push_back(parse(quick ? quick_of(file, list[i]) : std::nullopt)); })) {
      axes.push_back(left_out_axis(list[i]));
    } else if (mistakes.keeps()) {
      mistakes.attempt([&] { parse(quick_of(file, list[i])); });
    }
  }
  return axes;
}

void Study::parse_axes(const JsonReader& file, const StudyChoices& choices, Documents& documents,
                       Mistakes& mistakes) {
  mistakes.attempt(
      [&] { axes_ = parse_axis_list(file, "axes", choices.quick, documents, mistakes); });
  mistakes.attempt(
      [&] { vary_ = parse_axis_list(file, "vary", choices.quick, documents, mistakes); });
  std::set<std::string> names;
  for (const std::string& name : column_names()) {
    mistakes.attempt([&] {
      if (!names.insert(name).second && !name.empty()) {
        file.complain(fmt::format("has two axes called '{}'", name));
      }
    });
  }
  if (!file.has("quick")) {
    return;
  }
  mistakes.attempt([&] {
    for (const std::string_view name : file["quick"].keys()) {
      mistakes.attempt([&] {
        if (!names.contains(std::string(name))) {
          const std::vector<std::string_view> views(names.begin(), names.end());
          file["quick"].complain(
              fmt::format("names no axis with '{}'{}", name, did_you_mean(name, views)));
        }
      });
    }
  });
}

void Study::keep_only(const StudyChoices& choices) {
  std::vector<std::string_view> names;
  for (auto* list : {&axes_, &vary_}) {
    for (Axis& axis : *list) {
      names.push_back(axis.name);
      if (const auto only = choices.only.find(axis.name); only != choices.only.end()) {
        axis.keep_only(only->second);
      }
    }
  }
  for (const auto& entry : choices.only) {
    if (std::find(names.begin(), names.end(), entry.first) == names.end()) {
      throw InputError(fmt::format("{}: --only names the axis '{}', there is {}{}", file_,
                                   entry.first, names.empty() ? "none" : list_of_names(names),
                                   did_you_mean(entry.first, names)));
    }
  }
}

}  // namespace calculon
