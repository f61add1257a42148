#include <fmt/format.h>

#include "base/json_reader.h"
#include "calculon/base/files.h"
#include "calculon/model/evaluate.h"
#include "calculon/model/why_not.h"
#include "cli/commands.h"
#include "cli/options.h"
#include "text/json_report.h"
#include "text/peers_report.h"
#include "text/text_report.h"

namespace calculon {
namespace {

struct LlmOptions {
  std::string application;
  std::string execution;
  std::string system;
  std::string stats;
  std::string peers;
  bool layers = false;
};

void check_paths(const LlmOptions& options) {
  for (const std::string& path : {options.application, options.execution, options.system}) {
    require_extension(path, kJsonOnly);
  }
  require_one_standard_input({options.application, options.execution, options.system});
  require_extension(options.stats, kJsonOnly);
  if (!options.peers.empty()) {
    require_extension(options.peers, kJsonOnly);
  }
}

int run_llm(const LlmOptions& options, Console& console) {
  check_paths(options);
  const Transformer transformer = read_transformer(options.application);
  const StrategyFile execution = read_strategy(options.execution);
  const std::string system_text = read_text_file(options.system);
  const System system = parse_system(options.system, system_text);
  const Strategy& strategy = execution.strategy;

  const Outcome<Stats> outcome = evaluate(transformer, system, execution);
  if (!outcome) {
    console.err << "calculon: "
                << why_not_text(outcome.error(),
                                explain(transformer, system, strategy, outcome.error()));
    return kExitNoAnswer;
  }

  if (options.stats == kStandardStream) {
    console.log->info("{}{}", summary_text(transformer, system, strategy, *outcome, console.color),
                      published_report(transformer, strategy, *outcome,
                                       python_literal(parse_json(options.system, system_text))));
  } else {
    const Preset preset = strategy.preset;
    const Json json =
        options.layers
            ? to_json(*outcome, preset,
                      layer_stats(transformer, system, strategy, strategy.optimizer_shards()))
            : to_json(*outcome, preset);
    OutputFile file(options.stats);
    file.write(document_text(json, options.stats));
    file.commit();
  }
  if (!options.peers.empty()) {
    write_peers(strategy, options.peers);
  }
  return kExitSuccess;
}

}  // namespace

Action setup_llm(CLI::App& app) {
  const auto options = std::make_shared<LlmOptions>();
  add_application(app, options->application);
  app.add_option("execution", options->execution, "execution file (.json, .json.gz or -)")
      ->type_name(kFileValue)
      ->required();
  add_system(app, options->system);
  app.add_option("stats", options->stats,
                 "where to write the statistics (.json or .json.gz), or - for a text report")
      ->type_name(kFileValue)
      ->required();
  app.add_option("-p,--peers", options->peers,
                 "also write each processor's communication peers (.json or .json.gz)")
      ->type_name(kFileValue);
  app.add_flag("-l,--layers", options->layers, "include every layer in the statistics file");
  app.add_flag("-m")->description(
      "taken as in published commands: the execution says if it is a mixture");
  return [options](Console& console) { return run_llm(*options, console); };
}

}  // namespace calculon
