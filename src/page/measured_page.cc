#include "page/measured_page.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <type_traits>

#include "calculon/base/units.h"
#include "calculon/calibrated/calibrated_execution.h"
#include "page/calibrated_columns.h"
#include "text/result_inputs.h"

namespace calculon {
namespace {

constexpr std::size_t kWorstRuns = 20;

// What the hover text of a run says of its execution; what most runs have not is left out there.
constexpr std::array<std::string_view, 14> kShownSettings = {
    "num_procs",         "batch_size",
    "tensor_par",        "pipeline_par",
    "context_par",       "data_par",
    "expert_par",        "microbatch_size",
    "gemm_datatype",     "pipeline_interleaving",
    "attention_kernel",  "activation_recompute",
    "data_par_sharding", "sequence_par"};

// Lists, of which no setting that is shown has any, are left out.
template <class Value>
void set_setting(Table& rows, std::string_view name, const Value& value) {
  if constexpr (std::is_enum_v<Value>) {
    rows.set(name, enum_name(value));
  } else if constexpr (std::is_arithmetic_v<Value>) {
    rows.set(name, value);
  }
}

void set_settings(Table& rows, const MeasuredRun& run) {
  for_each_field(kCalibratedExecutionFields, [&](const auto& field) {
    if (std::find(kShownSettings.begin(), kShownSettings.end(), field.name) !=
        kShownSettings.end()) {
      set_setting(rows, field.name, run.execution.*field.member);
    }
  });
}

void set_figures(Table& rows, const PredictedRun& each) {
  if (const auto error = error_of(each, MeasuredQuantity::kTime)) {
    rows.set("measured_seconds", *each.run->seconds);
    rows.set("predicted_seconds", each.prediction.seconds);
    rows.set("error_percent", *error);
    rows.set("typical_percent", each.uncertainty.median_percent);
    rows.set("nine_of_ten_percent", each.uncertainty.p90_percent);
  }
  if (const auto error = error_of(each, MeasuredQuantity::kPeak)) {
    rows.set("measured_peak_gib", *each.run->peak_bytes / kGibi);
    rows.set("predicted_peak_gib", each.prediction.peak_bytes / kGibi);
    rows.set("peak_error_percent", *error);
  }
}

void add_run(Table& rows, const PredictedRun& each) {
  const MeasuredRun& run = *each.run;
  rows.add_row();
  rows.set("id", run.id);
  rows.set("system", run.system);
  rows.set("processor", group_name(run, RunGrouping::kProcessor));
  rows.set("precision", group_name(run, RunGrouping::kPrecision));
  rows.set("kind", group_name(run, RunGrouping::kKind));
  set_figures(rows, each);
  set_settings(rows, run);
  for (const auto& [name, text] :
       {std::pair{"flag", &run.flag}, std::pair{"source", &run.source}}) {
    if (!text->empty()) {
      rows.set(name, *text);
    }
  }
}

// Where the time goes, for the last row, which is one of the worst.
void set_waterfall(Table& rows, const PredictedRun& each, std::size_t rank) {
  const auto outcome = evaluate_run(*each.run, *each.system);
  const auto* stats = std::get_if<CalibratedStats>(&outcome);
  if (!stats) {
    return;
  }
  rows.set("worst", rank);
  rows.set("run", fmt::format("{}. {}: {:.4g} s measured, {:.4g} s predicted ({:+.1f} %)", rank,
                              each.run->id, *each.run->seconds, each.prediction.seconds,
                              *error_of(each, MeasuredQuantity::kTime)));
  rows.set("total_time", stats->total_time);
  for (const auto& field : kStepTimeFields) {
    rows.set(kTimePrefix + std::string(field.name), stats->time.*field.member);
  }
}

Json plot_of(std::string_view type, const std::string& title, const Json& keys) {
  Json plot = {{"type", type}, {"title", title}};
  plot.update(keys);
  return plot;
}

Json measured_plots(const MeasuredReport& report, std::size_t worst) {
  Json plots = Json::array();
  if (report.all.time.n > 0) {
    plots.push_back(plot_of("scatter", "Predicted against measured step time, with a band of 10 %",
                            {{"x", "measured_seconds"},
                             {"y", "predicted_seconds"},
                             {"series", "processor"},
                             {"band", 10},
                             {"x_log", true},
                             {"y_log", true}}));
    plots.push_back(plot_of("boxes", "Error of the step time by system",
                            {{"x", "system"}, {"y", "error_percent"}}));
  }
  if (report.all.peak.n > 0) {
    plots.push_back(plot_of("scatter",
                            "Predicted against measured peak memory, with a band of 10 %",
                            {{"x", "measured_peak_gib"},
                             {"y", "predicted_peak_gib"},
                             {"series", "processor"},
                             {"band", 10},
                             {"x_log", true},
                             {"y_log", true}}));
    plots.push_back(plot_of("boxes", "Error of the peak memory by system",
                            {{"x", "system"}, {"y", "peak_error_percent"}}));
  }
  if (worst > 0) {
    Json ranks = Json::array();
    for (std::size_t i = 1; i <= worst; ++i) {
      ranks.push_back(i);
    }
    plots.push_back(plot_of("waterfall", "Where the time of the worst runs goes, as predicted",
                            {{"panel", "run"}, {"where", {{"worst", ranks}}}}));
  }
  return plots;
}

std::string notes_of(const MeasuredReport& report) {
  const ErrorSummary& time = report.all.time;
  std::string text =
      fmt::format("{} rows, {} rejected.", report.rows, report.predicted->rejected.size());
  if (time.n > 0) {
    text += fmt::format(
        " {} step times are off by {:.2f} % on average, {:.2f} % in the median, {:.2f} % in nine "
        "of ten and {:.2f} % at most; the bias is {:+.2f} %. {} lie within the typical error that "
        "is stated with them, {} within that of nine in ten.",
        time.n, time.mean, time.median, time.p90, time.max, time.bias, report.all.stated.typical,
        report.all.stated.nine_of_ten);
  }
  return text;
}

}  // namespace

PageContent measured_page(const MeasuredReport& report) {
  const std::vector<PredictedRun>& runs = report.predicted->runs;
  const std::vector<const PredictedRun*> worst = worst_runs(runs, kWorstRuns);
  PageContent content;
  content.title = "Measured runs and their predictions";
  content.notes = notes_of(report);
  for (std::size_t i = 0; i < worst.size(); ++i) {
    add_run(content.rows, *worst[i]);
    set_waterfall(content.rows, *worst[i], i + 1);
  }
  std::size_t left_out = 0;
  for (const PredictedRun& each : runs) {
    if (!error_of(each, MeasuredQuantity::kTime) && !error_of(each, MeasuredQuantity::kPeak)) {
      ++left_out;
    } else if (std::find(worst.begin(), worst.end(), &each) == worst.end()) {
      add_run(content.rows, each);
    }
  }
  content.plots = measured_plots(report, worst.size());
  if (left_out > 0) {
    content.left_out.push_back(fmt::format(
        "{} runs are not here: their step time does not count and no peak is known.", left_out));
  }
  if (const std::size_t rejected = report.predicted->rejected.size(); rejected > 0) {
    content.left_out.push_back(
        fmt::format("{} {} rejected.", rejected, rejected == 1 ? "row was" : "rows were"));
  }
  PageInputs source;
  source.of = input_name(report.table);
  source.methodology = kCalibratedName;
  source.program = "calculon " CALCULON_VERSION;
  source.date = modification_date({report.table});
  complete_inputs(content.rows, source);
  content.sources = {std::move(source)};
  content.inputs = {{"table", report.table}};
  return content;
}

}  // namespace calculon
