#pragma once

#include <CLI/CLI.hpp>

#include "calculon/statistics/run_cost.h"

namespace calculon {

// Adds --tokens and what goes with it. The command has to call check_run_cost() before it works.
void add_run_cost_options(CLI::App& app, RunCostOptions& options);

}  // namespace calculon
