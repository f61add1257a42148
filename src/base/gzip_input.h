#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace calculon {

// The text of a file, plain or gzipped, piece by piece; "-" is standard input. A byte-order mark of
// UTF-8 is left out, and UTF-16 and UTF-32 are refused. Whatever goes wrong
// throws InputError with the file's name and the system's reason: data that is damaged or cut off
// (also between two members of those that we write, see gzip_member.h), anything behind the last
// member, and data that unfolds to hundreds of times its size for long, as no table does.
class GzipInput {
 public:
  explicit GzipInput(const std::string& path);
  ~GzipInput();
  GzipInput(const GzipInput&) = delete;
  GzipInput& operator=(const GzipInput&) = delete;

  // How many bytes were put into `chunk`; 0 at the end.
  std::size_t read(std::span<char> chunk);
  // The first bytes of what read() will give, without taking them; "" at the end.
  std::string_view peek();
  // "standard input" for "-".
  const std::string& name() const { return name_; }

 private:
  class Unpacker;

  // What the file holds, as it is; 0 at the end.
  std::size_t read_raw(std::span<char> chunk);
  // What the file holds, unpacked; 0 at the end.
  std::size_t read_unpacked(std::span<char> chunk);
  // Looks whether the file is a gzip file, and how its text is encoded.
  void start();
  void look_ahead();
  [[noreturn]] void fail(std::string_view why) const;

  std::string name_;
  bool must_be_gzip_;
  int descriptor_;
  bool started_ = false;
  std::vector<char> raw_;    // bytes of the file that have been read
  std::span<char> waiting_;  // those of them that have not been used
  std::string ahead_;        // what start() or peek() has looked at
  std::size_t ahead_used_ = 0;
  std::unique_ptr<Unpacker> unpacker_;  // null: the file is plain
};

// The lines of such a file, however large it is.
class LineReader {
 public:
  explicit LineReader(const std::string& path) : input_(path) {}

  // Sets `line` to the next line, without its end; false if there is none. It lives until the next
  // call. Throws InputError for a line that is longer than any table's.
  bool next(std::string_view& line);
  const std::string& name() const { return input_.name(); }
  // The bytes themselves; for whoever has not asked for a line yet.
  GzipInput& input() { return input_; }

 private:
  GzipInput input_;
  std::string buffer_;
  std::size_t position_ = 0;
  bool ended_ = false;
};

}  // namespace calculon
