#pragma once

#include <string>
#include <string_view>

#include "base/json_reader.h"

namespace calculon {

// What a file is, as far as its keys tell.
enum class FileKind {
  kModel,
  kExecution,
  kSystem,
  kStudy,
  kResults,
  kProfile,
  kCluster,  // no keys tell this one and the next
  kChips,
  kUnknown
};

FileKind kind_of_file(const JsonReader& file);

// A file that stands where another kind of file is expected. A command knows in which order it
// takes its files, and adds that to the line.
class WrongKindOfFile : public InputError {
 public:
  // `found` and `expected` as in "a model file".
  WrongKindOfFile(std::string file, std::string_view found, std::string_view expected);

  const std::string& file() const { return file_; }
  const std::string& found() const { return found_; }

 private:
  std::string file_;
  std::string found_;
};

// Throws WrongKindOfFile if the keys tell that the file is of another kind than `expected`, and
// InputError if it is no object.
void require_kind(const JsonReader& file, FileKind expected);

}  // namespace calculon
