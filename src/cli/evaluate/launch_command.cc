#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <variant>

#include "base/printable.h"
#include "calculon/base/files.h"
#include "calculon/base/quantity_text.h"
#include "calibrated/calibrated_evaluate.h"
#include "calibrated/calibrated_execution_json.h"
#include "cli/bundled_files.h"
#include "cli/commands.h"
#include "cli/evaluate/calibrated_llm.h"
#include "cli/execution_argument.h"
#include "cli/message.h"
#include "cli/model_argument.h"
#include "cli/options.h"
#include "launch/launch_rules.h"
#include "launch/launch_script.h"
#include "launch/published_remarks.h"
#include "strategy/result_execution.h"
#include "strategy/strategy_json.h"

namespace calculon {
namespace {

constexpr std::int64_t kUsualNode = 8;

struct LaunchOptions {
  std::string application;
  ModelChoices model;
  std::string execution;
  std::string system;
  std::string framework = "megatron";
  std::string output = std::string(kStandardStream);
};

// Processors on the inner network.
std::int64_t inner_domain(const std::optional<System>& system) {
  return system && !system->networks.empty() ? system->networks.front().size : kUsualNode;
}

// Why the execution does not run; nothing if it does. Without a system it is asked for neither
// processors nor memory; with one, `sample_rate` becomes that of the execution.
std::string why_not_launched(const PublishedExecution& inputs, const std::optional<System>& system,
                             Framework framework, std::optional<double>& sample_rate) {
  if (const auto unsuitable = why_unsuitable(inputs.model, inputs.execution, kLargestReal)) {
    return fmt::format("{} (rule {})", unsuitable->words, unsuitable->rule);
  }
  if (const LaunchRule* rule = broken_rule(framework, inputs.model, inputs.execution)) {
    return broken_rule_text(framework, *rule);
  }
  if (!system) {
    return "";
  }
  const auto outcome = evaluate_calibrated(inputs.model, *system, inputs.execution);
  if (const auto* unsuitable = std::get_if<Unsuitable>(&outcome)) {
    return fmt::format("{} (rule {})", unsuitable->words, unsuitable->rule);
  }
  sample_rate = std::get<CalibratedStats>(outcome).sample_rate;
  const DeviceNeed& memory = std::get<CalibratedStats>(outcome).memory;
  return memory.verdict == MemoryVerdict::kDoesNotFit
             ? fmt::format("a processor needs {} but has {} (rule KD7)",
                           bytes_text(memory.device_low), bytes_text(memory.capacity))
             : "";
}

LaunchJob job_of(const LaunchOptions& options, const PublishedExecution& inputs,
                 const Json& execution, std::int64_t domain, Framework framework) {
  LaunchJob job{
      inputs.model, inputs.execution, 1, name_without_extension(options.application), {}, {}};
  job.processors_per_node =
      processors_per_node(inputs.execution.num_procs, std::min(domain, kUsualNode));
  const JsonReader reader(options.execution, execution);
  if (!is_calibrated_execution(reader)) {
    add_published_remarks(to_strategy(reader).strategy, framework, domain, job);
  }
  return job;
}

// Says so where the execution is a result of a search for something else.
void tell_other_search(const LaunchOptions& options, const LoadedExecution& loaded,
                       const PublishedExecution& inputs, const std::optional<double>& sample_rate,
                       Console& console) {
  if (!tell_other_length(options.execution, loaded.seq_size(), inputs.model.seq_size, console) &&
      sample_rate && is_calibrated_execution(JsonReader(options.execution, loaded.execution))) {
    tell_other_rate(options.execution, loaded.sample_rate, *sample_rate, console);
  }
}

void write_script(const std::string& path, const std::string& text, Console& console) {
  if (path == kStandardStream) {
    console.out << text;
    return;
  }
  OutputFile output(path);
  output.write(text);
  output.commit();
  console.log->info("Output: {}", printable(path));
}

int run_launch(LaunchOptions options, Console& console) {
  options.application = input_path(BundledKind::kModel, options.application, console);
  options.execution = execution_path(options.execution, console);
  require_extension(options.application, kJsonOnly);
  if (!options.system.empty()) {
    options.system = input_path(BundledKind::kSystem, options.system, console);
    require_extension(options.system, kJsonOnly);
  }
  require_one_standard_input({options.application, options.execution, options.system});
  const Framework framework = *enum_from_name<Framework>(options.framework);
  const ModelFile model = read_model(options.application, options.model, console);
  const LoadedExecution loaded = load_execution_and_rate(options.execution);
  const Json& execution = loaded.execution;
  const PublishedExecution inputs = calibrated_inputs(options.execution, model, execution);
  std::optional<System> system;
  if (!options.system.empty()) {
    system = read_system(options.system);
  }
  std::optional<double> sample_rate;
  if (const std::string why = why_not_launched(inputs, system, framework, sample_rate);
      !why.empty()) {
    complain(console, "infeasible: " + why);
    return kExitNoAnswer;
  }
  tell_other_search(options, loaded, inputs, sample_rate, console);
  const LaunchJob job = job_of(options, inputs, execution, inner_domain(system), framework);
  write_script(options.output, launch_script(framework, job), console);
  return kExitSuccess;
}

std::vector<std::string> framework_names() {
  std::vector<std::string> names(EnumNames<Framework>::kNames.begin(),
                                 EnumNames<Framework>::kNames.end());
  for (const EnumAlias& other : EnumNames<Framework>::kAliases) {
    names.emplace_back(other.alias);
  }
  return names;
}

}  // namespace

Action setup_launch(CLI::App& app) {
  const auto options = std::make_shared<LaunchOptions>();
  add_application(app, options->application);
  add_model_choices(app, options->model);
  add_execution(app, options->execution);
  app.add_option(std::string(kSystemArgument), options->system,
                 "system file (.json, .json.gz or -), or the name of a bundled one, on which it "
                 "has to fit")
      ->type_name(kSystemValue);
  app.add_option("--framework", options->framework, "what is to run it")
      ->check(CLI::IsMember(framework_names()))
      ->capture_default_str();
  app.add_option("-o,--output", options->output, "where to write it")
      ->type_name(kFileValue)
      ->capture_default_str();
  return [options](Console& console) { return run_launch(*options, console); };
}

}  // namespace calculon
