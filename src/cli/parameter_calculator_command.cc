#include <fmt/format.h>

#include <filesystem>

#include "calculon/base/files.h"
#include "calculon/base/quantity_text.h"
#include "calculon/workload/transformer.h"
#include "cli/commands.h"
#include "cli/options.h"

namespace calculon {
namespace {

struct ParameterOptions {
  std::string application;
  int alignment = 13;
};

int run_parameter_calculator(const ParameterOptions& options, Console& console) {
  require_extension(options.application, kJsonOnly);
  const Transformer transformer = read_transformer(options.application);
  const std::string name = std::filesystem::path(options.application).stem().string();
  console.log->info("{:<{}} -> {}", name, options.alignment,
                    quantity_text(transformer.num_parameters(), QuantityKind::kPlain));
  return kExitSuccess;
}

}  // namespace

Action setup_parameter_calculator(CLI::App& app) {
  const auto options = std::make_shared<ParameterOptions>();
  constexpr int kWidest = 200;
  add_application(app, options->application);
  app.add_option("-a,--alignment", options->alignment, "width of the name's column")
      ->check(CLI::Range(0, kWidest))
      ->capture_default_str();
  return [options](Console& console) { return run_parameter_calculator(*options, console); };
}

}  // namespace calculon
