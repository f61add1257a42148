#include <fmt/format.h>

#include <filesystem>

#include "base/json_text.h"
#include "base/printable.h"
#include "calculon/base/files.h"
#include "calculon/base/input_error.h"
#include "cli/commands.h"
#include "cli/model_argument.h"
#include "cli/options.h"

namespace calculon {
namespace {

struct ImportOptions {
  std::string config;
  std::string output;
  ModelChoices model;
};

// The file without its folder, which others do not have.
std::string source_name(const std::string& path) {
  return path == kStandardStream ? "standard input"
                                 : printable(std::filesystem::path(path).filename().string());
}

// The model in our keys, with where it comes from.
Json imported_document(const ImportOptions& options, const ModelFile& file) {
  Json document = *file.imported;
  document["provenance"] = {{"source", source_name(options.config)},
                            {"format", file.keys.kind},
                            {"left_alone", file.keys.left_alone}};
  return document;
}

int run_import(const ImportOptions& options, Console& console) {
  require_extension(options.config, kJsonOnly);
  require_extension(options.output, kJsonOnly);
  const ModelFile file = read_model(options.config, options.model, console);
  if (!file.imported) {
    throw InputError(
        fmt::format("{}: is a model file already, expected the configuration of another program",
                    options.config));
  }
  const std::string text = json_text(imported_document(options, file), 2) + "\n";
  OutputFile output(options.output);
  output.write(text);
  output.commit();
  if (options.output != kStandardStream) {
    console.log->info("Output: {}", printable(options.output));
  }
  return kExitSuccess;
}

}  // namespace

Action setup_import(CLI::App& app) {
  const auto options = std::make_shared<ImportOptions>();
  app.add_option("config", options->config, "config.json of a Hugging Face model, or -")
      ->type_name(kFileValue)
      ->required();
  app.add_option("-o,--output", options->output,
                 "where to write the model file (.json, .json.gz or -)")
      ->type_name(kFileValue)
      ->required();
  add_model_choices(app, options->model);
  return [options](Console& console) { return run_import(*options, console); };
}

}  // namespace calculon
