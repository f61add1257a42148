#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace calculon {

// Formats of files are told apart by their extension; ".gz" behind one means gzip. "-" stands for
// standard input or standard output.
inline constexpr std::string_view kStandardStream = "-";

// Whether `path` ends in `extension` (".csv"), with or without ".gz" behind it.
bool has_extension(std::string_view path, std::string_view extension);

// Throws InputError unless `path` is "-", a pipe or a device, or ends in one of `extensions`, each
// with or without ".gz".
void require_extension(std::string_view path, std::span<const std::string_view> extensions);

// The whole text of a file, unpacked if its name ends in ".gz"; "-" reads standard input. Throws
// InputError if it cannot be read, is no regular data (a folder), is damaged, or is larger than a
// configuration can be (64 MiB unpacked).
std::string read_text_file(const std::string& path);

// An output file that is whole or not there: text goes to a temporary file beside the target,
// which commit() renames. Opened before the work starts, so that an unwritable folder is told at
// once. A path ending in ".gz" is compressed, in members of about 1 MiB. A device such as
// /dev/null is written directly. Every failure throws InputError with the system's reason. One
// thread at a time may use it.
class OutputFile {
 public:
  explicit OutputFile(std::string path);
  ~OutputFile();  // removes what has not been committed
  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;

  void write(std::string_view text);
  // What is finished already: not compressed again. For text that threads compress on their own.
  void write_packed(std::string_view bytes);
  // Makes the file appear under its name.
  void commit() { commit_as(path_); }
  // What an interrupted run has: under its name with ".partial" behind it, which is returned.
  std::string commit_partial();

  bool compresses() const { return gzip_; }

 private:
  void open_temporary();
  void commit_as(const std::string& path);
  void flush();
  void write_all(std::string_view bytes);
  [[noreturn]] void fail(std::string_view doing);

  std::string path_;
  std::string temporary_path_;  // empty when written directly
  std::string buffer_;
  bool gzip_;
  int descriptor_ = -1;
};

// `text` as one gzip member; members behind each other are a gzip file, too. Safe on any thread.
std::string gzip_member(std::string_view text);

}  // namespace calculon
