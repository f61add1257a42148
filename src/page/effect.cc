#include "page/effect.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <unordered_map>

#include "page/column.h"
#include "page/extent.h"

namespace calculon {
namespace {

// Factors of the value in the file read as such: the base value of their axis is 1.
std::string parameter_text(const Cell& value, const Cell& base) {
  return (value.is_number() && base.is_number() && base == 1 ? "×" : "") + value_label(value);
}

// A measure along one axis, everything else being the same.
struct AxisLine {
  Extent values;
  std::size_t points = 0;
  std::size_t missing = 0;  // without an answer

  void add(std::optional<double> value) {
    if (value) {
      ++points;
      values.add(*value);
    } else {
      ++missing;
    }
  }
  bool flat() const {
    const double scale = std::max(std::fabs(values.least), std::fabs(values.greatest));
    return (points == 0 || missing == 0) && values.greatest - values.least <= kNoEffect * scale;
  }
};

}  // namespace

double Effect::least() const {
  double least = 0;
  for (const Point& point : points) {
    least = std::min(least, point.change);
  }
  return least;
}

double Effect::greatest() const {
  double greatest = 0;
  for (const Point& point : points) {
    greatest = std::max(greatest, point.change);
  }
  return greatest;
}

Cell base_value(const Table& table, const RowNumbers& rows, const std::string& parameter) {
  bool below = false;
  bool above = false;
  for (const std::size_t row : rows) {
    const Cell& value = table.value(row, parameter);
    const Cell& varied = table.value(row, "varied");
    if (varied == "" && !value.is_missing()) {
      return value;
    }
    if (varied == parameter) {
      if (!value.is_number()) {
        return {};
      }
      below = below || value.number() < 1;
      above = above || value.number() > 1;
    }
  }
  return below && above ? Cell(1) : Cell();
}

std::vector<Effect> effects_of(const PageContent& content, const RowNumbers& rows,
                               const std::string& measure) {
  const Table& table = content.rows;
  const auto base = std::find_if(rows.begin(), rows.end(), [&](std::size_t row) {
    return table.value(row, "varied") == "" && table.ok(row);
  });
  const auto unchanged = base == rows.end() ? std::nullopt : table.number(*base, measure);
  if (!unchanged || *unchanged == 0) {
    return {};
  }
  std::vector<Effect> effects;
  for (const std::string& parameter : content.varied) {
    Effect effect;
    effect.parameter = parameter;
    const Cell at_base = base_value(table, rows, parameter);
    for (const std::size_t row : rows) {
      if (table.value(row, "varied") != parameter) {
        continue;
      }
      effect.rows.push_back(row);
      if (const auto value = table.number(row, measure); value && table.ok(row)) {
        const Cell& setting = table.value(row, parameter);
        const bool above =
            setting.is_number() && at_base.is_number() && setting.number() > at_base.number();
        effect.points.push_back(
            {row, parameter_text(setting, at_base), *value / *unchanged - 1, above});
      }
    }
    effects.push_back(std::move(effect));
  }
  std::stable_sort(effects.begin(), effects.end(),
                   [](const Effect& a, const Effect& b) { return a.span() > b.span(); });
  return effects;
}

std::vector<std::string> axes_without_effect(const PageContent& content,
                                             const std::string& measure) {
  const Table& table = content.rows;
  std::vector<std::string> axes;
  for (const std::string& name : content.axes) {
    if (std::find(content.varied.begin(), content.varied.end(), name) == content.varied.end()) {
      axes.push_back(name);
    }
  }
  std::vector<std::string> sentences;
  for (const std::string& axis : axes) {
    std::unordered_map<std::string, AxisLine> lines;
    for (std::size_t row = 0; row < table.size(); ++row) {
      std::string others = value_key(table.value(row, "varied"));
      for (const std::string& other : axes) {
        others += other == axis ? "" : value_key(table.value(row, other)) + ",";
      }
      lines[others].add(table.ok(row) ? table.number(row, measure) : std::nullopt);
    }
    // A line of one row compares nothing.
    const auto none = [](const auto& line) {
      return line.second.flat() && line.second.points + line.second.missing > 1;
    };
    const auto answered = [](const auto& line) { return line.second.points > 1; };
    if (std::all_of(lines.begin(), lines.end(), none) &&
        std::any_of(lines.begin(), lines.end(), answered)) {
      sentences.push_back(no_effect_sentence(content, axis, measure));
    }
  }
  return sentences;
}

std::string no_effect_sentence(const PageContent& content, const std::string& parameter,
                               const std::string& measure) {
  const auto known = content.silent_because.find(parameter);
  const std::string why =
      known != content.silent_because.end()
          ? known->second
          : fmt::format("{}. Usually the best execution does not use that part of the machine",
                        kAllTheSame);
  return fmt::format("{} has no effect on the {}: {}.", parameter,
                     column_info(measure).in_sentence(), why);
}

}  // namespace calculon
