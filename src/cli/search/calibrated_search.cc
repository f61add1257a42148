#include "cli/search/calibrated_search.h"

#include <fmt/format.h>

#include <array>
#include <optional>

#include "base/gzip_member.h"
#include "base/text.h"
#include "calculon/base/files.h"
#include "calibrated/search/calibrated_rows.h"
#include "calibrated/search/calibrated_search.h"
#include "cli/interrupt.h"
#include "cli/message.h"
#include "cli/progress_bar.h"
#include "cli/search/empty_space.h"
#include "cli/search/methodology_options.h"
#include "cli/search/search_inputs.h"
#include "cli/terminal.h"
#include "model/input_notes.h"
#include "text/calibrated_search_report.h"
#include "text/fitted_table.h"
#include "text/json_report.h"
#include "text/search_report.h"

namespace calculon {
namespace {

std::vector<CalibratedFilter> calibrated_filters(const SearchArguments& arguments) {
  std::vector<CalibratedFilter> filters;
  for (const std::string& condition : arguments.where) {
    filters.push_back(parse_calibrated_filter(condition));
  }
  return filters;
}

std::string without_last_break(std::string text) {
  text.pop_back();
  return text;
}

void tell_beginning(const System& system, Console& console) {
  console.log->info("Methodology: calibrated, {}",
                    system.calibration ? "constants of " + name_without_extension(system.name)
                                       : "neutral constants");
  for (const std::string& line : own_notes(system, system.name)) {
    note(console, line);
  }
}

void tell_found(const SearchArguments& arguments, const CalibratedSearchReport& report,
                const RuleTally& tally, std::int64_t kept, double seconds, Console& console) {
  console.log->info(counts_text(tally.total(), tally.good(), tally.bad(), seconds));
  if (!arguments.where.empty()) {
    console.log->info("Matching executions: {}", kept);
  }
  if (tally.bad() > 0) {
    console.log->info(
        "{}", for_reading(console, without_last_break(calibrated_reasons_text(report, tally))));
  }
}

AnswerCosts costs_of(const RunCostOptions& options, const std::vector<RankedExecution>& best) {
  AnswerCosts costs{options, {}};
  if (costs.asked()) {
    for (const RankedExecution& ranked : best) {
      costs.of.push_back(run_cost(options, ranked.stats.token_rate,
                                  static_cast<double>(ranked.execution.num_procs)));
    }
  }
  return costs;
}

int count_only(const CalibratedSpace& space, Console& console) {
  console.log->info(counts_text(space.size(), 0, 0, 0));
  return kExitSuccess;
}

}  // namespace

CalibratedSpaceOptions calibrated_space_options(const SearchArguments& arguments) {
  const SearchArguments defaults;
  if (arguments.kind != SpaceKind::kDense || !arguments.nets.empty() || arguments.no_offload ||
      arguments.fused_activation != defaults.fused_activation ||
      arguments.oversized_data_par != defaults.oversized_data_par) {
    throw OtherMethodology(
        "--moe, --nets, --no-offload, --fused_activation and --oversized-data-par are of the "
        "published methodologies; --methodology calculon asks for them");
  }
  CalibratedSpaceOptions options;
  options.num_procs = arguments.num_procs;
  options.batch_size = arguments.max_batch_size;
  options.gemm_datatype = *enum_from_name<Datatype>(arguments.datatype);
  if (options.gemm_datatype == Datatype::kFloat32) {
    throw InputError("datatype is float32, which the calibrated methodology does not know");
  }
  for (const auto& [setting, lists] : arguments.wanted) {
    for (const std::string& list : lists) {
      options.wanted.want(setting, list);
    }
  }
  const auto forbid = [&](bool asked, std::string_view key) {
    if (asked && options.wanted.names(key)) {
      throw InputError(fmt::format("--{} and the option for no overlap say the same setting", key));
    }
    if (asked) {
      options.wanted.want(key, "false");
    }
  };
  forbid(arguments.no_tp_overlap, "tensor_par_overlap");
  forbid(arguments.no_dp_overlap, "data_par_overlap");
  if (!arguments.launchable.empty()) {
    options.launchable = enum_from_name<Framework>(arguments.launchable);
  }
  return options;
}

CalibratedRows calibrated_rows(const SearchArguments& arguments, const std::string& columns) {
  const CalibratedCsv known({}, columns);  // throws for what is no column
  return {calibrated_space_options(arguments), calibrated_filters(arguments), columns};
}

CalibratedBest calibrated_best(const SearchArguments& arguments, std::size_t top_n,
                               const std::string& rank_by, const std::string& pareto) {
  CalibratedBest best;
  best.space = calibrated_space_options(arguments);
  best.search.threads = num_threads(arguments);
  best.search.top_n = top_n;
  best.search.rank_by = parse_calibrated_order(rank_by);
  best.search.where = calibrated_filters(arguments);
  for (const std::string_view statistic : split_list(pareto, ',')) {
    best.search.pareto.push_back(parse_calibrated_order(statistic));
  }
  best.pareto = pareto;
  return best;
}

std::string asked_methodology(const SearchArguments& arguments) {
  if (asks_corrected(arguments)) {
    return std::string(enum_name(Preset::kCorrected));
  }
  if (arguments.kind != SpaceKind::kDense) {
    return "calculon-moe";
  }
  return arguments.quirks == "published" && arguments.methodology.empty()
             ? std::string(enum_name(Preset::kCalculon))
             : arguments.methodology;
}

bool searches_calibrated(const SearchArguments& arguments, const System& system) {
  const std::string asked = asked_methodology(arguments);
  return asked.empty() ? system.calibration.has_value() : asked == kCalibratedName;
}

int run_calibrated_best(const SearchArguments& arguments, const CalibratedBest& wanted,
                        const Transformer& model, const System& system, Console& console) {
  const CalibratedSpace space(model, system, wanted.space);
  tell_beginning(system, console);
  tell_space(arguments, space, model, system, console);
  if (arguments.count_only) {
    return count_only(space, console);
  }
  const InterruptGuard interrupt;  // before the file, which an interruption has to clean up
  OutputFile file(arguments.output);
  CalibratedSearchResult result;
  double seconds = 0;
  {
    ProgressBar progress(console, space.size());
    result = search_calibrated(model, system, space, wanted.search, interrupt.stop(),
                               [&](std::int64_t counted) { progress.show(counted); });
    seconds = progress.elapsed_seconds();
  }
  const AnswerCosts costs = costs_of(wanted.run_cost, result.best);
  const CalibratedSearchReport report{model, system, space, result.best, costs};
  tell_found(arguments, report, result.tally, result.kept, seconds, console);
  if (!result.best.empty()) {
    console.log->info("Best sample rate: {} samples/s", best_sample_rate(result.best));
    const std::string table =
        calibrated_best_text(report, wanted.wide ? kAnyWidth : console.width, console.color);
    console.log->info("{}", for_reading(console, without_last_break(table)));
  } else if (!result.interrupted) {
    if (const int status = report_none_found(arguments, console); status != kExitSuccess) {
      return status;
    }
  }
  if (has_extension(arguments.output, ".csv")) {
    file.write(calibrated_best_csv(report, inputs_of(arguments, kCalibratedName)));
  } else {
    Json json = calibrated_best_json(report);
    ResultInputs inputs = inputs_of(arguments, kCalibratedName);
    inputs.pareto = wanted.pareto;
    add_inputs(json, inputs);
    file.write(document_text(json, arguments.output));
  }
  return finish_output(arguments, file, result.interrupted, "the best", console);
}

int run_calibrated_rows(const SearchArguments& arguments, const CalibratedRows& wanted,
                        const Transformer& model, const System& system, Console& console) {
  const CalibratedSpace space(model, system, wanted.space);
  CalibratedRowOptions options;
  options.threads = num_threads(arguments);
  options.where = wanted.where;
  CalibratedCsv csv(space.keys(), wanted.columns);
  if (const auto inputs = table_inputs(arguments, kCalibratedName, !wanted.columns.empty())) {
    csv.add_inputs(*inputs);
  }
  tell_beginning(system, console);
  tell_space(arguments, space, model, system, console);
  if (arguments.count_only) {
    return count_only(space, console);
  }
  const InterruptGuard interrupt;
  OutputFile file(arguments.output);
  file.write(csv.header() + "\n");
  options.append = [&](std::string& text, const CalibratedExecution& execution,
                       const CalibratedStats& stats) {
    csv.append(text, execution, stats);
    text += '\n';
  };
  options.finish = [compress = file.compresses()](std::string text) {
    if (compress && !text.empty()) {
      text = gzip_part(text);
    }
    return text;
  };
  options.write = [&](std::string_view text) { file.write_packed(text); };
  CalibratedRowResult result;
  double seconds = 0;
  {
    ProgressBar progress(console, space.size());
    result = stream_calibrated_rows(model, system, space, options, interrupt.stop(),
                                    [&](std::int64_t counted) { progress.show(counted); });
    seconds = progress.elapsed_seconds();
  }
  tell_found(arguments, {model, system, space, {}, {}}, result.tally, result.rows, seconds,
             console);
  if (result.rows == 0 && !result.interrupted) {
    if (const int status = report_none_found(arguments, console); status != kExitSuccess) {
      return status;
    }
  }
  return finish_output(arguments, file, result.interrupted, "the rows", console);
}

}  // namespace calculon
