#pragma once

#include <string>
#include <string_view>

#include "launch/shell_script.h"

namespace calculon {

// What all words of a script may take, in bytes.
inline constexpr std::size_t kMostShellText = std::size_t{16} << 20;
// What a word takes beside its text.
inline constexpr std::size_t kWordSize = sizeof(std::string);

// Words in the making: text is added to the last one until it ends.
class ShellWords {
 public:
  void add(std::string_view text) {
    current_ += text;
    open_ = true;
  }
  // Blanks end words.
  void add_split(std::string_view text);
  void end();

  // All words so far, the last one ended.
  ShellScript::Words take();
  std::string take_joined();
  // Bytes, of which an empty word takes some, too.
  std::size_t size() const { return size_ + current_.size(); }

 private:
  ShellScript::Words words_;
  std::string current_;
  bool open_ = false;
  std::size_t size_ = 0;
};

// What `$...` at the beginning of `text` stands for, added to `words`: returns how many bytes of
// `text` that was. Within quotes nothing is split. `depth` counts expansions within each other.
std::size_t expand_dollar(std::string_view text, bool quoted, bool split, int depth,
                          const ShellScript::Variables& variables, ShellWords& words);

}  // namespace calculon
