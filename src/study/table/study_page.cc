#include "study/table/study_page.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <string_view>
#include <utility>

#include "calculon/base/quantity_text.h"
#include "page/effect.h"
#include "page/page.h"
#include "page/plot_types.h"
#include "page/wanted_scatter.h"
#include "study/points/foreign_datatypes.h"
#include "text/result_inputs.h"

namespace calculon {
namespace {

// Whether the table has one row for all values of an axis, that of the best.
bool is_reduced(const Study& study, const Axis& axis) {
  const Json& derive = study.derive();
  return std::any_of(derive.begin(), derive.end(), [&](const Json& part) {
    return part.contains("best_over") && part["best_over"] == axis.name;
  });
}

// Whether it changes a part of the system, or puts another in its place.
bool changes_machine(const Axis& axis) {
  const std::vector<std::string> paths = axis.paths();
  return std::any_of(paths.begin(), paths.end(),
                     [](const std::string& path) { return path.starts_with("system"); });
}

std::vector<std::string> page_axes(const Study& study) {
  std::vector<std::string> names;
  for (const auto* list : {&study.axes(), &study.vary()}) {
    for (const Axis& axis : *list) {
      if (!is_reduced(study, axis)) {
        names.push_back(axis.name);
      }
    }
  }
  return names;
}

// "published and calibrated".
std::string methodologies_text(const std::vector<Methodology>& methodologies) {
  std::vector<std::string_view> names;
  for (const Methodology methodology : methodologies) {
    names.push_back(enum_name(methodology));
  }
  const std::string_view last = names.back();
  names.pop_back();
  return names.empty() ? std::string(last) : fmt::format("{} and {}", fmt::join(names, ", "), last);
}

std::string document_name(const std::string& name) {
  return is_bundled_name(name) ? name : input_name(name);
}

// The document of a kind that the command line puts in the place of the study's; "" if it does not.
std::string replacement(const LoadedStudy& loaded, std::string_view kind) {
  std::string name;
  for (const auto& [path, value] : loaded.choices.set) {
    if (path == kind && value.is_string()) {
      name = document_name(value.get<std::string>());
    }
  }
  return name;
}

// The documents of a kind that the points are of.
std::string names_text(const LoadedStudy& loaded, std::string_view kind) {
  if (std::string name = replacement(loaded, kind); !name.empty()) {
    return name;
  }
  DistinctValues values;
  for (const std::string& name : loaded.documents->names(kind)) {
    values.add(document_name(name));
  }
  return spoken_values(values);
}

// Titles speak of the study's own model and system, which may not be the ones of the points.
std::string replacements_text(const LoadedStudy& loaded) {
  std::vector<std::string> words;
  for (const std::string_view kind : {"model", "system"}) {
    if (const std::string name = replacement(loaded, kind); !name.empty()) {
      words.push_back(fmt::format("{} {}", kind, name));
    }
  }
  return words.empty() ? "" : fmt::format("here with {}; ", fmt::join(words, " and "));
}

// Whose models have answered, and what their results go by.
Json methodologies_json(const std::vector<Methodology>& methodologies) {
  Json json = Json::object();
  for (const Methodology methodology : methodologies) {
    json[std::string(enum_name(methodology))] = formulas_of(methodology);
  }
  return json;
}

}  // namespace

StudyPage::StudyPage(const LoadedStudy& loaded, const StudyTable& table,
                     const std::string& inputs_date)
    : large_(table.is_large()), columns_(table.columns()) {
  const Study& study = *loaded.study;
  const std::vector<Methodology> methodologies = methodologies_of(loaded.points);
  content_.title =
      fmt::format("{} ({}{} methodolog{}, calculon " CALCULON_VERSION ")",
                  study.title().empty() ? loaded.name : study.title(), replacements_text(loaded),
                  methodologies_text(methodologies), methodologies.size() == 1 ? "y" : "ies");
  inputs_.model = names_text(loaded, "model");
  inputs_.system = names_text(loaded, "system");
  inputs_.methodology = methodologies_text(methodologies);
  inputs_.program = "calculon " CALCULON_VERSION;
  inputs_.date = inputs_date;
  content_.notes = study.notes();
  content_.axes = page_axes(study);
  for (const Axis& axis : study.vary()) {
    content_.varied.push_back(axis.name);
  }
  for (const auto* axes : {&study.axes(), &study.vary()}) {
    for (const Axis& axis : *axes) {
      if (!changes_machine(axis)) {
        content_.silent_because[axis.name] = kAllTheSame;
      }
    }
  }
  for (ForeignDatatype& foreign : foreign_datatypes(loaded)) {
    content_.silent_because[foreign.axis] = std::move(foreign.why);
  }
  content_.plots = study.plots();
  content_.inputs = {{"calculon", CALCULON_VERSION},
                     {"methodologies", methodologies_json(methodologies)},
                     {"study", loaded.file},
                     {"choices", loaded.choices.to_json()}};
  columns_.emplace_back("reason_kind");
}

void StudyPage::add(const Table& rows, std::size_t row) {
  row_inputs_.add(rows, row);
  if (!large_) {
    content_.rows.add_copy(rows, row, rows.all_columns());
    return;
  }
  const Json& plots = content_.plots;
  if (std::any_of(plots.begin(), plots.end(), [&](const Json& plot) {
        return plot.contains("where") && shows_row(plot, rows, row);
      })) {
    content_.rows.add_copy(rows, row, columns_);
  }
}

void StudyPage::add_scatter_of(const std::string& columns) {
  if (large_) {
    throw InputError(
        fmt::format("--scatter is for studies of up to {} points; 'where' of a plot "
                    "chooses rows of a larger one",
                    grouped_digits(StudyTable::kMostKeptPoints)));
  }
  add_scatter(content_, columns);
}

DrawnPage StudyPage::draw() {
  PageInputs inputs = inputs_;
  row_inputs_.complete(inputs);
  content_.sources = {std::move(inputs)};
  return draw_page(content_);
}

std::string study_page(const LoadedStudy& loaded, const StudyTable& table,
                       const std::string& inputs_date, const std::string& scatter) {
  StudyPage page(loaded, table, inputs_date);
  table.for_each_row([&](const Table& rows, std::size_t row) { page.add(rows, row); });
  if (!scatter.empty()) {
    page.add_scatter_of(scatter);
  }
  return page.draw().html;
}

}  // namespace calculon
