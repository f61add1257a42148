#include <fmt/format.h>

#include "base/printable.h"
#include "calculon/base/files.h"
#include "calculon/base/input_error.h"
#include "calculon/base/quantity_text.h"
#include "calculon/block/parameter_count.h"
#include "calculon/strategy/placement.h"
#include "calculon/strategy/strategy.h"
#include "calculon/workload/transformer.h"
#include "cli/commands.h"
#include "cli/message.h"
#include "cli/options.h"
#include "model/input_notes.h"
#include "text/notes.h"

namespace calculon {
namespace {

struct ParameterOptions {
  std::string application;
  std::string execution;
  int alignment = 13;
};

// What of a model the published count is without.
void tell_uncounted(const Transformer& transformer, Console& console) {
  constexpr std::int64_t kCountedVocabulary = 51200;  // quirk A6
  std::vector<std::string_view> keys = unused_details(transformer);
  std::erase_if(keys, [&](std::string_view key) {
    return key == "attn_window" ||
           (key == "vocab_size" && transformer.details.vocab_size == kCountedVocabulary);
  });
  if (!keys.empty()) {
    note(console, left_out_text(keys));
  }
}

int run_parameter_calculator(const ParameterOptions& options, Console& console) {
  require_extension(options.application, kJsonOnly);
  const Transformer transformer = read_transformer(options.application);
  if (!options.execution.empty()) {
    require_extension(options.execution, kJsonOnly);
    require_one_standard_input({options.application, options.execution});
  }
  const std::string name = printable(name_without_extension(options.application));
  std::string text = fmt::format("{:<{}} -> {}", name, options.alignment,
                                 quantity_text(transformer.num_parameters(), QuantityKind::kPlain));
  if (!options.execution.empty()) {
    const Strategy strategy = read_strategy(options.execution).strategy;
    if (const std::string line = split_contradiction(strategy, transformer); !line.empty()) {
      throw InputError(fmt::format("{}: {}", options.execution, line));
    }
    const ParameterCount count = count_parameters(transformer, strategy);
    text += fmt::format("\n{:<{}} -> {} in the blocks of the execution, {} active per token", "",
                        options.alignment, quantity_text(count.total, QuantityKind::kPlain),
                        quantity_text(count.active, QuantityKind::kPlain));
    for (const std::string& line : notes_on_model(transformer, strategy)) {
      note(console, line);
    }
  }
  tell_uncounted(transformer, console);
  console.log->info("{}", text);
  return kExitSuccess;
}

}  // namespace

Action setup_parameter_calculator(CLI::App& app) {
  const auto options = std::make_shared<ParameterOptions>();
  constexpr int kWidest = 200;
  add_application(app, options->application);
  app.add_option("--execution", options->execution,
                 "also count the total and active parameters of a mixture of experts run this way")
      ->type_name(std::string(kFileValue));
  app.add_option("-a,--alignment", options->alignment, "width of the name's column")
      ->check(CLI::Range(0, kWidest))
      ->capture_default_str();
  return [options](Console& console) { return run_parameter_calculator(*options, console); };
}

}  // namespace calculon
