#include <fmt/format.h>

#include <array>
#include <optional>
#include <utility>

#include "base/json_reader.h"
#include "calculon/base/files.h"
#include "calculon/calibrated/calibrated_execution.h"
#include "calculon/model/evaluate.h"
#include "calculon/model/why_not.h"
#include "calibrated/calibrated_execution_json.h"
#include "cli/bundled_files.h"
#include "cli/commands.h"
#include "cli/evaluate/calibrated_llm.h"
#include "cli/execution_argument.h"
#include "cli/input_notes.h"
#include "cli/message.h"
#include "cli/model_argument.h"
#include "cli/options.h"
#include "cli/run_cost_options.h"
#include "strategy/crossing_group.h"
#include "strategy/result_execution.h"
#include "strategy/strategy_json.h"
#include "text/json_report.h"
#include "text/note_row.h"
#include "text/notes.h"
#include "text/peers_report.h"
#include "text/result_inputs.h"
#include "text/run_cost_report.h"
#include "text/text_report.h"

namespace calculon {
namespace {

struct LlmOptions {
  std::string application;
  ModelChoices model;
  std::string execution;
  std::string system;
  std::string stats;
  std::string peers;
  std::string methodology;
  std::string quirks;
  std::string timeline;
  bool layers = false;
  bool compare = false;
  RunCostOptions run_cost;
  bool improve = false;
  bool inputs = false;
};

void check_paths(const LlmOptions& options) {
  for (const std::string& path : {options.application, options.system}) {
    require_extension(path, kJsonOnly);
  }
  require_one_standard_input({options.application, options.execution, options.system});
  require_extension(options.stats, kJsonOnly);
  if (!options.peers.empty()) {
    require_extension(options.peers, kJsonOnly);
  }
  if (!options.timeline.empty()) {
    require_extension(options.timeline, kJsonOnly);
  }
}

RunCost cost_of(const LlmOptions& options, const Transformer& transformer, const Strategy& strategy,
                const Stats& stats) {
  return run_cost(options.run_cost, stats.sample_rate * static_cast<double>(transformer.seq_size),
                  static_cast<double>(strategy.num_procs));
}

ResultInputs inputs_of(const LlmOptions& options, const Strategy& strategy) {
  ResultInputs inputs = inputs_of_files(options.application, options.system, {options.execution});
  inputs.methodology = enum_name(strategy.preset);
  inputs.num_procs = strategy.num_procs;
  inputs.batch_size = strategy.batch_size;
  inputs.datatype = enum_name(strategy.datatype);
  return inputs;
}

// What a statistics file has. Those of the published model have the published keys alone, unless
// more is asked for.
std::string statistics_text(const LlmOptions& options, const Transformer& transformer,
                            const System& system, const Strategy& strategy, const Stats& stats) {
  Json json = options.layers
                  ? to_json(stats, strategy.preset,
                            layer_stats(transformer, system, strategy, strategy.optimizer_shards()))
                  : to_json(stats, strategy.preset);
  if (options.inputs || strategy.preset == Preset::kCorrected) {
    json[kInputsKey] = result_inputs_json(inputs_of(options, strategy));
  }
  if (options.run_cost.asked()) {
    json["run_cost"] =
        run_cost_json(options.run_cost, cost_of(options, transformer, strategy, stats));
  }
  return document_text(json, options.stats);
}

// The text report: what people read first, notes, and the published part.
std::string report_text(const LlmOptions& options, const ShownAnswer& answer, const Notes& notes,
                        const std::string& system_text, bool color) {
  const auto& [transformer, system, strategy, stats] = answer;
  return summary_text(transformer, system, strategy, stats, color) +
         (options.run_cost.asked()
              ? run_cost_text(options.run_cost, cost_of(options, transformer, strategy, stats))
              : "") +
         notes_text(notes) +
         published_report(transformer, strategy, stats,
                          python_literal(parse_json(options.system, system_text)));
}

void tell_notes(const Notes& notes, Console& console) {
  for (const std::string& line : notes) {
    note(console, line);
  }
}

// Inputs by the names of bundled ones become paths.
LlmOptions with_paths(LlmOptions options, const Console& console) {
  options.application = input_path(BundledKind::kModel, options.application, console);
  options.execution = execution_path(options.execution, console);
  options.system = input_path(BundledKind::kSystem, options.system, console);
  return options;
}

// Whether the execution, or the user, asks for the calibrated methodology. Throws InputError where
// both disagree, or where an option is given that it has not.
bool is_calibrated(const LlmOptions& options, const Json& execution) {
  const bool dialect = is_calibrated_execution(JsonReader(options.execution, execution));
  const bool asked = options.methodology == kCalibratedName;
  if (dialect && !options.methodology.empty() && !asked) {
    throw InputError(fmt::format("--methodology is {}, but {} has the key '{}'",
                                 options.methodology, options.execution, kMethodologyKey));
  }
  if ((dialect || asked) && !options.peers.empty()) {
    throw InputError("--peers are of the published methodologies");
  }
  if ((dialect || asked) && !options.quirks.empty()) {
    throw InputError("--quirks are of the published model, but the calibrated one is asked");
  }
  const std::array<std::pair<bool, std::string_view>, 2> calibrated_only = {
      {{!options.timeline.empty(), "--timeline draws steps"},
       {options.improve, "--improve changes executions"}}};
  for (const auto& [given, what] : calibrated_only) {
    if (given && !dialect && !asked) {
      throw InputError(
          fmt::format("{} of the calibrated methodology, but {} is a published execution; "
                      "--methodology calibrated answers those",
                      what, options.execution));
    }
  }
  return dialect || asked;
}

// An execution as the options want it answered: with its quirks put right if they say so. Throws
// InputError where they contradict it or each other.
Json with_methodology(const LlmOptions& options, Json execution) {
  const bool named = options.methodology == enum_name(Preset::kCorrected);
  const bool fixed = options.quirks == "fixed" || named;
  const bool corrected = execution.is_object() && execution.contains(kMethodologyKey);
  const std::string published = options.quirks == "published" ? "--quirks published"
                                : options.methodology.empty() || named
                                    ? ""
                                    : "--methodology " + options.methodology;
  if (!published.empty() && (fixed || corrected)) {
    throw InputError(fmt::format("{} asks for the published model, but {} for the corrected one",
                                 published,
                                 corrected ? options.execution
                                 : named   ? "--methodology corrected"
                                           : "--quirks fixed"));
  }
  if (fixed && execution.is_object()) {
    execution[kMethodologyKey] = enum_name(Preset::kCorrected);
  }
  return execution;
}

// The published models.
int run_published(const LlmOptions& options, const Transformer& transformer,
                  const LoadedExecution& given, Console& console) {
  const Json execution_json = with_methodology(options, given.execution);
  const StrategyFile execution = to_strategy(JsonReader(options.execution, execution_json));
  const std::string system_text = read_text_file(options.system);
  const System system = parse_system(options.system, system_text);
  const Strategy& strategy = execution.strategy;
  if (options.run_cost.asked() && !strategy.training) {
    throw InputError(fmt::format("--tokens are those of training, but {} has training false",
                                 options.execution));
  }
  std::optional<OutputFile> stats;
  std::optional<OutputFile> peers;
  if (options.stats != kStandardStream) {
    stats.emplace(options.stats);
  }
  if (!options.peers.empty()) {
    peers.emplace(options.peers);
  }

  const Outcome<Stats> outcome = evaluate(transformer, system, execution);
  tell_model_notes(transformer, strategy, console);
  tell_system_notes(system, console);
  if (!outcome) {
    const std::string why =
        why_not_text(outcome.error(), explain(transformer, system, strategy, outcome.error()));
    console.err << errors_for_reading(console, "calculon: " + why);
    tell_notes(notes_on_infeasible(transformer, system, strategy, outcome.error()), console);
    return kExitNoAnswer;
  }
  if (const auto crossing = crossing_group(strategy, system)) {
    note(console, crossing_text(*crossing, system));
  }
  if (peers) {
    write_peers(strategy, *peers);
    peers->finish();
  }
  tell_other_rate(options.execution, given.sample_rate, outcome->sample_rate, console);
  const Notes notes = notes_on_answer({transformer, system, strategy, *outcome});
  if (stats) {
    tell_notes(notes, console);  // what stands in the file is published
    stats->write(statistics_text(options, transformer, system, strategy, *outcome));
    stats->commit();
  } else {
    console.log->info("{}", report_text(options, {transformer, system, strategy, *outcome}, notes,
                                        system_text, console.color));
  }
  if (peers) {
    peers->commit();
  }
  return kExitSuccess;
}

int run_llm(const LlmOptions& given, Console& console) {
  check_run_cost(given.run_cost);
  const LlmOptions options = with_paths(given, console);
  check_paths(options);
  const ModelFile model = read_model(options.application, options.model, console);
  const LoadedExecution loaded = load_execution_and_rate(options.execution);
  const CalibratedLlm files = {options.execution, options.system,      options.stats,
                               options.layers,    options.timeline,    options.run_cost,
                               options.improve,   options.application, loaded.sample_rate};
  if (options.compare) {
    if (!options.peers.empty() || !options.timeline.empty() || options.layers ||
        options.run_cost.asked() || options.improve) {
      throw InputError(
          "--compare goes with none of --peers, --timeline, --layers, --tokens and --improve");
    }
    return run_comparison(files, model, loaded.execution, console);
  }
  if (is_calibrated(options, loaded.execution)) {
    return run_calibrated_llm(files, model, loaded.execution, console);
  }
  return run_published(options, model.transformer, loaded, console);
}

}  // namespace

Action setup_llm(CLI::App& app) {
  const auto options = std::make_shared<LlmOptions>();
  add_application(app, options->application);
  add_model_choices(app, options->model);
  add_execution(app, options->execution);
  add_system(app, options->system);
  app.add_option("stats", options->stats,
                 "where to write the statistics (.json or .json.gz), or - for a text report")
      ->type_name(kFileValue)
      ->required();
  app.add_option("-p,--peers", options->peers,
                 "also write each processor's communication peers (.json or .json.gz)")
      ->type_name(kFileValue);
  app.add_option("--timeline", options->timeline,
                 "also write the step of a calibrated execution as a trace for Perfetto (.json or "
                 ".json.gz)")
      ->type_name(kFileValue);
  app.add_flag("-l,--layers", options->layers, "include every layer in the statistics file");
  app.add_flag("--improve", options->improve,
               "tell which changes of a setting would be faster (calibrated methodology)");
  app.add_flag("--compare", options->compare,
               "answer a published execution by both methodologies, part by part");
  app.add_option("--methodology", options->methodology,
                 "the model that answers; as the execution says if it is absent")
      ->check(CLI::IsMember({"calibrated", "calculon", "calculon-moe", "corrected"}))
      ->type_name("NAME");
  app.add_option("--quirks", options->quirks,
                 "answer as the published model, or with its quirks put right (the corrected "
                 "methodology)")
      ->check(CLI::IsMember({"published", "fixed"}))
      ->type_name("published|fixed");
  app.add_flag("--inputs", options->inputs,
               "also write what the statistics are of, for pages: model, system, methodology, "
               "processors, batch, datatype, version, date of the inputs (only published "
               "statistics lack it else)");
  add_run_cost_options(app, options->run_cost);
  app.add_flag("-m")->description(
      "taken as in published commands: the execution says if it is a mixture");
  return [options](Console& console) { return run_llm(*options, console); };
}

}  // namespace calculon
