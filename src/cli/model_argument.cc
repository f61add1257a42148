#include "cli/model_argument.h"

#include "calculon/base/files.h"
#include "cli/message.h"

namespace calculon {

void add_model_choices(CLI::App& app, ModelChoices& choices) {
  app.add_option("--seq", choices.seq_size, "sequence length, in place of what the model file says")
      ->check(CLI::Range(std::int64_t{1}, kLargestCount))
      ->type_name("TOKENS");
  app.add_option("--as", choices.family,
                 "read a Hugging Face configuration as one of this model_type")
      ->type_name("NAME");
}

ModelFile parse_model(const std::string& file, const std::string& text, const ModelChoices& choices,
                      Console& console) {
  ModelFile model = parse_model_file(file, text, choices);
  for (const std::string& line : model.notes) {
    note(console, line);
  }
  return model;
}

ModelFile read_model(const std::string& path, const ModelChoices& choices, Console& console) {
  return parse_model(path, read_text_file(path), choices, console);
}

}  // namespace calculon
