#include "cli/commands.h"

#include <array>

namespace calculon {

std::span<const Command> commands() {
  static constexpr std::array kCommands = {
      Command{kEvaluate, "llm", "", "evaluate one execution of a model on a system", setup_llm},
      Command{kEvaluate, "llm-parameter-calculator", "lpc", "count a model's parameters",
              setup_parameter_calculator},
      Command{kEvaluate, "launch", "",
              "write what a training framework is told to run an execution", setup_launch},
      Command{kEvaluate, "import", "",
              "turn a config.json or the command line of a run into files of ours", setup_import},
      Command{kSearch, "llm-optimal-execution", "loe", "search for the best executions",
              setup_optimal_execution},
      Command{kSearch, "llm-optimal-execution-moe", "loe-moe",
              "search for the best executions of a mixture of experts",
              setup_optimal_execution_moe},
      Command{kSearch, "llm-optimal-execution-moe-flexible", "loe-moe-flex",
              "the same, with all degrees of parallelism free",
              setup_optimal_execution_moe_flexible},
      Command{kSearch, "llm-all-executions", "lae",
              "evaluate every execution and write all good ones", setup_all_executions},
      Command{kStudies, "study", "", "run a sweep of evaluations or searches and draw its results",
              setup_study},
      Command{kStudies, "report", "", "draw results as an HTML page", setup_report},
      Command{kTrainingRun, "train-bandwidth", "",
              "count a training run's FLOP and the data between its workers", setup_train_bandwidth,
              spell_out_train_bandwidth},
      Command{kTrainingRun, "train-estimate", "", "estimate a training run's batch time and days",
              setup_train_estimate, spell_out_train_estimate},
      Command{kMixedCluster, "hetero-plan", "hp",
              "plan training on a cluster of several types of GPU", setup_hetero_plan,
              spell_out_hetero_plan},
      Command{kMixedCluster, "hetero-profile", "", "write layer profiles for hetero-plan",
              setup_hetero_profile, spell_out_hetero_profile},
      Command{kMixedCluster, "hetero-hostfile", "", "write a hostfile for hetero-plan",
              setup_hetero_hostfile, spell_out_hetero_hostfile},
      Command{kTools, "list", "", "list what comes with the program", setup_list},
      Command{kTools, "new", "", "write a file to begin with: a model, system, execution or study",
              setup_new},
      Command{kTools, "check", "", "tell everything that is wrong with files", setup_check},
      Command{kTools, "statistics", "", "list all statistics with their units and meanings",
              setup_statistics},
      Command{kTools, "llm-validation", "lv", "compare with published measurements",
              setup_validation},
      Command{kTools, "fit", "", "fit the constants of a system to measured runs", setup_fit},
      Command{kTools, "version", "v", "print the version", setup_version},
      Command{"", "completion", "", "print the completion script of a shell", setup_completion},
      Command{"", "manual", "", "print the manual page", setup_manual},
  };
  return kCommands;
}

}  // namespace calculon
