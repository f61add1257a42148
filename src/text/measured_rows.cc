// The rows of a measured report, and what is written of it for programs.
#include <fmt/format.h>

#include "text/csv.h"
#include "text/json_report.h"
#include "text/measured_report.h"
#include "text/table_json.h"

namespace calculon {
namespace {

Cell measured_cell(const std::optional<double>& value) {
  return value ? number_cell(*value) : Cell();
}

Cell error_cell(double predicted, const std::optional<double>& measured) {
  return measured ? Cell(error_percent(predicted, *measured)) : Cell();
}

Cell text_cell(const std::string& text) {
  return text.empty() ? Cell() : Cell(text);
}

Json errors_json(const ErrorSummary& summary) {
  Json json = Json::object();
  json["n"] = summary.n;
  for (const ErrorFigure& figure : kErrorFigures) {
    json[std::string(figure.name)] = to_json(summary.*figure.member);
  }
  return json;
}

// The quantities of a group that were measured, each as an object that begins as `start`.
void add_quantities(Json& list, const GroupErrors& group, const Json& start) {
  for (std::size_t i = 0; i < kEnumSize<MeasuredQuantity>; ++i) {
    const auto quantity = static_cast<MeasuredQuantity>(i);
    const ErrorSummary& summary = summary_of(group, quantity);
    if (summary.n > 0) {
      Json json = start;
      json["quantity"] = enum_name(quantity);
      json.update(errors_json(summary));
      list.push_back(std::move(json));
    }
  }
}

void add_verdicts(Json& list, const GroupErrors& group, const Json& start) {
  if (group.verdict.n > 0) {
    Json json = start;
    json["quantity"] = "verdict";
    json["n"] = group.verdict.n;
    json["right"] = group.verdict.right;
    json["false_fits"] = group.verdict.false_fits;
    json["false_does_not_fit"] = group.verdict.false_does_not_fit;
    list.push_back(std::move(json));
  }
}

Json groups_json(const MeasuredReport& report) {
  Json list = Json::array();
  std::vector<GroupErrors> groups = errors_by(report.predicted->runs, RunGrouping::kSystem);
  groups.push_back(report.all);
  for (const GroupErrors& group : groups) {
    const Json start = {{"system", group.name}};
    add_quantities(list, group, start);
    add_verdicts(list, group, start);
  }
  for (const GroupErrors& group : report.unflagged) {
    add_quantities(list, group, {{"system", group.name}});
  }
  return list;
}

Json breakdown_json(const PredictedTable& predicted) {
  Json list = Json::array();
  for (const RunGrouping grouping : {RunGrouping::kProcessor, RunGrouping::kPrecision,
                                     RunGrouping::kKind, RunGrouping::kSource}) {
    for (const GroupErrors& group : errors_by(predicted.runs, grouping)) {
      const Json start = {{"by", enum_name(grouping)}, {"name", group.name}};
      add_quantities(list, group, start);
      add_verdicts(list, group, start);
    }
  }
  return list;
}

Json ranking_json(const std::vector<RankingFigures>& rankings) {
  Json list = Json::array();
  for (const RankingFigures& ranking : rankings) {
    list.push_back({{"system", ranking.system},
                    {"groups", ranking.groups},
                    {"n", ranking.runs},
                    {"rank_correlation", to_json(ranking.correlation)},
                    {"mean_regret_percent", to_json(ranking.mean_regret_percent)},
                    {"max_regret_percent", to_json(ranking.max_regret_percent)}});
  }
  return list;
}

// A row without the values that it has not.
Json row_json(const PredictedRun& run) {
  Json json = Json::object();
  for (const RunColumn& column : kRunColumnTable) {
    const Cell cell = column.value(run);
    if (cell.is_missing()) {
      continue;
    }
    const auto dot = column.name.find('.');
    if (dot == std::string_view::npos) {
      json[std::string(column.name)] = cell;
    } else {
      json[std::string(column.name.substr(0, dot))][std::string(column.name.substr(dot + 1))] =
          cell;
    }
  }
  return json;
}

}  // namespace

const std::array<RunColumn, kRunColumns> kRunColumnTable = {{
    {"id", [](const PredictedRun& x) { return Cell(x.run->id); }},
    {"system", [](const PredictedRun& x) { return Cell(x.run->system); }},
    {"measured_seconds", [](const PredictedRun& x) { return measured_cell(x.run->seconds); }},
    {"predicted_seconds", [](const PredictedRun& x) { return number_cell(x.prediction.seconds); }},
    {"error_percent",
     [](const PredictedRun& x) { return error_cell(x.prediction.seconds, x.run->seconds); }},
    {"time_counts", [](const PredictedRun& x) { return Cell(x.run->has_time()); }},
    {"uncertainty.median_percent",
     [](const PredictedRun& x) { return number_cell(x.uncertainty.median_percent); }},
    {"uncertainty.p90_percent",
     [](const PredictedRun& x) { return number_cell(x.uncertainty.p90_percent); }},
    {"uncertainty.basis", [](const PredictedRun& x) { return Cell(x.uncertainty.basis); }},
    {"measured_peak_bytes", [](const PredictedRun& x) { return measured_cell(x.run->peak_bytes); }},
    {"predicted_peak_bytes",
     [](const PredictedRun& x) { return number_cell(x.prediction.peak_bytes); }},
    {"peak_error_percent",
     [](const PredictedRun& x) { return error_cell(x.prediction.peak_bytes, x.run->peak_bytes); }},
    {"measured_static_bytes",
     [](const PredictedRun& x) { return measured_cell(x.run->static_bytes); }},
    {"predicted_static_bytes",
     [](const PredictedRun& x) { return number_cell(x.prediction.static_bytes); }},
    {"static_error_percent",
     [](const PredictedRun& x) {
       return error_cell(x.prediction.static_bytes, x.run->static_bytes);
     }},
    {"outcome",
     [](const PredictedRun& x) {
       return x.run->outcome ? Cell(enum_name(*x.run->outcome)) : Cell();
     }},
    {"verdict", [](const PredictedRun& x) { return Cell(enum_name(x.prediction.verdict)); }},
    {"flag", [](const PredictedRun& x) { return text_cell(x.run->flag); }},
}};

MeasuredReport measured_report(const MeasuredTable& table, const PredictedTable& predicted) {
  MeasuredReport report;
  report.table = table.name;
  report.rows = table.rows;
  report.predicted = &predicted;
  report.all = errors_of_all(predicted.runs);
  if (table.has_flags()) {
    report.unflagged.push_back(errors_of_unflagged(predicted.runs));
  }
  report.rankings = rank_runs(predicted.runs);
  return report;
}

Json measured_json(const MeasuredReport& report) {
  Json json = Json::object();
  json["table"] = report.table;
  json["groups"] = groups_json(report);
  json["breakdown"] = breakdown_json(*report.predicted);
  json["ranking"] = ranking_json(report.rankings);
  const StatedErrors& stated = report.all.stated;
  json["uncertainty"] = {
      {"n", stated.n}, {"within_median", stated.typical}, {"within_p90", stated.nine_of_ten}};
  json["rows"] = Json::array();
  for (const PredictedRun& run : report.predicted->runs) {
    json["rows"].push_back(row_json(run));
  }
  json["rejected"] = Json::array();
  for (const RejectedRow& row : report.predicted->rejected) {
    json["rejected"].push_back({{"id", row.id.empty() ? Json(nullptr) : Json(row.id)},
                                {"row", row.row},
                                {"rule", row.rule.empty() ? Json(nullptr) : Json(row.rule)},
                                {"message", row.message}});
  }
  return json;
}

std::string measured_csv(const PredictedTable& predicted) {
  std::string text;
  CsvWriter csv(text);
  for (const RunColumn& column : kRunColumnTable) {
    csv.cell(column.name);
  }
  csv.end_line();
  for (const PredictedRun& run : predicted.runs) {
    for (const RunColumn& column : kRunColumnTable) {
      const Cell cell = column.value(run);
      if (cell.is_flag()) {
        csv.cell(cell.flag());
      } else if (cell.is_whole()) {
        csv.cell(cell.whole());
      } else if (cell.is_number()) {
        csv.cell(cell.number());
      } else {
        csv.cell(cell.is_missing() ? std::string_view() : cell.text());
      }
    }
    csv.end_line();
  }
  return text;
}

}  // namespace calculon
