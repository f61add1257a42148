#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

struct stat;

namespace calculon {

// Formats of files are told apart by their extension; ".gz" behind one means gzip. "-" stands for
// standard input or standard output.
inline constexpr std::string_view kStandardStream = "-";

// Whether `path` ends in `extension` (".csv"), with or without ".gz" behind it.
bool has_extension(std::string_view path, std::string_view extension);

// "models/m.json.gz" -> "m": the name of a file without its folder and what tells the format.
std::string name_without_extension(std::string_view path);

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
// /dev/null is written directly. Symbolic links stay and lead to the new file; a file that is
// replaced leaves its mode and owner, and has to be writable. Every failure throws InputError with
// the system's reason, also where the file is an input or another output of the run. Interrupted is
// thrown where a pipe is full when the user wants to stop. One thread at a time may use it.
class OutputFile {
 public:
  // Whose file it is: the user's, or one of the program's own, which it may have read or written
  // before in the same run.
  enum class Owner { kUser, kProgram };

  explicit OutputFile(std::string path, Owner owner = Owner::kUser);
  ~OutputFile();  // removes what has not been committed
  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;

  void write(std::string_view text);
  // What is finished already: not compressed again. For text that threads compress on their own.
  void write_packed(std::string_view bytes);
  // Writes all that is left, so that nothing but the name is missing. Of several outputs, each is
  // finished before the first of them appears.
  void finish();
  // Makes the file appear under its name, finished if it was not.
  void commit() { commit_as(target_path_); }
  // What an interrupted run has: under its name (or that of the file that links lead to) with
  // ".partial" behind it, which is returned.
  std::string commit_partial();

  bool compresses() const { return gzip_; }

 private:
  void open_stream();
  void open_temporary(const struct ::stat* replaced);
  void commit_as(const std::string& path);
  void flush();
  std::size_t wait_for_room(std::size_t wanted);
  void write_all(std::string_view bytes);
  [[noreturn]] void fail(std::string_view doing);

  std::string path_;
  std::string target_path_;     // where symbolic links lead
  std::string temporary_path_;  // empty when written directly
  int temporary_place_ = -1;    // in the table of what goes when a signal ends the program
  std::string buffer_;
  bool gzip_;
  bool may_wait_ = false;  // for a reader
  int descriptor_ = -1;
};

// `text` as one gzip member; members behind each other are a gzip file, too. Safe on any thread.
std::string gzip_member(std::string_view text);

}  // namespace calculon
