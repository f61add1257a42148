#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "base/json_text.h"
#include "base/printable.h"
#include "calculon/base/files.h"
#include "calculon/base/input_error.h"
#include "calculon/base/quantity_text.h"
#include "calculon/block/parameter_count.h"
#include "calculon/strategy/placement.h"
#include "calculon/strategy/strategy.h"
#include "cli/bundled_files.h"
#include "cli/commands.h"
#include "cli/execution_argument.h"
#include "cli/input_notes.h"
#include "cli/message.h"
#include "cli/model_argument.h"
#include "cli/options.h"
#include "cli/terminal.h"
#include "text/notes.h"
#include "text/parameter_report.h"

namespace calculon {
namespace {

struct ParameterOptions {
  std::vector<std::string> applications;
  ModelChoices model;
  std::string execution;
  int alignment = 13;
  bool json = false;
  bool explain = false;
};

// A model file with all that is counted of it.
struct CountedModel {
  std::string name;
  ModelFile file;
  ModelParameters count;
  std::optional<ParameterCount> of_execution;
};

// Whether a model says no more than the published ones. Their count assumes a vocabulary (quirk
// A6), so that what is counted here would contradict it: it is printed on request.
bool is_published(const Transformer& transformer) {
  return transformer.details == ModelDetails();
}

std::string plain(double value) {
  return quantity_text(value, QuantityKind::kPlain);
}

ParameterCount count_of_execution(const std::string& path, const Strategy& strategy,
                                  const Transformer& transformer) {
  if (const std::string line = split_contradiction(strategy, transformer); !line.empty()) {
    throw InputError(fmt::format("{}: {}", path, line));
  }
  return count_parameters(transformer, strategy);
}

// Inputs by the names of bundled ones become paths.
ParameterOptions with_paths_to_count(ParameterOptions options, const Console& console) {
  for (std::string& application : options.applications) {
    application = input_path(BundledKind::kModel, application, console);
  }
  if (!options.execution.empty()) {
    options.execution = execution_path(options.execution, console);
  }
  return options;
}

std::vector<CountedModel> count_models(const ParameterOptions& options, Console& console) {
  std::vector<std::string_view> inputs(options.applications.begin(), options.applications.end());
  std::vector<CountedModel> models;
  for (const std::string& path : options.applications) {
    require_extension(path, kJsonOnly);
  }
  if (!options.execution.empty()) {
    inputs.push_back(options.execution);
  }
  require_one_standard_input(inputs);
  for (const std::string& path : options.applications) {
    CountedModel& model = models.emplace_back();
    model.name = printable(name_without_extension(path));
    model.file = read_model(path, options.model, console);
    model.count = count_parameters(model.file.transformer);
  }
  if (!options.execution.empty()) {
    const Strategy strategy = read_execution(options.execution).strategy;
    for (CountedModel& model : models) {
      const Transformer& transformer = model.file.transformer;
      model.of_execution = count_of_execution(options.execution, strategy, transformer);
      tell_model_notes(transformer, strategy, console);
      for (const std::string& line : notes_on_model(transformer, strategy)) {
        note(console, line);
      }
    }
  }
  return models;
}

std::string text_of(const ParameterOptions& options, const CountedModel& model) {
  const Transformer& transformer = model.file.transformer;
  const double first = is_published(transformer) ? transformer.num_parameters()
                                                 : static_cast<double>(model.count.total);
  std::string text = fmt::format("{:<{}} -> {}\n", model.name, options.alignment, plain(first));
  if (model.of_execution) {
    text += fmt::format("{:<{}} -> {} in the blocks of the execution, {} active per token\n", "",
                        options.alignment, plain(model.of_execution->total),
                        plain(model.of_execution->active));
  }
  if (!is_published(transformer) || options.explain) {
    text += parameter_table(model.count);
  }
  if (options.explain) {
    text += key_table(model.file.keys);
  }
  return text;
}

Json json_of(const ParameterOptions& options, const CountedModel& model) {
  Json json = {{"model", model.name}};
  json.update(to_json(model.count));
  if (is_published(model.file.transformer)) {
    json["published_parameters"] = model.file.transformer.num_parameters();
  }
  if (model.of_execution) {
    json["execution"] = {{"parameters", model.of_execution->total},
                         {"active_parameters", model.of_execution->active}};
  }
  if (options.explain) {
    json["keys"] = to_json(model.file.keys);
  }
  return json;
}

int run_parameter_calculator(const ParameterOptions& given, Console& console) {
  const ParameterOptions options = with_paths_to_count(given, console);
  const std::vector<CountedModel> models = count_models(options, console);
  if (options.json) {
    Json list = Json::array();
    for (const CountedModel& model : models) {
      list.push_back(json_of(options, model));
    }
    console.log->info("{}", json_text(models.size() == 1 ? list[0] : list, 2));
    return kExitSuccess;
  }
  for (const CountedModel& model : models) {
    std::string text = text_of(options, model);
    text.pop_back();  // the log ends the line
    console.log->info("{}", for_reading(console, text));
  }
  return kExitSuccess;
}

}  // namespace

Action setup_parameter_calculator(CLI::App& app) {
  const auto options = std::make_shared<ParameterOptions>();
  constexpr int kWidest = 200;
  app.add_option("application", options->applications,
                 "model files (.json, .json.gz or -), or names of bundled ones")
      ->type_name(kModelValue)
      ->required();
  add_model_choices(app, options->model);
  app.add_option("--execution", options->execution,
                 "also count the total and active parameters of a mixture of experts run this way")
      ->type_name(kExecutionValue);
  app.add_flag("--json", options->json, "print an object, or a list of them for several files");
  app.add_flag("--explain", options->explain,
               "also list which keys were read, by default and left alone");
  app.add_option("-a,--alignment", options->alignment, "width of the name's column")
      ->check(CLI::Range(0, kWidest))
      ->capture_default_str();
  return [options](Console& console) { return run_parameter_calculator(*options, console); };
}

}  // namespace calculon
