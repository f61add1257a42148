#include "calculon/bandwidth/bandwidth.h"
#include "cli/commands.h"
#include "cli/published_options.h"
#include "cli/train/train_command.h"

namespace calculon {

std::vector<std::string> spell_out_train_bandwidth(std::span<const std::string> arguments) {
  return with_full_names(published_options(kBandwidthInputFields), arguments);
}

Action setup_train_bandwidth(CLI::App& app) {
  const auto options = add_train_options<BandwidthModel>(app);
  return [options](Console& console) {
    const auto inputs = read_inputs<BandwidthModel>(*options, {});
    return run_train<BandwidthModel>(*options, inputs, {}, console);
  };
}

}  // namespace calculon
