#include <fmt/format.h>

#include "calculon/base/files.h"
#include "calculon/base/input_error.h"
#include "cli/commands.h"
#include "cli/message.h"
#include "cli/options.h"

namespace calculon {
namespace {

struct HostfileOptions {
  std::int64_t gpus_per_type = 0;
  std::int64_t slots = 4;
  std::vector<std::string> addresses = {"0.0.0.1", "0.0.0.4"};  // V100 and A100 of the sample
  std::string output{kStandardStream};
};

int run_hetero_hostfile(const HostfileOptions& options, Console& console) {
  if (options.gpus_per_type < options.slots) {
    throw InputError(fmt::format("--gpus-per-type is {}, expected at least {}, the GPUs of a node",
                                 options.gpus_per_type, options.slots));
  }
  if (const std::int64_t rest = options.gpus_per_type % options.slots; rest > 0) {
    note(console, fmt::format("{} of {} GPUs of each type are left over: nodes have {}", rest,
                              options.gpus_per_type, options.slots));
  }
  std::string text;
  for (const std::string& address : options.addresses) {
    for (std::int64_t i = 0; i < options.gpus_per_type / options.slots; ++i) {
      text += fmt::format("{} slots={}\n", address, options.slots);
    }
  }
  if (options.output == kStandardStream) {
    console.out << text;
    return kExitSuccess;
  }
  OutputFile file(options.output);
  file.write(text);
  file.commit();
  return kExitSuccess;
}

}  // namespace

Action setup_hetero_hostfile(CLI::App& app) {
  const auto options = std::make_shared<HostfileOptions>();
  constexpr std::int64_t kMost = 1 << 20;
  app.add_option("--gpus-per-type", options->gpus_per_type, "GPUs of each type")
      ->check(CLI::Range(std::int64_t{1}, kMost))
      ->required();
  app.add_option("--slots", options->slots, "GPUs of a node")
      ->check(CLI::Range(std::int64_t{1}, kMost))
      ->capture_default_str();
  app.add_option("--address", options->addresses,
                 "address of the nodes of a type, or without a clusterfile its name; once for each "
                 "type (default: 0.0.0.1 and 0.0.0.4, V100 and A100 of the sample clusterfile)")
      ->type_name("ADDRESS")
      ->expected(1)
      ->allow_extra_args(false)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  app.add_option("--output", options->output, "where to write the hostfile, - for standard output")
      ->type_name(kFileValue)
      ->capture_default_str();
  return [options](Console& console) { return run_hetero_hostfile(*options, console); };
}

}  // namespace calculon
