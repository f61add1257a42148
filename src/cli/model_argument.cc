#include "cli/model_argument.h"

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

ModelFile read_model(const std::string& path, const ModelChoices& choices, Console& console) {
  ModelFile file = read_model_file(path, choices);
  for (const std::string& line : file.notes) {
    note(console, line);
  }
  return file;
}

}  // namespace calculon
