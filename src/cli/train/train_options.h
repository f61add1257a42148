#pragma once

#include <fmt/format.h>

#include <memory>
#include <string>
#include <vector>

#include "bandwidth/field_names.h"
#include "bandwidth/training_run_sweep.h"
#include "calculon/bandwidth/chip.h"
#include "calculon/bandwidth/input_field.h"
#include "calculon/bandwidth/model_version.h"
#include "calculon/base/input_error.h"
#include "cli/commands.h"

namespace calculon {

// What the commands for training runs have in common. The published options are the rows of the
// model's inputs; their texts are kept until all usage mistakes that can be made are excluded.
struct TrainOptions {
  std::vector<std::vector<std::string>> values;  // of a row, each time it was given
  std::string version;
  bool json = false;
  bool csv = false;
  std::string columns;
  std::vector<std::string> sweeps;
  std::string best;
  std::int64_t top = 10;
  std::string chips_file;   // estimate only
  std::string system_file;  // estimate only

  ModelVersion model_version() const {
    return enum_from_name<ModelVersion>(version).value_or(ModelVersion::kSeed);
  }
};

// Adds one published option; its values, checked to be of the kind, go to `values`.
CLI::Option* add_published_option(CLI::App& app, std::string_view name, InputKind kind,
                                  std::string_view help, std::vector<std::string>& values);

// Adds what both commands have beside the published options.
void add_own_train_options(CLI::App& app, TrainOptions& options);

template <class Model>
std::shared_ptr<TrainOptions> add_train_options(CLI::App& app) {
  auto options = std::make_shared<TrainOptions>();
  options->values.resize(Model::kInputFields.size());
  static const typename Model::Inputs kDefaults{};
  for (std::size_t i = 0; i < options->values.size(); ++i) {
    const auto& field = Model::kInputFields[i];
    const std::string help = fmt::format("{}{}", field.help, field.required ? " (required)" : "");
    CLI::Option* option =
        add_published_option(app, field.name, field.kind(), help, options->values[i]);
    const auto value = get_input(kDefaults, field);
    if (value && !field.required && field.kind() != InputKind::kFlag) {
      option->default_str(input_text(*value));
    }
  }
  add_own_train_options(app, *options);
  return options;
}

// "--chip_type is 'V100', expected H100 or A100_40GB"
std::string unknown_chip_text(std::string_view name, const std::vector<Chip>& chips);

// The inputs as they were given; rows that are not stay at their default. Throws InputError for an
// unknown chip and where a required option is missing.
template <class Model>
typename Model::Inputs read_inputs(const TrainOptions& options, const std::vector<Chip>& chips) {
  typename Model::Inputs inputs;
  for (std::size_t i = 0; i < options.values.size(); ++i) {
    const auto& field = Model::kInputFields[i];
    for (const std::string& text : options.values[i]) {  // the last one counts
      if (field.kind() != InputKind::kChip) {
        set_input(inputs, field, *parse_input(field.kind(), text));
      } else if (const Chip* chip = find_chip(chips, text)) {
        set_input(inputs, field, chip);
      } else {
        throw InputError(unknown_chip_text(text, chips));
      }
    }
    const bool given = !options.values[i].empty();
    if (field.required && !given && !is_swept<Model>(options.sweeps, field.name)) {
      throw InputError(fmt::format("--{} is required", field.name));
    }
    if (given && is_swept<Model>(options.sweeps, field.name)) {
      throw InputError(
          fmt::format("--{} has a value and is swept, expected one of both", field.name));
    }
  }
  return inputs;
}

}  // namespace calculon
