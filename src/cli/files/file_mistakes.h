#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json_reader.h"
#include "cli/console.h"

namespace calculon {

// Reads a document as the program does. Throws InputError for the first mistake.
using ReadDocument = std::function<void(const JsonReader&)>;

// Everything that is wrong with a document, in the order in which it is read. Readers stop at the
// first mistake, so it is put right in a copy, after the example of `sample`, and the copy is read
// again. What follows from a value that was made up is left out.
std::vector<std::string> all_mistakes(const std::string& file, Json document, const Json& sample,
                                      const ReadDocument& read);

// A file, and what is wrong with it.
struct CheckedFile {
  std::string kind;  // "a model file"
  std::vector<std::string> mistakes;
};

// A model, system, execution or study, told by its keys. Throws nothing.
CheckedFile check_file(const std::string& path, Console& console);

}  // namespace calculon
