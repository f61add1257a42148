#include <fmt/format.h>

#include <array>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "calculon/base/files.h"
#include "calculon/calibrated/calibrated_execution.h"
#include "calculon/strategy/preset.h"
#include "cli/commands.h"
#include "cli/files/file_template.h"
#include "cli/options.h"
#include "text/json_report.h"

namespace calculon {
namespace {

struct NewOptions {
  std::string kind;
  std::string methodology{kCalibratedName};
  std::string output{kStandardStream};
};

Json new_execution(const NewOptions& options, const Console& console) {
  return execution_template(options.methodology, console);
}

struct Template {
  std::string_view kind;
  Json (*make)(const NewOptions& options, const Console& console);
};

constexpr std::array<Template, 4> kTemplates = {{
    {"model", [](const NewOptions&, const Console& console) { return model_template(console); }},
    {"system", [](const NewOptions&, const Console& console) { return system_template(console); }},
    {"execution", new_execution},
    {"study", [](const NewOptions&, const Console& console) { return study_template(console); }},
}};

std::vector<std::string> kind_names() {
  std::vector<std::string> names;
  for (const Template& each : kTemplates) {
    names.emplace_back(each.kind);
  }
  return names;
}

std::vector<std::string> methodology_names() {
  std::vector<std::string> names = {std::string(kCalibratedName)};
  for (const std::string_view name : EnumNames<Preset>::kNames) {
    names.emplace_back(name);
  }
  return names;
}

// Somebody may have worked on a file that was written like this before.
void require_new(const std::string& path) {
  std::error_code unknown;
  if (path != kStandardStream && std::filesystem::exists(path, unknown)) {
    throw InputError(fmt::format("{} is there already, expected the name of a new file", path));
  }
}

int run_new(const NewOptions& options, Console& console) {
  if (options.kind != "execution" && options.methodology != kCalibratedName) {
    throw InputError("--methodology is of an execution");
  }
  require_new(options.output);
  for (const Template& each : kTemplates) {
    if (each.kind == options.kind) {
      const std::string text = document_text(each.make(options, console), options.output) + "\n";
      if (options.output == kStandardStream) {
        console.out << text;
        break;
      }
      OutputFile file(options.output);
      file.write(text);
      file.commit();
    }
  }
  return kExitSuccess;
}

}  // namespace

Action setup_new(CLI::App& app) {
  const auto options = std::make_shared<NewOptions>();
  app.add_option("kind", options->kind, "what to write")
      ->check(CLI::IsMember(kind_names()))
      ->required();
  app.add_option("-o,--output", options->output,
                 "where to write it (.json, .json.gz or -); a file that is there stays as it is")
      ->type_name(kFileValue)
      ->capture_default_str();
  app.add_option("--methodology", options->methodology, "whose execution it is")
      ->check(CLI::IsMember(methodology_names()))
      ->capture_default_str();
  return [options](Console& console) { return run_new(*options, console); };
}

}  // namespace calculon
