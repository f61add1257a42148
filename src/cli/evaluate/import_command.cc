#include <fmt/format.h>

#include <array>
#include <filesystem>

#include "base/json_text.h"
#include "base/printable.h"
#include "calculon/base/files.h"
#include "calculon/base/input_error.h"
#include "cli/commands.h"
#include "cli/message.h"
#include "cli/model_argument.h"
#include "cli/options.h"
#include "launch/megatron_import.h"

namespace calculon {
namespace {

struct ImportOptions {
  std::string config;
  std::string output;
  ModelChoices model;
  std::int64_t processors = 0;
};

constexpr std::array<std::string_view, 6> kImported = {".json",  ".sh",     ".bash",
                                                       ".slurm", ".sbatch", ".txt"};

// What says where a document comes from.
Json provenance(const ImportOptions& options, const std::string& format,
                const std::vector<std::string>& left_alone) {
  return {{"source", printable(source_name(options.config))},
          {"format", format},
          {"left_alone", left_alone}};
}

int import_config(const ImportOptions& options, const std::string& text, Console& console) {
  require_extension(options.output, kJsonOnly);
  const ModelFile file = parse_model(options.config, text, options.model, console);
  if (!file.imported) {
    throw InputError(
        fmt::format("{}: is a model file already, expected the configuration of another program",
                    options.config));
  }
  Json document = *file.imported;
  document["provenance"] = provenance(options, file.keys.kind, file.keys.left_alone);
  OutputFile output(options.output);
  output.write(json_text(document, 2) + "\n");
  output.commit();
  if (options.output != kStandardStream) {
    console.log->info("Output: {}", printable(options.output));
  }
  return kExitSuccess;
}

void require_script_folder(const std::string& path) {
  if (path == kStandardStream || has_extension(path, ".json")) {
    throw InputError(
        fmt::format("--output is {}, expected a folder for model.json and execution.json", path));
  }
}

void make_folder(const std::string& path) {
  std::error_code error;
  std::filesystem::create_directories(path, error);
  if (error) {
    throw InputError(fmt::format("{}: cannot be made: {}", path, error.message()));
  }
}

// In as many lines as show all names.
void tell_unused(const ImportedLaunch& launch, Console& console) {
  constexpr std::size_t kLongestNote = 400;
  std::string line = fmt::format("{} of {} arguments used", launch.arguments - launch.unused.size(),
                                 launch.arguments);
  std::string_view before = "; ignored: ";
  for (const std::string& name : launch.unused) {
    if (line.size() + name.size() > kLongestNote) {
      note(console, line);
      line = "ignored too: " + name;
    } else {
      line += fmt::format("{}{}", before, name);
    }
    before = ", ";
  }
  note(console, line);
}

int import_script(const ImportOptions& options, const std::string& text, Console& console) {
  if (options.model.seq_size > 0 || !options.model.family.empty()) {
    throw InputError("--seq and --as go with the configuration of a model");
  }
  require_script_folder(options.output);
  const ImportedLaunch launch = import_megatron(options.config, text, options.processors);
  make_folder(options.output);
  const std::filesystem::path folder = options.output;
  OutputFile model(folder / "model.json");
  OutputFile execution(folder / "execution.json");
  const Json from = provenance(options, "arguments of Megatron-LM", launch.unused);
  const auto write = [&](Json document, OutputFile& output) {
    document["provenance"] = from;
    output.write(json_text(document, 2) + "\n");
    output.finish();
  };
  write(launch.model_json, model);
  write(launch.execution_json, execution);
  model.commit();
  execution.commit();
  for (const std::string& line : launch.notes) {
    note(console, line);
  }
  tell_unused(launch, console);
  console.log->info("Output: {}, {}", printable((folder / "model.json").string()),
                    printable((folder / "execution.json").string()));
  return kExitSuccess;
}

int run_import(const ImportOptions& options, Console& console) {
  require_extension(options.config, kImported);
  const std::string text = read_text_file(options.config);
  const auto first = text.find_first_not_of(" \t\r\n");
  const bool script = options.config == kStandardStream
                          ? first != std::string::npos && text[first] != '{'
                          : !has_extension(options.config, ".json");
  if (!script && options.processors > 0) {
    throw InputError("--num-procs goes with a command line of Megatron-LM");
  }
  return script ? import_script(options, text, console) : import_config(options, text, console);
}

}  // namespace

Action setup_import(CLI::App& app) {
  const auto options = std::make_shared<ImportOptions>();
  app.add_option("config", options->config,
                 "config.json of a Hugging Face model, a script with a command line of Megatron-LM "
                 "(.sh), or -")
      ->type_name(kFileValue)
      ->required();
  app.add_option("-o,--output", options->output,
                 "where to write the model file (.json, .json.gz or -), of a script the folder for "
                 "model.json and execution.json")
      ->type_name(kFileValue)
      ->required();
  app.add_option("--num-procs", options->processors,
                 "number of processors, where a script does not say it")
      ->check(CLI::Range(std::int64_t{1}, kLargestCount))
      ->type_name("N");
  add_model_choices(app, options->model);
  return [options](Console& console) { return run_import(*options, console); };
}

}  // namespace calculon
