// A measured report for people.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/printable.h"
#include "calculon/base/quantity_text.h"
#include "text/calibrated_report.h"
#include "text/measured_report.h"

namespace calculon {
namespace {

constexpr std::array<std::string_view, 3> kQuantityTitles = {"Step time", "Peak memory",
                                                             "Memory between steps"};

// Names that are shown in full: those of systems.
constexpr std::size_t kWidestName = 56;

std::size_t width_of_names(const std::vector<GroupErrors>& groups) {
  std::size_t width = 12;
  for (const GroupErrors& group : groups) {
    width = std::max(width, std::min(group.name.size(), kWidestName));
  }
  return width;
}

std::string error_heading(std::string_view title, std::size_t width) {
  return fmt::format("{:<{}}{:>7}{:>9}{:>9}{:>9}{:>9}{:>9}\n", title, width + 4, "runs", "mean",
                     "median", "9 of 10", "largest", "bias");
}

std::string error_line(const std::string& name, const ErrorSummary& summary, std::size_t width) {
  std::string line = fmt::format("  {:<{}}{:>7}", printable(name), width + 2, summary.n);
  for (const ErrorFigure& figure : kErrorFigures) {
    line += fmt::format("{:>9.2f}", summary.*figure.member);
  }
  return line + "\n";
}

// Empty if the quantity was not measured.
std::string errors_table(std::string_view title, MeasuredQuantity quantity,
                         const std::vector<GroupErrors>& groups) {
  std::string text;
  const std::size_t width = width_of_names(groups);
  for (const GroupErrors& group : groups) {
    if (const ErrorSummary& summary = summary_of(group, quantity); summary.n > 0) {
      text += error_line(group.name, summary, width);
    }
  }
  return text.empty() ? text : error_heading(title, width) + text;
}

std::string verdicts_text(const std::vector<GroupErrors>& groups) {
  std::string text;
  const std::size_t width = width_of_names(groups);
  for (const GroupErrors& group : groups) {
    if (const VerdictCounts& verdict = group.verdict; verdict.n > 0) {
      text += fmt::format("  {:<{}}{:>7}{:>9}{:>13}{:>21}\n", printable(group.name), width + 2,
                          verdict.n, verdict.right, verdict.false_fits, verdict.false_does_not_fit);
    }
  }
  return text.empty() ? text
                      : fmt::format("{:<{}}{:>7}{:>9}{:>13}{:>21}\n", "Does it fit", width + 4,
                                    "runs", "right", "false fits", "false does not fit") +
                            text;
}

std::string rankings_text(const std::vector<RankingFigures>& rankings) {
  std::string text;
  for (const RankingFigures& ranking : rankings) {
    text +=
        fmt::format("  {:<30}{:>7}{:>9}{:>13.3f}{:>14.2f}{:>17.2f}\n", printable(ranking.system),
                    ranking.groups, ranking.runs, ranking.correlation, ranking.mean_regret_percent,
                    ranking.max_regret_percent);
  }
  return text.empty()
             ? text
             : fmt::format("{:<32}{:>7}{:>9}{:>13}{:>14}{:>17}\n", "Order of runs that differ in",
                           "groups", "runs", "rank corr.", "mean regret", "largest regret") +
                   "parallelism only (regret in percent)\n" + text;
}

std::string stated_text(const StatedErrors& stated) {
  const auto share = [&](std::int64_t count) {
    return 100 * static_cast<double>(count) / static_cast<double>(stated.n);
  };
  return stated.n == 0 ? ""
                       : fmt::format(
                             "Of {} step times {:.1f} % lie within the typical error that "
                             "is stated with them,\n{:.1f} % within that of nine in ten.\n",
                             stated.n, share(stated.typical), share(stated.nine_of_ten));
}

std::string rejected_rows_text(const std::vector<RejectedRow>& rows) {
  constexpr std::size_t kMostShown = 50;
  if (rows.empty()) {
    return "";
  }
  std::string text = fmt::format("Rejected rows: {}\n", rows.size());
  for (std::size_t i = 0; i < std::min(rows.size(), kMostShown); ++i) {
    text += message_line(fmt::format("  {}{}{}", rows[i].id, rows[i].id.empty() ? "" : ": ",
                                     rows[i].message)) +
            "\n";
  }
  if (rows.size() > kMostShown) {
    text += fmt::format("  ... and {} more, which -o FILE.json lists\n", rows.size() - kMostShown);
  }
  return text;
}

// A line for each figure that was measured.
std::string run_lines(const PredictedRun& each) {
  const MeasuredRun& run = *each.run;
  const RunPrediction& prediction = each.prediction;
  const auto line = [&](std::string_view quantity, const std::string& measured,
                        const std::string& predicted, const std::string& error,
                        const std::string& stated = "") {
    return fmt::format("  {:<36} {:<28} {:<9} {:>14} {:>14} {:>10}{}\n", printable(run.id),
                       printable(run.system), quantity, measured, predicted, error, stated);
  };
  const auto percent = [](double predicted, double measured) {
    return fmt::format("{:+.2f} %", error_percent(predicted, measured));
  };
  std::string text;
  if (run.seconds) {
    text +=
        line(run.has_time() ? "time" : "(time)", fmt::format("{:.6g} s", *run.seconds),
             fmt::format("{:.6g} s", prediction.seconds), percent(prediction.seconds, *run.seconds),
             "  " + uncertainty_text(each.uncertainty));
  }
  if (run.peak_bytes) {
    text += line("peak", bytes_text(*run.peak_bytes), bytes_text(prediction.peak_bytes),
                 percent(prediction.peak_bytes, *run.peak_bytes));
  }
  if (run.static_bytes) {
    text += line("static", bytes_text(*run.static_bytes), bytes_text(prediction.static_bytes),
                 percent(prediction.static_bytes, *run.static_bytes));
  }
  if (run.outcome) {
    text += line(run.has_label() ? "verdict" : "(verdict)", std::string(enum_name(*run.outcome)),
                 std::string(enum_name(prediction.verdict)), "");
  }
  return text;
}

std::string run_rows_text(const std::vector<PredictedRun>& runs) {
  std::string text = fmt::format("{:<38} {:<28} {:<9} {:>14} {:>14} {:>10}  {}\n", "Rows", "system",
                                 "", "measured", "predicted", "error", "stated error");
  for (const PredictedRun& each : runs) {
    text += run_lines(each);
  }
  return text;
}

void add_section(std::string& text, const std::string& section) {
  if (!section.empty()) {
    text += "\n" + section;
  }
}

}  // namespace

std::string measured_text(const MeasuredReport& report, bool with_rows) {
  const std::vector<PredictedRun>& runs = report.predicted->runs;
  std::string text = fmt::format(
      "{}: {} rows, {} predicted, {} rejected\nErrors are predicted over measured less one, in "
      "percent; signs count in the bias only.\n",
      printable(report.table), report.rows, runs.size(), report.predicted->rejected.size());
  std::vector<GroupErrors> groups = errors_by(runs, RunGrouping::kSystem);
  groups.push_back(report.all);
  std::vector<GroupErrors> with_unflagged = groups;
  with_unflagged.insert(with_unflagged.end(), report.unflagged.begin(), report.unflagged.end());
  for (std::size_t i = 0; i < kQuantityTitles.size(); ++i) {
    add_section(text, errors_table(fmt::format("{} by system", kQuantityTitles[i]),
                                   static_cast<MeasuredQuantity>(i), with_unflagged));
  }
  add_section(text, verdicts_text(groups));
  for (const auto grouping : {RunGrouping::kProcessor, RunGrouping::kPrecision, RunGrouping::kKind,
                              RunGrouping::kSource}) {
    add_section(text, errors_table(fmt::format("Step time by {}", enum_name(grouping)),
                                   MeasuredQuantity::kTime, errors_by(runs, grouping)));
  }
  add_section(text, rankings_text(report.rankings));
  add_section(text, stated_text(report.all.stated));
  if (with_rows) {
    add_section(text, run_rows_text(runs));
  }
  add_section(text, rejected_rows_text(report.predicted->rejected));
  return text;
}

}  // namespace calculon
