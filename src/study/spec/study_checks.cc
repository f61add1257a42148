// Whether what a study says fits together: every document that its axes name, their names and
// paths, and every one of their values.
#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "study/spec/at_place.h"
#include "study/spec/measured_axis.h"
#include "study/spec/study.h"
#include "study/spec/table_columns.h"

namespace calculon {
namespace {

constexpr std::size_t kMostPoints = 100'000'000;

std::string value_text(const std::string& file, const Axis& axis, const Axis::Value& value) {
  return fmt::format("{}: axis '{}', value {}", file, axis.name, label_text(value.label));
}

}  // namespace

void Study::load_documents(Documents& documents, Mistakes& mistakes) {
  for (auto* list : {&axes_, &vary_}) {
    for (Axis& axis : *list) {
      for (Axis::Value& value : axis.values) {
        std::erase_if(value.changes, [&](const Change& change) {
          const bool loaded = mistakes.attempt([&] {
            at_place([&] { return value_text(file_, axis, value); },
                     [&] { load_document(change, documents); });
          });
          if (!loaded) {
            left_out_.insert(change.path.text());
          }
          return !loaded;
        });
      }
    }
  }
  for (const Change& change : last_) {
    load_document(change, documents);
  }
}

void Study::check_names(Mistakes& mistakes) const {
  const bool calibrated = may_be_calibrated();
  for (const std::string& name : column_names()) {
    mistakes.attempt([&] {
      if (is_reserved_column(name, calibrated) || (is_measured_ && is_run_column(name))) {
        throw InputError(
            fmt::format("{}: has an axis called '{}', as a column of its table is", file_, name));
      }
    });
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
void Study::check_path(const Axis& axis, const std::string& path,
                       const std::map<std::string, std::string>& axis_of) const {
  check_root(InputPath(path));
  if (const auto known = axis_of.find(path); known != axis_of.end()) {
    throw InputError(fmt::format("{}: the axes '{}' and '{}' both set {}", file_, known->second,
                                 axis.name, path));
  }
}

void Study::check_paths(Mistakes& mistakes) const {
  for (const Change& change : last_) {
    check_root(change.path);
  }
  std::map<std::string, std::string> axis_of;
  std::size_t points = 1;
  for (const auto* list : {&axes_, &vary_}) {
    for (const Axis& axis : *list) {
      for (const std::string& path : axis.paths()) {
        mistakes.attempt([&] { check_path(axis, path, axis_of); });
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

// What --set says of all points is tried once, by itself.
void Study::try_last() const {
  PointInputs inputs = base_;
  try {
    for (const Axis& axis : axes_) {
      for (const Change& change : axis.values.front().changes) {
        apply(change, documents_, inputs);
      }
    }
  } catch (const InputError&) {
    return;  // told with the axis
  }
  for (const Change& change : last_) {
    at_place([&] { return fmt::format("{}: --set {}", file_, change.path.text()); },
             [&] { apply(change, documents_, inputs); });
  }
}

// Calls `visit(choice, axis, value)` with each value, beside the first ones of all other axes and
// the base of `vary`.
template <class Axes, class Visit>
void Study::for_each_value_alone(Axes& axes, Axes& vary, const Visit& visit) {
  AxisChoice choice;
  choice.axes.assign(axes.size(), 0);
  for (std::size_t a = 0; a < axes.size(); ++a) {
    for (std::size_t v = 0; v < axes[a].values.size(); ++v) {
      choice.axes[a] = v;
      visit(choice, axes[a], axes[a].values[v]);
    }
    choice.axes[a] = 0;
  }
  for (std::size_t a = 0; a < vary.size(); ++a) {
    for (std::size_t v = 0; v < vary[a].values.size(); ++v) {
      choice.varied = static_cast<int>(a);
      choice.vary_value = v;
      visit(choice, vary[a], vary[a].values[v]);
    }
  }
}

void Study::try_every_value(const Watch& watch) const {
  try_last();
  std::size_t tried = 0;
  std::size_t all = 0;
  for (const auto* list : {&axes_, &vary_}) {
    for (const Axis& axis : *list) {
      all += axis.values.size();
    }
  }
  if (axes_.empty() && vary_.empty()) {
    resolve({});
  }
  for_each_value_alone(axes_, vary_, [&](const AxisChoice& choice, const Axis& axis, auto& value) {
    watch.step("trying values", tried++, all);
    at_place([&] { return value_text(file_, axis, value); }, [&] { resolve(choice); });
  });
}

// What try_every_value() finds, of all values. One that has a mistake changes nothing from then on.
// A mistake that many values lead to is told of the first one.
void Study::find_bad_values(Mistakes& mistakes) {
  if (is_measured_ && !left_out_.empty()) {
    return;  // no run can be taken
  }
  leave_out_dependents();
  std::set<std::string> told;
  find_bad_first_values(mistakes, told);
  if (axes_.empty() && vary_.empty()) {
    mistakes.attempt([&] { resolve({}); });
  }
  for_each_value_alone(axes_, vary_, [&](const AxisChoice& choice, const Axis& axis, auto& value) {
    try {
      resolve(choice);
    } catch (const InputError& error) {
      if (told.insert(error.what()).second) {
        mistakes.add(fmt::format("{}: {}", value_text(file_, axis, value), error.what()));
      }
      if (!is_measured_) {  // there, nothing is known without a run and a methodology
        leave_out(value);
      }
    }
  });
}

// All other values are tried beside the first ones, which have to be right for that.
void Study::find_bad_first_values(Mistakes& mistakes, std::set<std::string>& told) {
  PointInputs inputs = base_;
  for (Axis& axis : axes_) {
    Axis::Value& first = axis.values.front();
    try {
      for (const Change& change : first.changes) {
        apply(change, documents_, inputs);
      }
    } catch (const InputError& error) {
      told.insert(error.what());
      mistakes.add(fmt::format("{}: {}", value_text(file_, axis, first), error.what()));
      leave_out(first);
    }
  }
}

void Study::leave_out(Axis::Value& value) {
  for (const Change& change : value.changes) {
    left_out_.insert(change.path.text());
  }
  value.changes.clear();
}

// What needs a document that is not known.
void Study::leave_out_dependents() {
  for (auto* list : {&axes_, &vary_}) {
    for (Axis& axis : *list) {
      for (Axis::Value& value : axis.values) {
        std::erase_if(value.changes,
                      [&](const Change& change) { return is_left_out(change.path); });
      }
    }
  }
  const auto of_cost = cost_.documents();
  if (std::any_of(of_cost.begin(), of_cost.end(), [&](std::string_view document) {
        return left_out_.contains(std::string(document));
      })) {
    cost_ = Cost();
    left_out_.insert("cost");
  }
  if (left_out_.contains("cost")) {
    for (Axis& axis : axes_) {
      axis.affordable.reset();
    }
  }
}

bool Study::is_left_out(const InputPath& path) const {
  return !path.is_root() && left_out_.contains(std::string(path.root()));
}

}  // namespace calculon
