#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cli/console.h"

namespace calculon {

// What a parsed command line asks for; returns an exit status.
using Action = std::function<int(Console&)>;

// What commands are for, as headings of the help.
inline constexpr std::string_view kEvaluate = "Evaluate";
inline constexpr std::string_view kSearch = "Search";
inline constexpr std::string_view kStudies = "Studies and pages";
inline constexpr std::string_view kTrainingRun = "Training run";
inline constexpr std::string_view kMixedCluster = "Mixed cluster";
inline constexpr std::string_view kTools = "Tools";

// A subcommand: `setup` adds its options to `app` and returns what to run once they are parsed.
// The table serves dispatch, --help, the shell completions and the manual page.
struct Command {
  std::string_view group;  // empty: it works, but is not listed
  std::string_view name;
  std::string_view alias;  // may be empty
  std::string_view help;
  Action (*setup)(CLI::App& app);
  // Writes out what the command's published original lets one shorten; null: nothing.
  std::vector<std::string> (*spell_out)(std::span<const std::string> arguments) = nullptr;

  bool hidden() const { return group.empty(); }
};

std::span<const Command> commands();

// One per command, each in its own file.
Action setup_llm(CLI::App& app);
Action setup_optimal_execution(CLI::App& app);
Action setup_optimal_execution_moe(CLI::App& app);
Action setup_optimal_execution_moe_flexible(CLI::App& app);
Action setup_all_executions(CLI::App& app);
Action setup_parameter_calculator(CLI::App& app);
Action setup_launch(CLI::App& app);
Action setup_import(CLI::App& app);
Action setup_list(CLI::App& app);
Action setup_new(CLI::App& app);
Action setup_check(CLI::App& app);
Action setup_validation(CLI::App& app);
Action setup_fit(CLI::App& app);
Action setup_statistics(CLI::App& app);
Action setup_study(CLI::App& app);
Action setup_train_bandwidth(CLI::App& app);
Action setup_train_estimate(CLI::App& app);
Action setup_report(CLI::App& app);
Action setup_hetero_plan(CLI::App& app);
Action setup_hetero_profile(CLI::App& app);
Action setup_hetero_hostfile(CLI::App& app);
Action setup_version(CLI::App& app);
Action setup_completion(CLI::App& app);
Action setup_manual(CLI::App& app);

std::vector<std::string> spell_out_train_bandwidth(std::span<const std::string> arguments);
std::vector<std::string> spell_out_train_estimate(std::span<const std::string> arguments);
std::vector<std::string> spell_out_hetero_plan(std::span<const std::string> arguments);
std::vector<std::string> spell_out_hetero_profile(std::span<const std::string> arguments);
std::vector<std::string> spell_out_hetero_hostfile(std::span<const std::string> arguments);

}  // namespace calculon
