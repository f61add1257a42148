#pragma once

#include <CLI/CLI.hpp>
#include <string>

#include "cli/console.h"
#include "workload/model_file.h"

namespace calculon {

// Adds --seq and --as, which say what a model file leaves open, to a command that takes one.
void add_model_choices(CLI::App& app, ModelChoices& choices);

// Reads a model file in any format, or its text. What one should know of it goes to standard error.
ModelFile parse_model(const std::string& file, const std::string& text, const ModelChoices& choices,
                      Console& console);
ModelFile read_model(const std::string& path, const ModelChoices& choices, Console& console);

}  // namespace calculon
