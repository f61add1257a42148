#include <fmt/format.h>

#include <cctype>

#include "launch/config_tree.h"
#include "launch/launch_script.h"
#include "launch/torchtitan_table.h"

namespace calculon {
namespace {

// The model's name as one of a Python function.
std::string function_name(const std::string& model) {
  std::string name;
  for (const char c : model) {
    const auto letter = static_cast<unsigned char>(c);
    name += std::isalnum(letter) != 0 ? static_cast<char>(std::tolower(letter)) : '_';
  }
  const bool starts = !name.empty() && std::isdigit(static_cast<unsigned char>(name[0])) == 0;
  return starts ? name : "model_" + name;
}

std::string parallelism(const ConfigTree& config) {
  std::string arguments;
  for (const ConfigTree::Entry& entry : config.entries("parallelism")) {
    arguments += fmt::format("        {}={},\n", entry.name, entry.value);
  }
  return fmt::format("    config.parallelism = ParallelismConfig(\n{}    )\n", arguments);
}

std::string python_function(const LaunchJob& job, const ConfigTree& config) {
  std::string text =
      fmt::format("def {}() -> Trainer.Config:\n    config = base()  # with the model's flavour\n",
                  function_name(job.model_name));
  text += parallelism(config);
  for (const std::string& section : config.sections()) {
    if (section == "parallelism") {
      continue;
    }
    for (const ConfigTree::Entry& entry : config.entries(section)) {
      text += fmt::format("    config.{}{}{} = {}\n", section, section.empty() ? "" : ".",
                          entry.name, entry.value);
    }
  }
  return text + "    return config\n";
}

}  // namespace

std::string torchtitan_script(const LaunchJob& job) {
  const std::vector<LaunchItem> items = launch_items(torchtitan_rows(), job, kOfFlavour);
  const std::vector<LaunchItem> older = launch_items(torchtitan_toml_rows(), job);
  return launch_headline(Framework::kTorchtitan, job) +
         fmt::format("# NGPU={} starts it.\n", job.execution.num_procs) +
         comment_lines(items, job) + "\n\n" + python_function(job, ConfigTree(items)) +
         "\n\n# The same for torchtitan up to 0.2.2.\nTOML = \"\"\"\n" + ConfigTree(older).toml() +
         "\"\"\"\n";
}

}  // namespace calculon
