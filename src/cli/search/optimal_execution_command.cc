#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

#include "base/text.h"
#include "calculon/base/files.h"
#include "calculon/search/search.h"
#include "cli/commands.h"
#include "cli/interrupt.h"
#include "cli/message.h"
#include "cli/model_argument.h"
#include "cli/options.h"
#include "cli/progress_bar.h"
#include "cli/run_cost_options.h"
#include "cli/search/calibrated_search.h"
#include "cli/search/empty_space.h"
#include "cli/search/methodology_options.h"
#include "cli/search/search_arguments.h"
#include "cli/search/search_inputs.h"
#include "cli/terminal.h"
#include "strategy/crossing_group.h"
#include "text/json_report.h"
#include "text/notes.h"
#include "text/run_cost_report.h"
#include "text/search_report.h"

namespace calculon {
namespace {

constexpr std::array<std::string_view, 2> kBestExtensions = {".json", ".csv"};

struct OptimalOptions {
  SearchArguments search;
  bool break_microbatches = false;
  std::size_t top_n = 1;
  bool layers = false;
  bool exhaustive = false;
  bool wide = false;
  std::string rank_by = "sample_rate";
  std::string pareto;
  RunCostOptions run_cost;
};

SearchOptions search_options(const OptimalOptions& options) {
  SearchOptions search;
  search.threads = num_threads(options.search);
  search.top_n = options.top_n;
  search.break_microbatches = options.break_microbatches;
  search.exhaustive = options.exhaustive;
  search.rank_by = parse_stat_order(options.rank_by);
  search.where = stat_filters(options.search);
  for (const std::string_view statistic : split_list(options.pareto, ',')) {
    search.pareto.push_back(parse_stat_order(statistic));
  }
  return search;
}

// What whole runs with the best cost, if it is asked for.
AnswerCosts costs_of(const OptimalOptions& options, const std::vector<RankedStrategy>& best,
                     const Transformer& transformer) {
  AnswerCosts costs{options.run_cost, {}};
  if (costs.asked()) {
    for (const RankedStrategy& ranked : best) {
      costs.of.push_back(run_cost(
          costs.options, ranked.stats.sample_rate * static_cast<double>(transformer.seq_size),
          static_cast<double>(ranked.strategy.num_procs)));
    }
  }
  return costs;
}

std::string result_text(const OptimalOptions& options, const SearchResult& result,
                        const StrategySpace& space, const Transformer& transformer,
                        const System& system) {
  const AnswerCosts costs = costs_of(options, result.best, transformer);
  if (has_extension(options.search.output, ".csv")) {
    return best_csv(result.best, space.preset(),  // no place for layers (quirk F11)
                    table_inputs(options.search, enum_name(space.preset()), false), costs);
  }
  Json json = best_json(result.best, transformer, system, options.layers);
  for (std::size_t i = 0; i < costs.of.size(); ++i) {
    json[fmt::format("{}", i)]["stats"]["run_cost"] = run_cost_json(costs.options, costs.of[i]);
  }
  ResultInputs inputs = inputs_of(options.search, enum_name(space.preset()));
  inputs.pareto = options.pareto;
  add_inputs(json, inputs);
  return document_text(json, options.search.output);
}

void tell_best(const OptimalOptions& options, const std::vector<RankedStrategy>& best,
               const Transformer& transformer, const System& system, Console& console) {
  double best_rate = 0;
  std::optional<CrossingGroup> crossing;
  for (const RankedStrategy& ranked : best) {
    best_rate = std::max(best_rate, ranked.stats.sample_rate);
    crossing = crossing ? crossing : crossing_group(ranked.strategy, system);
  }
  console.log->info("Best sample rate: {}", best_rate);
  const AnswerCosts costs = costs_of(options, best, transformer);
  const std::string table = best_table(best, transformer, system, console.color,
                                       options.wide ? kAnyWidth : console.width) +
                            (costs.asked() ? run_cost_table(costs, kMostShown) : "") +
                            notes_text(notes_on_best(best, kMostShown, transformer, system));
  console.log->info("{}", for_reading(console, table.substr(0, table.size() - 1)));
  if (crossing) {
    note(console, crossing_text(*crossing, system));
  }
}

// Tells of the result and writes it.
int finish_best(const OptimalOptions& options, const SearchResult& result,
                const StrategySpace& space, const Transformer& transformer, const System& system,
                double seconds, OutputFile& file, Console& console) {
  console.log->info(counts_text(result.tally, seconds));
  if (!options.search.where.empty()) {
    console.log->info("Matching executions: {}", result.kept);
  }
  if (const std::string reasons = bad_reasons_text(result.tally, space); !reasons.empty()) {
    console.log->info("{}", for_reading(console, reasons.substr(0, reasons.size() - 1)));
  }
  if (!result.best.empty()) {
    tell_best(options, result.best, transformer, system, console);
  } else if (!result.interrupted) {  // else there may be something in the part that is missing
    if (const int status = report_none_found(options.search, console); status != kExitSuccess) {
      return status;
    }
  }
  file.write(result_text(options, result, space, transformer, system));
  return finish_output(options.search, file, result.interrupted, "the best", console);
}

struct PublishedBest {
  SpaceOptions space;
  SearchOptions search;
};

// The published search.
int run_published_best(const OptimalOptions& options, const PublishedBest& wanted,
                       const Transformer& transformer, const System& system, Console& console) {
  const SearchArguments& arguments = options.search;
  const SpaceOptions& narrowed = wanted.space;
  const StrategySpace space(transformer, system, narrowed);
  tell_space(arguments, space, transformer, system, console);
  if (space.moe()) {
    console.log->info("Running Configs\nnumber of param combinations: {}",
                      space.num_combinations());
  }

  if (arguments.count_only) {
    Tally tally;
    tally.total = options.break_microbatches ? space.size_with_first_microbatch() : space.size();
    console.log->info(counts_text(tally, 0));
    return kExitSuccess;
  }
  tell_input_notes(transformer, system, narrowed, console);
  const InterruptGuard interrupt;  // before the file, which an interruption has to clean up
  OutputFile file(arguments.output);
  std::optional<SearchResult> result;
  double seconds = 0;
  {
    ProgressBar progress(console, space.size());
    result = search(transformer, system, space, wanted.search, interrupt.stop(),
                    [&](std::int64_t counted) { progress.show(counted); });
    seconds = progress.elapsed_seconds();
  }
  return finish_best(options, *result, space, transformer, system, seconds, file, console);
}

int run_optimal_execution(const OptimalOptions& options, Console& console) {
  const SearchArguments& arguments = options.search;
  check_search_arguments(arguments, kBestExtensions);
  check_run_cost(options.run_cost);
  const MethodologyOptions<PublishedBest> published([&] {
    return PublishedBest{space_options(arguments), search_options(options)};
  });
  const MethodologyOptions<CalibratedBest> calibrated([&] {
    if (options.break_microbatches || options.layers) {
      throw OtherMethodology("-m and -l are of the published methodologies");
    }
    CalibratedBest best =
        calibrated_best(arguments, options.top_n, options.rank_by, options.pareto);
    best.wide = options.wide;
    best.run_cost = options.run_cost;
    return best;
  });
  return answer_by_methodology(
      arguments, published, calibrated, console,
      [&](const PublishedBest& wanted, const Transformer& model, const System& system) {
        return run_published_best(options, wanted, model, system, console);
      },
      [&](const CalibratedBest& wanted, const Transformer& model, const System& system) {
        return run_calibrated_best(arguments, wanted, model, system, console);
      });
}

Action setup_search(CLI::App& app, SpaceKind kind) {
  const auto options = std::make_shared<OptimalOptions>();
  options->search.kind = kind;
  add_search_arguments(app, options->search,
                       ".json, .json.gz, .csv, .csv.gz, or - for JSON on standard output");
  if (kind == SpaceKind::kDense) {
    app.add_flag("-m,--mbs-break", options->break_microbatches,
                 "stop growing the microbatch where no placement of one is good")
        ->group(kHowToRun);
    add_calibrated_arguments(app, options->search);
  } else {
    add_moe_arguments(app, options->search);
  }
  app.add_option("-t,--top-n", options->top_n, "how many of the best to keep")
      ->check(CLI::Range(std::size_t{1}, std::size_t{1'000'000}))
      ->capture_default_str()
      ->group(kWhatToKeep);
  app.add_flag(
         "--wide", options->wide,
         "show all columns, also beyond the width of the terminal (80 characters without one)")
      ->group(kHowToRun);
  app.add_flag("-l,--layers", options->layers,
               "include every layer in the stored statistics (JSON)")
      ->group(kWhatToKeep);
  app.add_flag("--exhaustive", options->exhaustive,
               "evaluate also what cannot enter the top list; the result is the same")
      ->group(kHowToRun);
  app.add_option("--rank-by", options->rank_by,
                 "the statistic that decides: rates and efficiencies largest first, all others "
                 "smallest first")
      ->type_name(kStatisticValue)
      ->capture_default_str()
      ->group(kWhatToKeep);
  app.add_option("--pareto", options->pareto,
                 "write all results that no other beats in these statistics, instead of the best")
      ->type_name(kStatisticsValue)
      ->group(kWhatToKeep);
  add_run_cost_options(app, options->run_cost);
  return [options](Console& console) {
    find_inputs(options->search, console);
    return run_optimal_execution(*options, console);
  };
}

}  // namespace

Action setup_optimal_execution(CLI::App& app) {
  return setup_search(app, SpaceKind::kDense);
}

Action setup_optimal_execution_moe(CLI::App& app) {
  return setup_search(app, SpaceKind::kMoe);
}

Action setup_optimal_execution_moe_flexible(CLI::App& app) {
  return setup_search(app, SpaceKind::kMoeFlexible);
}

}  // namespace calculon
