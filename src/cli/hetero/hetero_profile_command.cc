#include <fmt/format.h>

#include "base/printable.h"
#include "base/text.h"
#include "calculon/base/input_error.h"
#include "calculon/planner/profiles/synthetic_profiles.h"
#include "cli/commands.h"
#include "cli/hetero/hetero_inputs.h"
#include "cli/interrupt.h"
#include "cli/options.h"
#include "text/profile_files.h"

namespace calculon {
namespace {

struct ProfileOptions {
  std::int64_t layers = 0;  // 0: not given
  std::int64_t max_size = 128;
  std::int64_t vocab_size = 0;  // not given
  std::string output_dir;
  std::string memory{enum_name(MemoryBase::kFlat)};
  std::vector<std::string> derive;
  bool force = false;
  bool from_model = false;
  ModelArguments model;
};

std::vector<DerivedType> derived_types(const std::vector<std::string>& texts) {
  std::vector<DerivedType> derived;
  for (const std::string& text : texts) {
    const auto [type, value] = split_type_value("--derive", text, "FACTOR");
    const auto factor = parse_number<double>(value);
    constexpr double kLargestFactor = 1e6;
    if (!factor || !(*factor > 0) || *factor > kLargestFactor) {
      throw InputError(
          fmt::format("--derive: the factor of {} is '{}', expected a number above 0 "
                      "and at most {:g}",
                      type, value, kLargestFactor));
    }
    derived.push_back({type, *factor});
  }
  return derived;
}

std::vector<LayerProfile> profiles_from_model(const ProfileOptions& options, Console& console) {
  if (!options.derive.empty()) {
    throw InputError("--derive goes with synthetic profiles; a model has a --system for each type");
  }
  const ModelInputs inputs = read_model_inputs(options.model, console);
  const std::int64_t model_layers = inputs.transformer.num_blocks + 2;
  if (options.layers > 0 && options.layers != model_layers) {
    throw InputError(
        fmt::format("--layers is {}, but {} has {}: its blocks, an embedding and a "
                    "head",
                    options.layers, options.model.model, model_layers));
  }
  return model_profiles(inputs.transformer, inputs.gpus,
                        {.choices = inputs.choices,
                         .vocab_size = vocabulary(options.vocab_size, &inputs.transformer),
                         .max_tensor_parallel = options.max_size,
                         .max_microbatch = options.max_size});
}

std::vector<LayerProfile> profiles_from_measurements(const ProfileOptions& options) {
  if (options.layers == 0) {
    throw InputError("--layers is required unless the profiles come from a --model");
  }
  SyntheticOptions synthetic;
  synthetic.num_layers = options.layers;
  synthetic.max_size = options.max_size;
  synthetic.memory = enum_from_name<MemoryBase>(options.memory).value_or(MemoryBase::kFlat);
  if (!options.derive.empty()) {
    synthetic.derived = derived_types(options.derive);
  }
  return synthetic_profiles(synthetic);
}

int run_hetero_profile(const ProfileOptions& options, Console& console) {
  const bool from_model =
      options.from_model || !options.model.model.empty() || !options.model.systems.empty();
  const auto profiles =
      from_model ? profiles_from_model(options, console) : profiles_from_measurements(options);
  const InterruptGuard interrupt;  // before the files, which an interruption has to clean up
  if (!write_profiles(options.output_dir, profiles, options.force, &interrupt.stop())) {
    console.err << "calculon: interrupted; " << options.output_dir << " is as it was\n";
    return kExitInterrupted;
  }
  console.log->info("{} profiles of {} layers in {}", profiles.size(),
                    profiles.front().num_layers(), printable(options.output_dir));
  return kExitSuccess;
}

}  // namespace

Action setup_hetero_profile(CLI::App& app) {
  const auto options = std::make_shared<ProfileOptions>();
  constexpr std::int64_t kLargest = 1 << 12;
  app.add_option("--layers", options->layers,
                 "layers of the model, embedding and head included (required for synthetic ones)")
      ->check(CLI::Range(std::int64_t{2}, std::int64_t{512}));
  app.add_option("--max-size", options->max_size,
                 "largest tensor degree and microbatch, a power of two")
      ->check(CLI::Range(std::int64_t{1}, kLargest))
      ->capture_default_str();
  app.add_option("--output-dir", options->output_dir,
                 "folder of the profiles; others there need --force")
      ->type_name(kFolderValue)
      ->required();
  app.add_option("--memory", options->memory,
                 "memory of the layers: as published, or as it was measured")
      ->check(CLI::IsMember({"flat", "measured"}))
      ->capture_default_str();
  app.add_option("--derive", options->derive,
                 "another type of GPU that takes FACTOR times as long as the A100; may be given "
                 "several times (default: V100=3.5)")
      ->type_name("TYPE=FACTOR")
      ->expected(1)
      ->allow_extra_args(false)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  app.add_flag("--force", options->force, "replace profiles that are there; other files stay");
  app.add_flag("--from-model", options->from_model,
               "write profiles of --model on each --system instead of synthetic ones");
  add_model_arguments(app, options->model);
  add_vocabulary(app, options->vocab_size);
  return [options](Console& console) { return run_hetero_profile(*options, console); };
}

}  // namespace calculon
