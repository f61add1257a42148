#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/json_reader.h"

namespace calculon {

// What a user says of a model beside its file.
struct ModelChoices {
  std::int64_t seq_size = 0;  // 0: as the file says
  std::string family;         // to read a configuration as; "": as it says itself
};

// What became of a file's keys; values as they stand there, or as they hold without the key.
struct KeyReport {
  using Keys = std::vector<std::pair<std::string, std::string>>;
  std::string kind;  // of the file: "a configuration of the family llama"
  Keys read;
  Keys defaulted;
  std::vector<std::string> left_alone;
};

// A model from the file of another program.
struct ImportedModel {
  Json model;                      // in our keys
  std::vector<std::string> notes;  // what one should know of it
  KeyReport keys;
};

// A format of another program's files.
struct ModelFormat {
  std::string_view name;
  bool (*recognises)(const JsonReader& file);
  // Throws InputError for what cannot be said in our keys.
  ImportedModel (*import)(const JsonReader& file, const ModelChoices& choices);
};

std::span<const ModelFormat> model_formats();

// The format of a file that is not in our own keys; null if it is, or if nobody knows it.
const ModelFormat* foreign_format(const JsonReader& file);

// The object of a model in our keys, which may be that of another program.
Json in_our_keys(const JsonReader& file);

}  // namespace calculon
