#include "cli/commands.h"

#include <array>

namespace calculon {

std::span<const Command> commands() {
  static constexpr std::array kCommands = {
      Command{"llm", "", "evaluate one execution of a model on a system", setup_llm},
      Command{"llm-optimal-execution", "loe", "search for the best executions",
              setup_optimal_execution},
      Command{"llm-optimal-execution-moe", "loe-moe",
              "search for the best executions of a mixture of experts",
              setup_optimal_execution_moe},
      Command{"llm-optimal-execution-moe-flexible", "loe-moe-flex",
              "the same, with all degrees of parallelism free",
              setup_optimal_execution_moe_flexible},
      Command{"llm-all-executions", "lae", "evaluate every execution and write all good ones",
              setup_all_executions},
      Command{"llm-parameter-calculator", "lpc", "count a model's parameters",
              setup_parameter_calculator},
      Command{"launch", "", "write what a training framework is told to run an execution",
              setup_launch},
      Command{"import", "", "turn a config.json or the command line of a run into files of ours",
              setup_import},
      Command{"list", "", "list what comes with the program", setup_list},
      Command{"llm-validation", "lv", "compare with published measurements", setup_validation},
      Command{"fit", "", "fit the constants of a system to measured runs", setup_fit},
      Command{"statistics", "", "list all statistics with their units and meanings",
              setup_statistics},
      Command{"study", "", "run a sweep of evaluations or searches and draw its results",
              setup_study},
      Command{"train-bandwidth", "", "count a training run's FLOP and the data between its workers",
              setup_train_bandwidth, false, spell_out_train_bandwidth},
      Command{"train-estimate", "", "estimate a training run's batch time and days",
              setup_train_estimate, false, spell_out_train_estimate},
      Command{"report", "", "draw results as an HTML page", setup_report},
      Command{"hetero-plan", "hp", "plan training on a cluster of several types of GPU",
              setup_hetero_plan, false, spell_out_hetero_plan},
      Command{"hetero-profile", "", "write layer profiles for hetero-plan", setup_hetero_profile,
              false, spell_out_hetero_profile},
      Command{"hetero-hostfile", "", "write a hostfile for hetero-plan", setup_hetero_hostfile,
              false, spell_out_hetero_hostfile},
      Command{"version", "v", "print the version", setup_version},
      Command{"completion", "", "print the completion script of a shell", setup_completion, true},
      Command{"manual", "", "print the manual page", setup_manual, true},
  };
  return kCommands;
}

}  // namespace calculon
