#pragma once

#include <CLI/CLI.hpp>
#include <cstdint>
#include <string>
#include <vector>

#include "calculon/planner/profiles/model_profiles.h"
#include "cli/console.h"
#include "import/model_format.h"

namespace calculon {

// Arguments of the planner's commands for profiles that come from our own model.
struct ModelArguments {
  std::string model;
  ModelChoices choices;
  std::vector<std::string> systems;  // TYPE=FILE
  std::string execution;
};

void add_model_arguments(CLI::App& app, ModelArguments& arguments);

// "V100=3.5" -> "V100" and "3.5". Throws InputError naming `option` unless there are both, and the
// first is what a type of GPU may be called.
struct TypeValue {
  std::string type;
  std::string value;
};
TypeValue split_type_value(const std::string& option, const std::string& text,
                           const std::string& value_name);

// The files read.
struct ModelInputs {
  Transformer transformer;
  std::vector<GpuSystem> gpus;
  BlockChoices choices;
  std::vector<std::string> files;  // that all this was read from
};
constexpr std::int64_t kUsualVocabulary = 51200;

// Adds --vocab-size; `words` stays 0 if it is not given.
void add_vocabulary(CLI::App& app, std::int64_t& words);
// The words asked for; else those of the model, which is null for measured profiles; else the
// usual.
std::int64_t vocabulary(std::int64_t words, const Transformer* model);

// Tells what they say that the profiles are without.
ModelInputs read_model_inputs(const ModelArguments& arguments, Console& console);

}  // namespace calculon
