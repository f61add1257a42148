#include "study/spec/study.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "base/file_kind.h"
#include "import/model_format.h"
#include "study/spec/table_columns.h"

namespace calculon {
namespace {

constexpr std::int64_t kFormatVersion = 1;
constexpr std::size_t kMostPoints = 100'000'000;

constexpr std::array<std::string_view, 3> kRequiredKeys = {"calculon_study", "model", "system"};
constexpr std::array<std::string_view, 12> kOtherKeys = {"title",  "notes", "execution", "search",
                                                         "set",    "axes",  "vary",      "cost",
                                                         "derive", "quick", "columns",   "plots"};

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

std::vector<Axis> parse_axis_list(const JsonReader& file, std::string_view key, const Json& quick) {
  std::vector<Axis> axes;
  if (!file.has(key)) {
    return axes;
  }
  const JsonReader list = file[key];
  for (std::size_t i = 0; i < list.size(); ++i) {
    const std::string name = list[i].has("name") ? list[i]["name"].string() : "";
    axes.push_back(parse_axis(list[i], quick.contains(name) ? quick[name] : Json(nullptr)));
  }
  return axes;
}

}  // namespace

Study::Study(const JsonReader& file, const StudyChoices& choices, Documents& documents,
             const Watch& watch)
    : file_(file.place()), documents_(documents) {
  require_kind(file, FileKind::kStudy);
  file.require_keys(kRequiredKeys, kOtherKeys);
  if (file["calculon_study"].integer(1) != kFormatVersion) {
    file["calculon_study"].reject(fmt::format("{}", kFormatVersion));
  }
  title_ = text_of(file, "title");
  notes_ = text_of(file, "notes");
  parse_inputs(file, documents);
  parse_axes(file, choices);
  if (file.has("cost")) {
    cost_ = Cost(file["cost"]);
  }
  for (const auto& [path, value] : choices.set) {
    last_.push_back({InputPath(path), value, {}});
  }
  load_documents(documents);
  check_paths();
  keep_only(choices);
  try_every_value(watch);

  derive_ = file.has("derive") ? file["derive"].json() : Json::array();
  plots_ = file.has("plots") ? file["plots"].json() : Json::array();
  if (file.has("columns")) {
    for (std::size_t i = 0; i < file["columns"].size(); ++i) {
      columns_.push_back(file["columns"][i].string());
    }
  }
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
  if (!file.has("set")) {
    return;
  }
  const JsonReader set = file["set"];
  for (const std::string_view path : set.keys()) {
    const Change change = parse_change(path, set[path]);
    load_document(change, documents);
    try {
      apply(change, documents, base_);
    } catch (const InputError& error) {
      set.complain(error.what());
    }
  }
}

void Study::parse_axes(const JsonReader& file, const StudyChoices& choices) {
  const Json quick = choices.quick && file.has("quick") ? file["quick"].json() : Json::object();
  axes_ = parse_axis_list(file, "axes", quick);
  vary_ = parse_axis_list(file, "vary", quick);
  std::set<std::string> names;
  for (const std::string& name : column_names()) {
    if (!names.insert(name).second) {
      file.complain(fmt::format("has two axes called '{}'", name));
    }
    if (is_reserved_column(name)) {
      file.complain(fmt::format("has an axis called '{}', as a column of every table is", name));
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

// A path that two axes set would leave it to their order which one counts.
void Study::check_paths() const {
  std::map<std::string, std::string> axis_of;
  std::size_t points = 1;
  for (const auto* list : {&axes_, &vary_}) {
    for (const Axis& axis : *list) {
      for (const std::string& path : axis.paths()) {
        const auto [known, is_new] = axis_of.emplace(path, axis.name);
        if (!is_new) {
          throw InputError(fmt::format("{}: the axes '{}' and '{}' both set {}", file_,
                                       known->second, axis.name, path));
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

std::vector<std::string> Study::column_names() const {
  std::vector<std::string> names;
  for (const auto* list : {&axes_, &vary_}) {
    for (const Axis& axis : *list) {
      names.push_back(axis.name);
    }
  }
  return names;
}

std::size_t Study::num_variants() const {
  std::size_t variants = 1;
  for (const Axis& axis : vary_) {
    variants += axis.values.size();
  }
  return variants;
}

std::size_t Study::axis_number(const std::string& name) const {
  std::vector<std::string_view> names;
  for (std::size_t i = 0; i < axes_.size(); ++i) {
    if (axes_[i].name == name) {
      return i;
    }
    names.push_back(axes_[i].name);
  }
  throw InputError(
      fmt::format("{}: there is no axis '{}'{}", file_, name,
                  names.empty() ? "" : fmt::format(", expected {}", list_of_names(names))));
}

const Axis& Study::axis(const std::string& name) const {
  return axes_[axis_number(name)];
}

Study::Stride Study::stride(const std::string& axis) const {
  const std::size_t number = axis_number(axis);
  std::size_t stride = num_variants();
  for (std::size_t i = number + 1; i < axes_.size(); ++i) {
    stride *= axes_[i].values.size();
  }
  return {stride, axes_[number].values.size()};
}

std::size_t Study::size() const {
  std::size_t size = num_variants();
  for (const Axis& axis : axes_) {
    size *= axis.values.size();
  }
  return size;
}

Study::AxisChoice Study::choice(std::size_t index) const {
  AxisChoice choice;
  const std::size_t variants = num_variants();
  std::size_t variant = index % variants;
  index /= variants;
  if (variant > 0) {
    --variant;
    choice.varied = 0;
    while (variant >= vary_[static_cast<std::size_t>(choice.varied)].values.size()) {
      variant -= vary_[static_cast<std::size_t>(choice.varied)].values.size();
      ++choice.varied;
    }
    choice.vary_value = variant;
  }
  choice.axes.resize(axes_.size());
  for (std::size_t a = axes_.size(); a-- > 0;) {
    choice.axes[a] = index % axes_[a].values.size();
    index /= axes_[a].values.size();
  }
  return choice;
}

int Study::varied(std::size_t index) const {
  return choice(index).varied;
}

std::vector<Json> Study::labels(std::size_t index) const {
  const AxisChoice at = choice(index);
  std::vector<Json> labels;
  bool computed = false;
  for (std::size_t a = 0; a < axes_.size(); ++a) {
    labels.push_back(axes_[a].values[at.axes[a]].label);
    computed = computed || axes_[a].affordable;
  }
  if (computed) {
    try {
      return resolve(at).labels;
    } catch (const InputError&) {
      // The counted sizes have to do.
    }
  }
  for (std::size_t a = 0; a < vary_.size(); ++a) {
    labels.push_back(static_cast<int>(a) == at.varied ? vary_[a].values[at.vary_value].label
                                                      : Json(nullptr));
  }
  return labels;
}

Point Study::point(std::size_t index) const {
  return resolve(choice(index));
}

template <class Visit>
void Study::for_each_change(const AxisChoice& choice, const Visit& visit) const {
  for (std::size_t a = 0; a < axes_.size(); ++a) {
    std::for_each(axes_[a].values[choice.axes[a]].changes.begin(),
                  axes_[a].values[choice.axes[a]].changes.end(), visit);
  }
  if (choice.varied >= 0) {
    const Axis& axis = vary_[static_cast<std::size_t>(choice.varied)];
    std::for_each(axis.values[choice.vary_value].changes.begin(),
                  axis.values[choice.vary_value].changes.end(), visit);
  }
  std::for_each(last_.begin(), last_.end(), visit);
}

Json Study::document(std::size_t index, std::string_view name) const {
  for (const Axis& axis : axes_) {
    if (axis.affordable && axis.affordable->path.root() == name) {
      return std::move(point(index).inputs.document(name));  // it depends on the price
    }
  }
  PointInputs inputs;
  inputs.document(name) = base_.document(name);
  for_each_change(choice(index), [&](const Change& change) {
    if (change.path.root() == name) {
      apply(change, documents_, inputs);
    }
  });
  return std::move(inputs.document(name));
}

Point Study::resolve(const AxisChoice& choice) const {
  Point point;
  point.inputs = base_;
  for_each_change(choice, [&](const Change& change) { apply(change, documents_, point.inputs); });
  for (std::size_t a = 0; a < axes_.size(); ++a) {
    point.labels.push_back(axes_[a].values[choice.axes[a]].label);
  }
  for (std::size_t a = 0; a < vary_.size(); ++a) {
    point.labels.push_back(static_cast<int>(a) == choice.varied
                               ? vary_[a].values[choice.vary_value].label
                               : Json(nullptr));
  }
  if (cost_.known()) {
    point.price = cost_.price(point.inputs);
    if (const std::int64_t most = cost_.affordable(*point.price); most > 0) {
      point.max_procs = most;
    }
  }
  for (std::size_t a = 0; a < axes_.size(); ++a) {
    if (axes_[a].affordable) {
      set_affordable(axes_[a], choice.axes[a], point.labels[a], point);
      for (const Change& change : last_) {
        apply(change, documents_, point.inputs);
      }
    }
  }
  return point;
}

void Study::set_affordable(const Axis& axis, std::size_t value, Json& label, Point& point) const {
  if (!point.max_procs) {
    throw InputError("'affordable' needs a 'cost' with a 'budget' that buys something");
  }
  const Axis::Affordable& sizes = *axis.affordable;
  const std::int64_t most = *point.max_procs / sizes.step * sizes.step;
  const std::int64_t size =
      most - (sizes.last - 1 - axis.values[value].label.get<std::int64_t>()) * sizes.step;
  if (size <= 0) {
    throw InputError(
        fmt::format("the budget buys {} processors, fewer than {} sizes in steps of {}",
                    *point.max_procs, sizes.last, sizes.step));
  }
  point.max_procs = most;
  label = size;
  apply({sizes.path, size, {}}, documents_, point.inputs);
}

}  // namespace calculon
