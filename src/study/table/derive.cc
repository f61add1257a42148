#include "study/table/derive.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "calculon/search/stat_rule.h"
#include "study/spec/search_spec.h"
#include "text/table_json.h"

namespace calculon {
namespace {

constexpr double kPercent = 100;

std::size_t value_number(const Study& study, const std::string& axis, const Json& label) {
  const auto& values = study.axis(axis).values;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (label_text(values[i].label) == label_text(label)) {
      return i;
    }
  }
  return values.size();  // left out by --only or --quick
}

}  // namespace

DecidingStatistic deciding_statistic(const Study& study) {
  if (!study.searches()) {
    return {};
  }
  try {
    const SearchSpec search = parse_search(JsonReader("search", study.point(0).inputs.search));
    if (search.calibrated) {
      const CalibratedStatistic& statistic = *search.calibrated->options.rank_by.statistic;
      return {statistic.name, larger_is_better(statistic.unit)};
    }
    const StatOrder& order = search.options.rank_by;
    return {std::string(order.field->name), order.larger_is_better()};
  } catch (const InputError&) {
    return {};  // an invalid point decides nothing
  }
}

Derived::Derived(const Study& study, std::vector<PointScore> scores)
    : study_(study), scores_(std::move(scores)) {
  larger_is_better_ = deciding_statistic(study).larger_is_better;
  for (const Derivation& derivation : parse_derivations(study)) {
    if (derivation.kind == DerivationKind::kDays) {
      continue;
    }
    for (const std::string& name : derivation.columns()) {
      columns_.push_back(name);
    }
    for (Column& column : columns_of(derivation)) {
      cells_.push_back(std::move(column));
    }
  }
}

std::vector<Derived::Column> Derived::columns_of(const Derivation& derivation) {
  switch (derivation.kind) {
    case DerivationKind::kBestSoFar:
      return best_so_far_columns(derivation.axis);
    case DerivationKind::kLossBelow:
      return {loss_below(derivation.axis, derivation.by)};
    case DerivationKind::kRelativeTo:
      return {relative_to(derivation.axis, derivation.value)};
    case DerivationKind::kSpeedup:
      return speedups(derivation);
    case DerivationKind::kLargest:
      return largest(derivation, num_conditions_++);
    case DerivationKind::kBestOver:
      keep_best_over(derivation.axis);
      break;
    case DerivationKind::kDays:  // of rows, which the table sets
      break;
  }
  return {};
}

std::vector<Cell> Derived::cells(std::size_t index) const {
  std::vector<Cell> cells;
  for (const Column& column : cells_) {
    cells.push_back(column[index]);
  }
  return cells;
}

Cell Derived::label(const std::string& axis, std::size_t index) const {
  const Axis& found = study_.axis(axis);
  return found.affordable ? scores_[index].label
                          : cell_of(found.values[study_.stride(axis).value(index)].label);
}

std::vector<std::size_t> Derived::ascending(const std::string& axis, std::size_t index) const {
  const Study::Stride stride = study_.stride(axis);
  std::vector<std::size_t> points(stride.count);
  for (std::size_t v = 0; v < stride.count; ++v) {
    points[v] = stride.at(index, v);
  }
  std::stable_sort(points.begin(), points.end(), [&](std::size_t a, std::size_t b) {
    const Cell first = label(axis, a);
    const Cell second = label(axis, b);
    return first.is_number() && second.is_number() && first.number() < second.number();
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

std::vector<Derived::Column> Derived::best_so_far_columns(const std::string& axis) const {
  const auto points = best_so_far(axis);
  Column best(scores_.size());
  Column at(scores_.size());
  for (std::size_t i = 0; i < scores_.size(); ++i) {
    if (points[i]) {
      best[i] = number_cell(scores_[*points[i]].value);
      at[i] = label(axis, *points[i]);
    }
  }
  return {std::move(best), std::move(at)};
}

Derived::Column Derived::loss_below(const std::string& axis, double by) const {
  const Study::Stride stride = study_.stride(axis);
  Column loss(scores_.size());
  for (std::size_t i = 0; i < scores_.size(); ++i) {
    if (stride.value(i) != 0) {
      continue;
    }
    const std::vector<std::size_t> points = ascending(axis, i);
    double so_far = kNoAnswer;
    std::size_t next = 0;  // of those not yet counted
    for (const std::size_t p : points) {
      const double most = label(axis, p).number() - by;
      for (; next < points.size() && label(axis, points[next]).number() <= most; ++next) {
        const double value = scores_[points[next]].value;
        if (!std::isnan(value) && (std::isnan(so_far) || better(value, so_far))) {
          so_far = value;
        }
      }
      if (!std::isnan(scores_[p].value) && !std::isnan(so_far)) {
        loss[p] = number_cell(1 - so_far / scores_[p].value);
      }
    }
  }
  return loss;
}

Derived::Column Derived::relative_to(const std::string& axis, const Json& value) const {
  const Study::Stride stride = study_.stride(axis);
  const std::size_t number = value_number(study_, axis, value);
  Column relative(scores_.size());
  for (std::size_t i = 0; i < scores_.size() && number < stride.count; ++i) {
    relative[i] = number_cell(scores_[i].value / scores_[stride.at(i, number)].value);
  }
  return relative;
}

// Of the best up to each size. Quirk S4: the published figure divides curves that were divided
// before, each by what its largest machine would give without overheads.
std::vector<Derived::Column> Derived::speedups(const Derivation& derivation) const {
  const Study::Stride across = study_.stride(derivation.axis);
  const Study::Stride along = study_.stride(derivation.over);
  const std::size_t number = value_number(study_, derivation.axis, derivation.value);
  const auto best = best_so_far(derivation.over);
  const auto value_at = [&](std::size_t i) {
    return best[i] ? scores_[*best[i]].value : kNoAnswer;
  };
  std::vector<double> scale(scores_.size(), kNoAnswer);
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
    plain[i] = number_cell(kPercent * (ratio - 1));
    published[i] =
        number_cell(kPercent * (ratio / (scale[along.at(i, 0)] / scale[along.at(base, 0)]) - 1));
  }
  return {std::move(plain), std::move(published)};
}

// Of the values that stand in the way of `over`, any will do for its point.
std::vector<Derived::Column> Derived::largest(const Derivation& derivation,
                                              std::size_t condition) const {
  const Study::Stride over =
      derivation.over.empty() ? Study::Stride{1, 1} : study_.stride(derivation.over);
  const auto meets = [&](std::size_t point) { return scores_[point].meets[condition]; };
  const auto meets_somewhere = [&](std::size_t point) {
    for (std::size_t v = 0; v < over.count; ++v) {
      if (meets(over.at(point, v))) {
        return true;
      }
    }
    return false;
  };
  Column largest(scores_.size());
  Column is_largest(scores_.size());
  for (std::size_t i = 0; i < scores_.size(); ++i) {
    const std::vector<std::size_t> points = ascending(derivation.axis, i);
    const auto last = std::find_if(points.rbegin(), points.rend(), meets_somewhere);
    if (last != points.rend()) {
      largest[i] = label(derivation.axis, *last);
    }
    is_largest[i] = last != points.rend() && *last == i && meets(i);
  }
  return {std::move(largest), std::move(is_largest)};
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
