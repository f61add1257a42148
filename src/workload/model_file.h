#pragma once

#include <optional>
#include <string>
#include <vector>

#include "calculon/workload/transformer.h"
#include "import/model_format.h"

namespace calculon {

// A model file in our keys, or in those of another program.
struct ModelFile {
  Transformer transformer;
  std::vector<std::string> notes;  // what one should know of what was read
  KeyReport keys;
  std::optional<Json> imported;  // the model in our keys, if the file is another program's
};

// Throws InputError, also for choices that do not go with the file.
ModelFile read_model_file(const std::string& path, const ModelChoices& choices);
ModelFile parse_model_file(const std::string& file, const std::string& text,
                           const ModelChoices& choices);

}  // namespace calculon
