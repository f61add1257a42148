// A table with the best cell of some columns marked.
#include <fmt/format.h>

#include <optional>

#include "page/plot.h"
#include "page/result_columns.h"

namespace calculon {
namespace {

// As many as a page shows of any table (page.js).
constexpr std::size_t kMostShown = 1000;

// The rows that hold the best value of a column; equal ones all count.
Json best_rows(const PlotRequest& request, const std::string& column, bool least) {
  Json best = Json::array();
  std::optional<double> best_value;
  for (const std::size_t row : request.rows) {
    const auto value = request.table().ok(row) ? request.table().number(row, column) : std::nullopt;
    if (!value || (best_value && (least ? *value > *best_value : *value < *best_value))) {
      continue;
    }
    if (best_value != value) {
      best.clear();
      best_value = value;
    }
    best.push_back(row);
  }
  return best;
}

}  // namespace

Drawing table_plot(const PlotRequest& request) {
  Drawing drawing;
  drawing.title = request.text("title", "Table");
  drawing.rows = request.rows;
  if (drawing.rows.size() > kMostShown) {
    drawing.rows.resize(kMostShown);
    drawing.notes.push_back(
        fmt::format("These are the first {} of {} rows.", kMostShown, request.rows.size()));
  }
  drawing.table = request.has("columns") ? Json(request.names("columns"))
                                         : Json(result_columns(request.content));
  drawing.best = Json::object();
  if (request.has("best")) {
    for (const auto& item : request.plot["best"].items()) {
      drawing.best[item.key()] = best_rows(request, item.key(), item.value() == "least");
    }
  }
  return drawing;
}

}  // namespace calculon
