#include "cli/run_cost_options.h"

namespace calculon {

void add_run_cost_options(CLI::App& app, RunCostOptions& options) {
  constexpr auto kGroup = "The whole training run";
  const auto add = [&](const char* name, std::optional<double>& value, const char* help) {
    app.add_option(name, value, help)->type_name("NUMBER")->group(kGroup);
  };
  add("--tokens", options.tokens, "tokens of the run, such as 15e12: tells days and GPU hours");
  add("--price-per-hour", options.price_per_hour, "dollars for an hour of one GPU");
  add("--power-per-gpu", options.power_per_gpu, "watts of one GPU with all that serves it");
  add("--mtbf-hours", options.mtbf_hours,
      "mean hours between failures of the whole job, whatever fails: tells the goodput with "
      "checkpoints at Daly's optimal interval");
  add("--checkpoint-seconds", options.checkpoint_seconds,
      "seconds that training stands still for a checkpoint");
  add("--restart-seconds", options.restart_seconds,
      "seconds from a failure until training goes on (default 0)");
}

}  // namespace calculon
