#include "study/table/study_page.h"

#include <algorithm>
#include <set>

#include "page/page.h"

namespace calculon {
namespace {

// Above this many rows a page holds those that its plots show, and no other columns than they need.
constexpr std::size_t kMostWholeRows = 20'000;

bool matches(const Json& wanted, const Json& found) {
  return wanted.is_array() ? std::find(wanted.begin(), wanted.end(), found) != wanted.end()
                           : wanted == found;
}

// Whether a plot has the row; one without `where` has all.
bool shows(const Json& plot, const Json& row) {
  if (!plot.contains("where")) {
    return true;
  }
  for (const auto& item : plot["where"].items()) {
    if (!matches(item.value(), row.value(item.key(), Json(nullptr)))) {
      return false;
    }
  }
  return true;
}

// Whether the table has one row for all values of an axis, that of the best.
bool is_reduced(const Study& study, const Axis& axis) {
  const Json& derive = study.derive();
  return std::any_of(derive.begin(), derive.end(), [&](const Json& part) {
    return part.contains("best_over") && part["best_over"] == axis.name;
  });
}

Json axes_json(const Study& study) {
  Json axes = Json::array();
  for (const auto* list : {&study.axes(), &study.vary()}) {
    for (const Axis& axis : *list) {
      if (is_reduced(study, axis)) {
        continue;
      }
      Json values = Json::array();
      for (const Axis::Value& value : axis.values) {
        values.push_back(value.label);
      }
      axes.push_back({{"name", axis.name}, {"values", values}});
    }
  }
  return axes;
}

// Only what the table shows and what plots count by, without empty cells.
Json slim(const StudyTable& table, const Json& row) {
  Json kept = Json::object();
  for (const std::string& column : table.columns()) {
    if (!row[column].is_null()) {
      kept[column] = row[column];
    }
  }
  if (row.contains("reason_kind")) {
    kept["reason_kind"] = row["reason_kind"];
  }
  return kept;
}

}  // namespace

std::string study_page(const LoadedStudy& loaded, const StudyTable& table) {
  const Study& study = *loaded.study;
  PageContent content;
  content.title = study.title().empty() ? loaded.name : study.title();
  content.notes = study.notes();
  content.axes = axes_json(study);
  for (const Axis& axis : study.vary()) {
    content.varied.push_back(axis.name);
  }
  content.plots = study.plots();
  content.inputs = {{"study", loaded.file}, {"choices", loaded.choices.to_json()}};
  const bool large = loaded.points.size() > kMostWholeRows;
  table.for_each_row([&](const Json& row) {
    if (!large) {
      content.rows.push_back(row);
      return;
    }
    const Json& plots = content.plots;
    if (std::any_of(plots.begin(), plots.end(),
                    [&](const Json& plot) { return plot.contains("where") && shows(plot, row); })) {
      content.rows.push_back(slim(table, row));
    }
  });
  return html_page(content);
}

}  // namespace calculon
