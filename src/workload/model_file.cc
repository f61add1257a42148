#include "workload/model_file.h"

#include <fmt/format.h>

#include <type_traits>
#include <utility>

#include "base/json_text.h"
#include "calculon/base/files.h"
#include "workload/transformer_json.h"

namespace calculon {
namespace {

// A file that nobody recognises may be called a configuration by the user.
const ModelFormat* format_of(const JsonReader& reader, const ModelChoices& choices) {
  const ModelFormat* format = foreign_format(reader);
  if (format == nullptr && !choices.family.empty()) {
    throw InputError(fmt::format(
        "{}: --as {} goes with a configuration of another program, and this is a model file",
        reader.place(), choices.family));
  }
  return format;
}

std::string value_text(const Json& json) {
  return json_text(json);
}
template <class Value>
std::string value_text(const Value& value) {
  if constexpr (std::is_enum_v<Value>) {
    return fmt::format("\"{}\"", enum_name(value));
  } else {
    return fmt::format("{}", value);
  }
}

// Of a file in our own keys.
KeyReport own_keys(const JsonReader& file, const ModelDetails& details) {
  KeyReport keys;
  keys.kind = "a model file";
  const auto is_read = [&](std::string_view key) {
    const bool given = file.has(key) && !file[key].is_null();
    if (given) {
      keys.read.emplace_back(key, value_text(file[key].json()));
    }
    return given;
  };
  for_each_field(kTransformerFields, [&](const auto& field) { is_read(field.name); });
  for_each_field(kModelDetailFields, [&](const auto& field) {
    if (!is_read(field.name)) {
      keys.defaulted.emplace_back(field.name, value_text(details.*field.member));
    }
  });
  for (const std::string_view key : kFreeKeys) {
    if (file.has(key)) {
      keys.left_alone.emplace_back(key);
    }
  }
  return keys;
}

}  // namespace

ModelFile parse_model_file(const std::string& file, const std::string& text,
                           const ModelChoices& choices) {
  const Json json = parse_json(file, text);
  const JsonReader reader(file, json);
  ModelFile model;
  if (const ModelFormat* format = format_of(reader, choices)) {
    ImportedModel imported = format->import(reader, choices);
    model.transformer = to_transformer(JsonReader(file, imported.model));
    model.notes = std::move(imported.notes);
    model.keys = std::move(imported.keys);
    model.imported = std::move(imported.model);
  } else {
    model.transformer = to_transformer(reader);
    model.keys = own_keys(reader, model.transformer.details);
    if (choices.seq_size > 0) {
      model.transformer.seq_size = choices.seq_size;
    }
  }
  return model;
}

ModelFile read_model_file(const std::string& path, const ModelChoices& choices) {
  return parse_model_file(path, read_text_file(path), choices);
}

}  // namespace calculon
