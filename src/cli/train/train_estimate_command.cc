#include <filesystem>

#include "calculon/bandwidth/estimate.h"
#include "calculon/base/files.h"
#include "cli/bundled_files.h"
#include "cli/commands.h"
#include "cli/data_folder.h"
#include "cli/input_notes.h"
#include "cli/options.h"
#include "cli/published_options.h"
#include "cli/train/train_command.h"

namespace calculon {
namespace {

constexpr const char* kBundledChips = "systems/chips.json";
constexpr const char* kDefaultChipOfHead = "H100";

std::string bundled_chips(const std::string& folder) {
  return (std::filesystem::path(folder) / kBundledChips).string();
}

bool has_chips(const std::string& folder) {
  std::error_code unknown;
  return std::filesystem::exists(bundled_chips(folder), unknown);
}

// The bundled chips and those of the user's file, which replace bundled ones of their name.
std::vector<Chip> known_chips(const TrainOptions& options, const Console& console) {
  const std::string bundled = bundled_chips(find_data_folder(console.program, has_chips));
  std::vector<Chip> chips = read_chips(bundled, options.model_version());
  if (options.chips_file.empty()) {
    return chips;
  }
  require_extension(options.chips_file, kJsonOnly);
  for (Chip& chip : read_chips(options.chips_file, options.model_version())) {
    std::erase_if(chips, [&](const Chip& other) { return other.name == chip.name; });
    chips.push_back(std::move(chip));
  }
  return chips;
}

// The processor of a system, by the name of the system's file.
std::vector<Chip> system_chip(const TrainOptions& options, Console& console) {
  const std::string path = input_path(BundledKind::kSystem, options.system_file, console);
  require_extension(path, kJsonOnly);
  const std::string name = name_without_extension(path);
  const System system = read_system(path);
  std::vector<Chip> chips = {chip_of_system(system, name)};
  tell_system_notes(system, console);
  return chips;
}

int run_train_estimate(const TrainOptions& options, Console& console) {
  const bool of_system = !options.system_file.empty();
  const std::vector<Chip> chips =
      of_system ? system_chip(options, console) : known_chips(options, console);
  EstimateInputs inputs = read_inputs<EstimateModel>(options, chips);
  inputs.version = options.model_version();
  if (of_system) {
    inputs.chip_type = &chips.front();
  } else if (!inputs.chip_type && inputs.version == ModelVersion::kHead) {
    inputs.chip_type = find_chip(chips, kDefaultChipOfHead);
  }
  return run_train<EstimateModel>(options, inputs, chips, console);
}

}  // namespace

std::vector<std::string> spell_out_train_estimate(std::span<const std::string> arguments) {
  return with_full_names(published_options(kEstimateInputFields), arguments);
}

Action setup_train_estimate(CLI::App& app) {
  const auto options = add_train_options<EstimateModel>(app);
  const char* const group = "Chips";
  CLI::Option* chips =
      app.add_option("--chips", options->chips_file,
                     "file of more chips, as systems/chips.json; to be written out")
          ->type_name(kFileValue)
          ->group(group);
  app.add_option("--system", options->system_file,
                 "take the chip from a system file: float8 rate (or twice the 16-bit one), memory "
                 "tier 1, both directions of network tier 0; to be written out")
      ->type_name(kFileValue)
      ->excludes(chips)
      ->excludes(app.get_option("--chip_type"))
      ->group(group);
  return [options](Console& console) { return run_train_estimate(*options, console); };
}

}  // namespace calculon
