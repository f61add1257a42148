#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json_reader.h"
#include "calculon/base/mistakes.h"
#include "cli/console.h"

namespace calculon {

// Reads a document as the program does. Puts into the mistakes those of its parts, or throws
// InputError for the first one.
using ReadDocument = std::function<void(const JsonReader&, Mistakes&)>;

// Everything that is wrong with a document, in the order in which it is read. Readers stop at the
// first mistake, at least of a part, so what they find is put right in a copy, after the example of
// `sample`, and the copy is read again. What follows from that is left out.
std::vector<std::string> all_mistakes(const std::string& file, Json document, const Json& sample,
                                      const ReadDocument& read);

// Whether a line has a word, "size" for one: not as a part of another one.
bool has_word(std::string_view line, std::string_view word);

// A file, and what is wrong with it.
struct CheckedFile {
  std::string kind;  // "a model file"
  std::vector<std::string> mistakes;
};

// What is wrong with a document of one kind, which messages call `place`.
std::vector<std::string> model_mistakes(const std::string& place, const Json& document,
                                        const Console& console);
std::vector<std::string> system_mistakes(const std::string& place, const Json& document,
                                         const Console& console);
std::vector<std::string> execution_mistakes(const std::string& place, const Json& document,
                                            const Console& console);
// Of a study, its points and their inputs too.
std::vector<std::string> study_mistakes(const std::string& path, const Json& document,
                                        const Console& console);

// A text of any kind but JSON that tells what it is, as tables and hostfiles do; else nothing.
std::optional<CheckedFile> check_text(const std::string& path, const std::string& text);

// Any file that the program reads and users write, told by its content. Throws nothing.
CheckedFile check_file(const std::string& path, Console& console);

}  // namespace calculon
