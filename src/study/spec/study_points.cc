// The points of a study: which values its axes have there, and what these make of its inputs.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "calculon/calibrated/calibrated_execution.h"
#include "study/spec/methodology.h"
#include "study/spec/study.h"

namespace calculon {

std::vector<std::string> Study::column_names() const {
  std::vector<std::string> names;
  for (const auto* list : {&axes_, &vary_}) {
    for (const Axis& axis : *list) {
      names.push_back(axis.name);
    }
  }
  return names;
}

bool Study::may_be_calibrated() const {
  const auto says_so = [](const Json& json) {
    return json == kCalibratedName || says_calibrated(json);
  };
  const auto makes_it = [&](const Change& change) {
    const std::string_view root = change.path.root();
    const bool decides = root == "search" || root == "execution";
    return decides && (says_so(change.value) ||
                       (names_document(change) &&
                        says_so(documents_.at(root, change.value.get<std::string>()))));
  };
  for (const auto* list : {&axes_, &vary_}) {
    for (const Axis& axis : *list) {
      for (const Axis::Value& value : axis.values) {
        if (std::any_of(value.changes.begin(), value.changes.end(), makes_it)) {
          return true;
        }
      }
    }
  }
  return is_measured_ || says_calibrated(base_.search) || says_calibrated(base_.execution) ||
         std::any_of(last_.begin(), last_.end(), makes_it);
}

std::size_t Study::num_variants() const {
  std::size_t variants = 1;
  for (const Axis& axis : vary_) {
    variants += axis.values.size();
  }
  return variants;
}

std::size_t Study::axis_number(const std::string& name, const std::string& place) const {
  std::vector<std::string_view> names;
  for (std::size_t i = 0; i < axes_.size(); ++i) {
    if (axes_[i].name == name) {
      return i;
    }
    names.push_back(axes_[i].name);
  }
  throw InputError(
      fmt::format("{}: there is no axis '{}'{}", place, name,
                  names.empty() ? "" : fmt::format(", expected {}", list_of_names(names))));
}

const Axis& Study::axis(const std::string& name) const {
  return axes_[axis_number(name, file_)];
}

void Study::require_axis(const JsonReader& name) const {
  axis_number(name.string(), name.place());
}

Study::Stride Study::stride(const std::string& axis) const {
  const std::size_t number = axis_number(axis, file_);
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
  if (is_measured_) {
    point.run = take_measured(documents_, point.inputs);
  }
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
