#include "study/derive.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "calculon/search/stat_rule.h"
#include "study/search_spec.h"
#include "text/json_report.h"

namespace calculon {
namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
constexpr double kPercent = 100;

constexpr std::array<std::string_view, 5> kKinds = {"best_so_far", "loss_below", "relative_to",
                                                    "best_over", "speedup"};

// An element of `derive` has one key.
struct Part {
  std::string_view kind;
  JsonReader value;
};

Part part_of(const JsonReader& part) {
  part.allow_keys(kKinds);
  const auto keys = part.keys();
  if (keys.size() != 1) {
    part.reject(list_of_names(kKinds));
  }
  return {keys.front(), part[keys.front()]};
}

std::size_t value_number(const Study& study, const std::string& axis, const Json& label) {
  const auto& values = study.axis(axis).values;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (label_text(values[i].label) == label_text(label)) {
      return i;
    }
  }
  return values.size();  // left out by --only or --quick
}

void require_numbers(const Study& study, const JsonReader& axis) {
  for (const Axis::Value& value : study.axis(axis.string()).values) {
    if (!value.label.is_number()) {
      axis.complain(
          fmt::format("is an axis with the value '{}', expected numbers", label_text(value.label)));
    }
  }
}

}  // namespace

std::string_view deciding_statistic(const Study& study) {
  if (study.searches()) {
    try {
      return parse_search(JsonReader("search", study.point(0).inputs.search))
          .options.rank_by.field->name;
    } catch (const InputError&) {
      // An invalid point decides nothing.
    }
  }
  return "sample_rate";
}

void Derived::check(const Study& study) {
  const JsonReader derive("derive", study.derive());
  for (std::size_t i = 0; i < derive.size(); ++i) {
    const auto [kind, value] = part_of(derive[i]);
    if (kind == "best_so_far" || kind == "best_over") {
      study.stride(value.string());
      continue;
    }
    static constexpr std::array<std::string_view, 2> kLoss = {"axis", "by"};
    static constexpr std::array<std::string_view, 2> kRelative = {"axis", "value"};
    static constexpr std::array<std::string_view, 3> kSpeedup = {"axis", "value", "over"};
    if (kind == "loss_below") {
      value.require_keys(kLoss);
      value["by"].number(kPositive);
      require_numbers(study, value["axis"]);
    } else if (kind == "relative_to") {
      value.require_keys(kRelative);
    } else {
      value.require_keys(kSpeedup);
      study.stride(value["over"].string());
    }
    study.stride(value["axis"].string());
  }
}

std::vector<std::string> Derived::column_names(const Study& study) {
  return Derived(study, std::vector<PointScore>()).columns_;
}

Derived::Derived(const Study& study, std::vector<PointScore> scores)
    : study_(study), scores_(std::move(scores)) {
  larger_is_better_ = parse_stat_order(deciding_statistic(study)).larger_is_better();
  check(study);
  const JsonReader derive("derive", study.derive());
  for (std::size_t i = 0; i < derive.size(); ++i) {
    const auto [kind, value] = part_of(derive[i]);
    if (kind == "best_so_far") {
      add_best_so_far(value.string());
    } else if (kind == "best_over") {
      keep_best_over(value.string());
    } else if (kind == "loss_below") {
      add_loss_below(value["axis"].string(), value["by"].number(kPositive));
    } else if (kind == "relative_to") {
      add_relative(value["axis"].string(), value["value"].json());
    } else {
      add_speedup(value["axis"].string(), value["value"].json(), value["over"].string());
    }
  }
}

std::vector<Json> Derived::cells(std::size_t index) const {
  std::vector<Json> cells;
  for (const Column& column : cells_) {
    cells.push_back(column[index]);
  }
  return cells;
}

Derived::Column& Derived::add(const std::string& name) {
  columns_.push_back(name);
  cells_.emplace_back(scores_.size());
  return cells_.back();
}

Json Derived::label(const std::string& axis, std::size_t index) const {
  const Axis& found = study_.axis(axis);
  return found.affordable ? scores_[index].label
                          : found.values[study_.stride(axis).value(index)].label;
}

std::vector<std::size_t> Derived::ascending(const std::string& axis, std::size_t index) const {
  const Study::Stride stride = study_.stride(axis);
  std::vector<std::size_t> points(stride.count);
  for (std::size_t v = 0; v < stride.count; ++v) {
    points[v] = stride.at(index, v);
  }
  std::stable_sort(points.begin(), points.end(), [&](std::size_t a, std::size_t b) {
    const Json first = label(axis, a);
    const Json second = label(axis, b);
    return first.is_number() && second.is_number() && first.get<double>() < second.get<double>();
  });
  return points;
}

std::vector<std::optional<std::size_t>> Derived::best_so_far(const std::string& axis) const {
  const Study::Stride stride = study_.stride(axis);
  std::vector<std::optional<std::size_t>> best(scores_.size());
  for (std::size_t i = 0; i < scores_.size(); ++i) {
    if (stride.value(i) != 0) {
      continue;
    }
    std::optional<std::size_t> so_far;
    for (const std::size_t p : ascending(axis, i)) {
      const double value = scores_[p].value;
      if (!std::isnan(value) && (!so_far || better(value, scores_[*so_far].value))) {
        so_far = p;
      }
      best[p] = so_far;
    }
  }
  return best;
}

void Derived::add_best_so_far(const std::string& axis) {
  const auto points = best_so_far(axis);
  Column best(scores_.size());
  Column at(scores_.size());
  for (std::size_t i = 0; i < scores_.size(); ++i) {
    if (points[i]) {
      best[i] = to_json(scores_[*points[i]].value);
      at[i] = label(axis, *points[i]);
    }
  }
  add("best_so_far") = std::move(best);
  add("best_so_far_at") = std::move(at);
}

void Derived::add_loss_below(const std::string& axis, double by) {
  const Study::Stride stride = study_.stride(axis);
  Column loss(scores_.size());
  for (std::size_t i = 0; i < scores_.size(); ++i) {
    if (stride.value(i) != 0) {
      continue;
    }
    const std::vector<std::size_t> points = ascending(axis, i);
    double so_far = kNone;
    std::size_t next = 0;  // of those not yet counted
    for (const std::size_t p : points) {
      const double most = label(axis, p).get<double>() - by;
      for (; next < points.size() && label(axis, points[next]).get<double>() <= most; ++next) {
        const double value = scores_[points[next]].value;
        if (!std::isnan(value) && (std::isnan(so_far) || better(value, so_far))) {
          so_far = value;
        }
      }
      if (!std::isnan(scores_[p].value) && !std::isnan(so_far)) {
        loss[p] = to_json(1 - so_far / scores_[p].value);
      }
    }
  }
  add("loss_below") = std::move(loss);
}

void Derived::add_relative(const std::string& axis, const Json& value) {
  const Study::Stride stride = study_.stride(axis);
  const std::size_t number = value_number(study_, axis, value);
  Column relative(scores_.size());
  for (std::size_t i = 0; i < scores_.size() && number < stride.count; ++i) {
    relative[i] = to_json(scores_[i].value / scores_[stride.at(i, number)].value);
  }
  add("relative_to_" + label_text(value)) = std::move(relative);
}

// Of the best up to each size. Quirk S4: the published figure divides curves that were divided
// before, each by what its largest machine would give without overheads.
void Derived::add_speedup(const std::string& axis, const Json& value, const std::string& over) {
  const Study::Stride across = study_.stride(axis);
  const Study::Stride along = study_.stride(over);
  const std::size_t number = value_number(study_, axis, value);
  const auto best = best_so_far(over);
  const auto value_at = [&](std::size_t i) { return best[i] ? scores_[*best[i]].value : kNone; };
  std::vector<double> scale(scores_.size(), kNone);
  for (std::size_t i = 0; i < scores_.size(); ++i) {
    const double ideal = scores_[i].value / scores_[i].system_efficiency;
    double& most = scale[along.at(i, 0)];
    most = std::isnan(most) || ideal > most ? (std::isnan(ideal) ? most : ideal) : most;
  }
  Column plain(scores_.size());
  Column published(scores_.size());
  for (std::size_t i = 0; i < scores_.size() && number < across.count; ++i) {
    const std::size_t base = across.at(i, number);
    const double ratio = value_at(i) / value_at(base);
    plain[i] = to_json(kPercent * (ratio - 1));
    published[i] =
        to_json(kPercent * (ratio / (scale[along.at(i, 0)] / scale[along.at(base, 0)]) - 1));
  }
  add("speedup_percent") = std::move(plain);
  add("speedup_percent_published") = std::move(published);
}

void Derived::keep_best_over(const std::string& axis) {
  const Study::Stride stride = study_.stride(axis);
  hidden_.resize(scores_.size(), false);
  for (std::size_t i = 0; i < scores_.size(); ++i) {
    if (stride.value(i) != 0) {
      continue;
    }
    const std::vector<std::size_t> points = ascending(axis, i);
    std::size_t best = points.front();
    for (const std::size_t p : points) {
      if (!std::isnan(scores_[p].value) &&
          (std::isnan(scores_[best].value) || better(scores_[p].value, scores_[best].value))) {
        best = p;
      }
    }
    for (const std::size_t p : points) {
      hidden_[p] = hidden_[p] || p != best;
    }
  }
}

}  // namespace calculon
