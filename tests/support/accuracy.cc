#include "support/accuracy.h"

#include <fmt/format.h>

#include <array>
#include <map>
#include <set>

#include "base/text.h"
#include "calculon/base/quantity_text.h"
#include "measured/ranking.h"
#include "measured/table_errors.h"
#include "support/measured_runs.h"

namespace calculon::test {
namespace {

constexpr std::array kTables = {"calibration", "nanotron"};
constexpr std::size_t kWorst = 20;

// Figures as cells of a Markdown table.
std::string cells_of(const ErrorSummary& summary) {
  std::string text = fmt::format("| {} |", summary.n);
  for (const ErrorFigure& figure : kErrorFigures) {
    text += fmt::format(" {:.2f} |", summary.*figure.member);
  }
  return text;
}

std::string errors_section(const std::vector<GroupErrors>& groups, MeasuredQuantity quantity,
                           std::string_view first_column) {
  std::string text = fmt::format(
      "| {} | runs | mean | median | 9 of 10 | largest | bias |\n|---|---|---|---|---|---|---|\n",
      first_column);
  for (const GroupErrors& group : groups) {
    if (const ErrorSummary& summary = summary_of(group, quantity); summary.n > 0) {
      text += fmt::format("| {} {}\n", group.name, cells_of(summary));
    }
  }
  return text + "\n";
}

std::vector<GroupErrors> with_all(std::vector<GroupErrors> groups,
                                  const std::vector<PredictedRun>& runs) {
  groups.push_back(errors_of_all(runs));
  return groups;
}

std::string verdict_section(const std::vector<PredictedRun>& runs) {
  const VerdictCounts verdict = errors_of_all(runs).verdict;
  return verdict.n == 0
             ? ""
             : fmt::format(
                   "### Does it fit\n\nOf {} runs of which it is known whether they ran or "
                   "were out of memory, {} have the right verdict; {} were to fit and did "
                   "not, and {} ran and were to fit barely or not at all.\n\n",
                   verdict.n, verdict.right, verdict.false_fits, verdict.false_does_not_fit);
}

std::string ranking_section(const std::vector<PredictedRun>& runs) {
  std::string text =
      "### Order of runs that differ in parallelism only\n\n"
      "| system | groups | runs | rank correlation | mean regret, % | largest regret, % |\n"
      "|---|---|---|---|---|---|\n";
  for (const RankingFigures& ranking : rank_runs(runs)) {
    text += fmt::format("| {} | {} | {} | {:.3f} | {:.2f} | {:.2f} |\n", ranking.system,
                        ranking.groups, ranking.runs, ranking.correlation,
                        ranking.mean_regret_percent, ranking.max_regret_percent);
  }
  return text + "\n";
}

std::string stated_section(const std::vector<PredictedRun>& runs) {
  const StatedErrors stated = errors_of_all(runs).stated;
  const auto share = [&](std::int64_t count) {
    return 100 * static_cast<double>(count) / static_cast<double>(stated.n);
  };
  return fmt::format(
      "### Stated errors\n\nOf {} step times {:.1f} % lie within the typical error "
      "that is stated with them, and {:.1f} % within that of nine in ten.\n\n",
      stated.n, share(stated.typical), share(stated.nine_of_ten));
}

std::string worst_section(const std::vector<PredictedRun>& runs) {
  std::string text =
      "### The worst step times\n\n"
      "| run | system | measured, s | predicted, s | error, % | flag | source |\n"
      "|---|---|---|---|---|---|---|\n";
  for (const PredictedRun* each : worst_runs(runs, kWorst)) {
    text +=
        fmt::format("| {} | {} | {:.4g} | {:.4g} | {:+.2f} | {} | {} |\n", each->run->id,
                    each->run->system, *each->run->seconds, each->prediction.seconds,
                    *error_of(*each, MeasuredQuantity::kTime), each->run->flag, each->run->source);
  }
  return text + "\n";
}

std::string left_out_section(const MeasuredRuns& table) {
  std::map<std::string, int> flags;
  int uncounted = 0;
  for (const PredictedRun& each : table.predicted.runs) {
    uncounted += each.run->seconds && !each.run->use.time ? 1 : 0;
    if (!each.run->flag.empty()) {
      ++flags[each.run->flag];
    }
  }
  std::string text = fmt::format(
      "### What is left out\n\n* Rejected rows: {}.\n* Rows with a step time that does not count "
      "(column `use`): {}.\n",
      table.predicted.rejected.size(), uncounted);
  for (const auto& [flag, count] : flags) {
    text += fmt::format("* Rows with the flag \"{}\": {}.\n", flag, count);
  }
  return text + "\n";
}

std::string table_section(const std::string& name) {
  const MeasuredRuns& table = measured_runs(name);
  const auto& runs = table.predicted.runs;
  std::string text = fmt::format("## `examples/measured/{}.csv.gz`\n\n", name);
  const auto add = [&](std::string_view title, MeasuredQuantity quantity,
                       std::initializer_list<RunGrouping> groupings) {
    if (summary_of(errors_of_all(runs), quantity).n == 0) {
      return;
    }
    text += fmt::format("### {}\n\n", title);
    for (const RunGrouping grouping : groupings) {
      text +=
          errors_section(with_all(errors_by(runs, grouping), runs), quantity, enum_name(grouping));
    }
  };
  using enum RunGrouping;
  add("Step time", MeasuredQuantity::kTime, {kSource, kSystem, kProcessor, kPrecision, kKind});
  add("Peak memory", MeasuredQuantity::kPeak, {kSource, kSystem});
  add("Memory between steps", MeasuredQuantity::kStatic, {kSource, kSystem});
  return text + verdict_section(runs) + ranking_section(runs) + stated_section(runs) +
         worst_section(runs) + left_out_section(table);
}

// What is known of a source from the texts of its rows.
struct SourceFacts {
  int runs = 0;
  std::set<std::string> revisions;
  std::set<std::string> licences;
};

void add_facts(SourceFacts& facts, const std::string& source) {
  ++facts.runs;
  for (const std::string_view word : split(source, ' ')) {
    if (word.starts_with('@')) {
      facts.revisions.emplace(trimmed(word.substr(1), ",;)"));
    }
  }
  for (const std::string licence : {"MIT", "Apache-2.0"}) {
    if (source.find("(" + licence) != std::string::npos) {
      facts.licences.insert(licence);
    }
  }
}

std::string sources_section() {
  std::map<std::string, SourceFacts> sources;
  for (const char* name : kTables) {
    for (const PredictedRun& each : measured_runs(name).predicted.runs) {
      add_facts(sources[group_name(*each.run, RunGrouping::kSource)], each.run->source);
    }
  }
  std::string text =
      "## Sources\n\nRepositories on GitHub. The column `source` of the tables also has the file "
      "of "
      "each run.\n\n| source | rows | revisions | licence |\n|---|---|---|---|\n";
  for (const auto& [name, facts] : sources) {
    text += fmt::format("| {} | {} | {} | {} |\n", name, facts.runs,
                        fmt::join(facts.revisions, ", "), fmt::join(facts.licences, ", "));
  }
  return text;
}

constexpr std::string_view kIntroduction =
    R"(# How accurate the calibrated model is

What `llm-validation --measured` finds for the [bundled tables](measured.md). This page is written by `make accuracy`, and
a test holds it to the model. Errors are predicted over measured less one, in percent; signs count in the bias only.

Read the figures with this in mind: the constants of the systems were fitted to these rows, so the errors are those of a
fit. Errors on rows that no fit has seen stand in the system files and in
[calibrated.md](calibrated.md#how-far-to-trust-it).

)";

// A line for each quantity that was measured of a group.
std::string table_lines(const GroupErrors& group) {
  std::string text;
  for (std::size_t i = 0; i < kEnumSize<MeasuredQuantity>; ++i) {
    const auto quantity = static_cast<MeasuredQuantity>(i);
    const ErrorSummary& summary = summary_of(group, quantity);
    if (summary.n > 0) {
      text += fmt::format("{:<8} {:<34}{:>6}", enum_name(quantity), group.name, summary.n);
      for (const ErrorFigure& figure : kErrorFigures) {
        text += fmt::format("{:>9.2f}", summary.*figure.member);
      }
      text += "\n";
    }
  }
  if (const VerdictCounts& verdict = group.verdict; verdict.n > 0) {
    text += fmt::format("{:<8} {:<34}{:>6} {} right, {} false fits, {} false does not fit\n",
                        "verdict", group.name, verdict.n, verdict.right, verdict.false_fits,
                        verdict.false_does_not_fit);
  }
  return text;
}

}  // namespace

std::string accuracy_table() {
  std::string text = fmt::format("{:<8} {:<34}{:>6}{:>9}{:>9}{:>9}{:>9}{:>9}\n", "quantity",
                                 "source", "runs", "mean", "median", "p90", "max", "bias");
  for (const char* name : kTables) {
    for (const GroupErrors& group :
         errors_by(measured_runs(name).predicted.runs, RunGrouping::kSource)) {
      text += table_lines(group);
    }
  }
  return text;
}

std::string accuracy_page() {
  std::string page(kIntroduction);
  for (const char* name : kTables) {
    page += table_section(name);
  }
  return page + sources_section();
}

}  // namespace calculon::test
