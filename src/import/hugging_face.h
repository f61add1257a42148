#pragma once

#include "import/model_format.h"

namespace calculon {

// The config.json of a Hugging Face repository. Its family is told by its model_type, or by its
// architectures if it has none; the shapes may stand in a text_config.
bool is_hugging_face(const JsonReader& file);
ImportedModel import_hugging_face(const JsonReader& file, const ModelChoices& choices);

}  // namespace calculon
