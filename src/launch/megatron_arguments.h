#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace calculon {

// The arguments of a command line, each "--name" with the words up to the next one. `-` and `_` in
// names are the same, and the last of several with one name counts. Those that are asked for are
// used; what is left can be told.
class MegatronArguments {
 public:
  // `file` is the name of the script in messages.
  MegatronArguments(std::string file, const std::vector<std::string>& words);

  // Without using it: whether it is there, and the first word behind it, or "".
  bool stands(std::string_view name) const;
  std::string_view first_word(std::string_view name) const;

  bool has(std::string_view name);
  // The first word behind the name. Throws InputError if there is none.
  std::optional<std::string> value(std::string_view name);
  // The same as a count. Throws InputError for other words.
  std::optional<std::int64_t> count(std::string_view name);
  // All words behind the name.
  std::vector<std::string> values(std::string_view name);

  // "train.sh: --fp8-format is x, expected y".
  [[noreturn]] void reject(std::string_view name, std::string_view expected) const;

  const std::string& file() const { return file_; }
  std::size_t size() const { return arguments_.size(); }
  std::vector<std::string> unused() const;  // names as they are written

 private:
  struct Argument {
    std::string name;
    std::vector<std::string> values;
    bool used = false;
  };

  const Argument* find(std::string_view name) const;
  const Argument* use(std::string_view name);

  std::string file_;
  std::vector<Argument> arguments_;
};

}  // namespace calculon
