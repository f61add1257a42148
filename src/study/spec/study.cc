#include "study/spec/study.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "base/file_kind.h"
#include "import/model_format.h"
#include "study/spec/measured_axis.h"
#include "study/spec/table_columns.h"

namespace calculon {
namespace {

constexpr std::int64_t kFormatVersion = 1;
constexpr std::size_t kMostPoints = 100'000'000;

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
  return documents.load(kind, given.string());
}

std::vector<Axis> parse_axis_list(const JsonReader& file, std::string_view key, const Json& quick,
                                  Documents& documents) {
  static const Json kNoQuick;
  std::vector<Axis> axes;
  if (!file.has(key)) {
    return axes;
  }
  const JsonReader list = file[key];
  for (std::size_t i = 0; i < list.size(); ++i) {
    const std::string name = list[i].has("name") ? list[i]["name"].string() : "";
    const Json& own = quick.contains(name) ? quick[name] : kNoQuick;
    const bool measured = key == "axes" && is_measured_axis(list[i]);
    axes.push_back(measured ? parse_measured_axis(list[i], own, documents)
                            : parse_axis(list[i], own));
  }
  return axes;
}

}  // namespace

Study::Study(const JsonReader& file, const StudyChoices& choices, Documents& documents,
             const Watch& watch)
    : file_(file.place()), documents_(documents) {
  require_kind(file, FileKind::kStudy);
  is_measured_ = has_measured_axis(file);
  if (is_measured_) {
    file.require_keys(kMeasuredKeys, kOtherMeasuredKeys);
  } else {
    file.require_keys(kRequiredKeys, kOtherKeys);
  }
  if (file["calculon_study"].integer(1) != kFormatVersion) {
    file["calculon_study"].reject(fmt::format("{}", kFormatVersion));
  }
  title_ = text_of(file, "title");
  notes_ = text_of(file, "notes");
  derive_ = file.has("derive") ? file["derive"].json() : Json::array();
  parse_axes(file, choices, documents);
  if (!is_measured_) {
    parse_inputs(file, documents);
  }
  take_choices(choices, documents);
  if (file.has("set")) {
    apply_to_base(file["set"], documents);
  }
  if (file.has("cost")) {
    cost_ = Cost(file["cost"]);
  }
  load_documents(documents);
  check_names();
  check_paths();
  keep_only(choices);
  try_every_value(watch);

  plots_ = file.has("plots") ? file["plots"].json() : Json::array();
  if (file.has("columns")) {
    for (std::size_t i = 0; i < file["columns"].size(); ++i) {
      columns_.push_back(file["columns"][i].string());
    }
  }
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

void Study::parse_inputs(const JsonReader& file, Documents& documents) {
  if (file.has("execution") == file.has("search")) {
    file.complain("has both or neither of 'execution' and 'search', expected one");
  }
  base_.model = given_document(file["model"], "model", documents);
  base_.system = given_document(file["system"], "system", documents);
  if (file.has("execution")) {
    base_.execution = given_document(file["execution"], "execution", documents);
  } else {
    base_.search = file["search"].json();
    if (!base_.search.is_object()) {
      file["search"].reject("an object");
    }
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

void Study::apply_to_base(const JsonReader& set, Documents& documents) {
  for (const std::string_view path : set.keys()) {
    const Change change = parse_change(path, set[path]);
    check_root(change.path);
    load_document(change, documents);
    try {
      apply(change, documents, base_);
    } catch (const InputError& error) {
      set.complain(error.what());
    }
  }
}

void Study::parse_axes(const JsonReader& file, const StudyChoices& choices, Documents& documents) {
  const Json quick = choices.quick && file.has("quick") ? file["quick"].json() : Json::object();
  axes_ = parse_axis_list(file, "axes", quick, documents);
  vary_ = parse_axis_list(file, "vary", quick, documents);
  std::set<std::string> names;
  for (const std::string& name : column_names()) {
    if (!names.insert(name).second) {
      file.complain(fmt::format("has two axes called '{}'", name));
    }
  }
  if (file.has("quick")) {
    for (const std::string_view name : file["quick"].keys()) {
      if (!names.contains(std::string(name))) {
        const std::vector<std::string_view> views(names.begin(), names.end());
        file["quick"].complain(
            fmt::format("names no axis with '{}'{}", name, did_you_mean(name, views)));
      }
    }
  }
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

void Study::load_documents(Documents& documents) const {
  for (const auto* list : {&axes_, &vary_}) {
    for (const Axis& axis : *list) {
      for (const Axis::Value& value : axis.values) {
        for (const Change& change : value.changes) {
          load_document(change, documents);
        }
      }
    }
  }
  for (const Change& change : last_) {
    load_document(change, documents);
  }
}

void Study::check_names() const {
  const bool calibrated = may_be_calibrated();
  for (const std::string& name : column_names()) {
    if (is_reserved_column(name, calibrated) || (is_measured_ && is_run_column(name))) {
      throw InputError(
          fmt::format("{}: has an axis called '{}', as a column of its table is", file_, name));
    }
  }
}

void Study::check_root(const InputPath& path) const {
  const bool own = path.root() == kMeasuredPath || path.root() == kMethodologyPath;
  if (is_measured_ && path.text() != kMethodologyPath && path.text() != kMeasuredPath) {
    throw InputError(fmt::format(
        "{}: path '{}': of measured runs only the methodology is set, all else is in their rows",
        file_, path.text()));
  }
  if (!is_measured_ && own) {
    throw InputError(
        fmt::format("{}: path '{}': the study has no axis of measured runs", file_, path.text()));
  }
}

// A path that two axes set would leave it to their order which one counts. Those of `vary` leave
// their base one at a time, so that they may share one.
void Study::check_paths() const {
  for (const Change& change : last_) {
    check_root(change.path);
  }
  std::map<std::string, std::string> axis_of;
  std::size_t points = 1;
  for (const auto* list : {&axes_, &vary_}) {
    for (const Axis& axis : *list) {
      for (const std::string& path : axis.paths()) {
        check_root(InputPath(path));
        const auto known = axis_of.find(path);
        if (known != axis_of.end()) {
          throw InputError(fmt::format("{}: the axes '{}' and '{}' both set {}", file_,
                                       known->second, axis.name, path));
        }
        if (list == &axes_) {
          axis_of.emplace(path, axis.name);
        }
      }
      points = list == &axes_ ? points * axis.values.size() : points;
      if (points > kMostPoints) {
        throw InputError(fmt::format("{}: more than {} points", file_, kMostPoints));
      }
    }
  }
}

void Study::try_every_value(const Watch& watch) const {
  std::size_t tried = 0;
  std::size_t all = 0;
  for (const auto* list : {&axes_, &vary_}) {
    for (const Axis& axis : *list) {
      all += axis.values.size();
    }
  }
  const auto attempt = [&](const AxisChoice& choice, const std::string& axis, const Json& label) {
    watch.step("trying values", tried++, all);
    try {
      resolve(choice);
    } catch (const InputError& error) {
      throw InputError(
          fmt::format("{}: axis '{}', value {}: {}", file_, axis, label_text(label), error.what()));
    }
  };
  AxisChoice choice;
  choice.axes.assign(axes_.size(), 0);
  try {
    resolve(choice);
  } catch (const InputError&) {
    if (axes_.empty() && vary_.empty()) {
      throw;
    }
  }
  for (std::size_t a = 0; a < axes_.size(); ++a) {
    for (std::size_t v = 0; v < axes_[a].values.size(); ++v) {
      choice.axes[a] = v;
      attempt(choice, axes_[a].name, axes_[a].values[v].label);
    }
    choice.axes[a] = 0;
  }
  for (std::size_t a = 0; a < vary_.size(); ++a) {
    for (std::size_t v = 0; v < vary_[a].values.size(); ++v) {
      choice.varied = static_cast<int>(a);
      choice.vary_value = v;
      attempt(choice, vary_[a].name, vary_[a].values[v].label);
    }
  }
}

}  // namespace calculon
