#include "cli/hetero/hetero_inputs.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <set>

#include "base/text.h"
#include "calculon/base/files.h"
#include "calculon/base/input_error.h"
#include "cli/bundled_files.h"
#include "cli/execution_argument.h"
#include "cli/input_notes.h"
#include "cli/model_argument.h"
#include "cli/options.h"

namespace calculon {

void add_model_arguments(CLI::App& app, ModelArguments& arguments) {
  app.add_option("--model", arguments.model,
                 "build the profiles from this model file, or bundled model, instead of measured "
                 "ones")
      ->type_name(kModelValue);
  add_model_choices(app, arguments.choices);
  app.add_option("--system", arguments.systems,
                 "with --model: the system file of a type of GPU, as in "
                 "H100=systems/H100_80g.json; once for each type")
      ->type_name("TYPE=FILE")
      ->expected(1)
      ->allow_extra_args(false)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  app.add_option("--execution", arguments.execution,
                 "with --model: take datatype, recomputation and the like from this execution "
                 "file (default: float16, nothing recomputed)")
      ->type_name(kFileValue);
}

void add_vocabulary(CLI::App& app, std::int64_t& words) {
  constexpr std::int64_t kMost = 10'000'000;
  app.add_option("--vocab-size", words,
                 fmt::format("vocabulary (default: {}, or the --model's)", kUsualVocabulary))
      ->check(CLI::Range(std::int64_t{1}, kMost));
}

std::int64_t vocabulary(std::int64_t words, const Transformer* model) {
  const std::int64_t own = model ? model->details.vocab_size : 0;
  return words > 0 ? words : own > 0 ? own : kUsualVocabulary;
}

TypeValue split_type_value(const std::string& option, const std::string& text,
                           const std::string& value_name) {
  const auto parts = name_and_value(text);
  const auto in_a_name = [](unsigned char c) { return std::isalnum(c) != 0 || c == '_'; };
  if (!parts || parts->second.empty() ||
      !std::all_of(parts->first.begin(), parts->first.end(), in_a_name)) {
    throw InputError(fmt::format(
        "{} is '{}', expected TYPE={}, with letters, digits and underscores for the type", option,
        text, value_name));
  }
  return {std::string(parts->first), std::string(parts->second)};
}

ModelInputs read_model_inputs(const ModelArguments& arguments, Console& console) {
  if (arguments.model.empty() || arguments.systems.empty()) {
    throw InputError("profiles from a model need both --model FILE and --system TYPE=FILE");
  }
  ModelInputs inputs;
  const std::string model = input_path(BundledKind::kModel, arguments.model, console);
  require_extension(model, kJsonOnly);
  inputs.files.push_back(model);
  inputs.transformer = read_model(model, arguments.choices, console).transformer;
  for (const std::string& text : arguments.systems) {
    const auto [type, system] = split_type_value("--system", text, "FILE");
    const std::string path = input_path(BundledKind::kSystem, system, console);
    require_extension(path, kJsonOnly);
    for (const GpuSystem& gpu : inputs.gpus) {
      if (gpu.type == type) {
        throw InputError(fmt::format("--system: type {} is there twice", type));
      }
    }
    inputs.gpus.push_back({type, read_system(path)});
    inputs.files.push_back(path);
  }
  if (!arguments.execution.empty()) {
    const std::string path = execution_path(arguments.execution, console);
    const StrategyFile file = read_execution(path);
    inputs.files.push_back(path);
    if (file.datatype_error) {
      throw *file.datatype_error;
    }
    inputs.choices = static_cast<const BlockChoices&>(file.strategy);
  }
  Transformer noted = inputs.transformer;
  noted.details.vocab_size = 0;  // profiles have it
  tell_model_notes(noted, inputs.choices, console);
  std::set<std::string> told;
  for (const GpuSystem& gpu : inputs.gpus) {
    if (told.insert(gpu.system.name).second) {  // types may share a file
      tell_system_notes(gpu.system, console);
    }
  }
  return inputs;
}

}  // namespace calculon
