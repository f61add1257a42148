#include "base/json_keys.h"

#include <fmt/format.h>

#include <iterator>
#include <map>
#include <utility>
#include <vector>

#include "base/json_reader.h"
#include "base/printable.h"

namespace calculon {
namespace {

constexpr std::size_t kLongestKeyShown = 60;

// A text that counts the lines that were read of it.
class CountedText {
 public:
  using iterator_category = std::input_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char*;
  using reference = const char&;

  CountedText(const char* at, std::size_t* line) : at_(at), line_(line) {}

  reference operator*() const { return *at_; }
  CountedText& operator++() {
    *line_ += *at_ == '\n' ? 1 : 0;
    ++at_;
    return *this;
  }
  bool operator==(const CountedText& other) const { return at_ == other.at_; }
  bool operator!=(const CountedText& other) const { return at_ != other.at_; }

 private:
  const char* at_;
  std::size_t* line_;
};

// Goes through a text without making values of it; remembers the keys of the objects that it is
// in, and the path to where it is.
class KeyCheck : public nlohmann::json_sax<Json> {
 public:
  // `line`: the one that the text is read up to.
  KeyCheck(const std::string& file, const std::size_t& line) : file_(file), line_(line) {}

  bool null() override { return scalar(); }
  bool boolean(bool) override { return scalar(); }
  bool number_integer(number_integer_t) override { return scalar(); }
  bool number_unsigned(number_unsigned_t) override { return scalar(); }
  bool number_float(number_float_t, const string_t&) override { return scalar(); }
  bool string(string_t&) override { return scalar(); }
  bool binary(binary_t&) override { return scalar(); }

  bool start_object(std::size_t) override { return enter(false); }
  bool start_array(std::size_t) override { return enter(true); }
  bool end_object() override { return leave(); }
  bool end_array() override { return leave(); }
  bool key(string_t& key) override {
    Level& level = levels_.back();
    if (const auto [known, is_new] = level.keys.emplace(key, line_); !is_new) {
      throw InputError(fmt::format("{} has the key '{}' twice, in line{}", place(), shown_name(key),
                                   lines_text(known->second, line_)));
    }
    level.key = key;
    return true;
  }

  bool parse_error(std::size_t, const std::string&, const Json::exception&) override {
    return false;
  }

 private:
  struct Level {
    bool array;
    std::size_t elements = 0;                 // of an array, so far
    std::string key;                          // of an object: the last one
    std::map<std::string, std::size_t> keys;  // with their lines
  };

  bool scalar() {
    if (!levels_.empty() && levels_.back().array) {
      ++levels_.back().elements;
    }
    return true;
  }
  bool enter(bool array) {
    scalar();
    levels_.push_back({array, 0, {}, {}});
    return true;
  }
  bool leave() {
    levels_.pop_back();
    return true;
  }

  static std::string lines_text(std::size_t first, std::size_t second) {
    return first == second ? fmt::format(" {}", first) : fmt::format("s {} and {}", first, second);
  }
  static std::string shown_name(const std::string& key) {
    return printable(shortened_in_middle(key, kLongestKeyShown));
  }
  // "system.json: networks[1]": the object that the last key stands in.
  std::string place() const {
    std::string path;
    for (std::size_t i = 0; i + 1 < levels_.size(); ++i) {
      const Level& level = levels_[i];
      path += level.array ? fmt::format("[{}]", level.elements - 1)
                          : fmt::format("{}{}", path.empty() ? "" : ".", shown_name(level.key));
    }
    return path.empty() ? file_ : fmt::format("{}: {}", file_, path);
  }

  const std::string& file_;
  const std::size_t& line_;
  std::vector<Level> levels_;
};

}  // namespace

void require_distinct_keys(const std::string& file, const std::string& text) {
  std::size_t line = 1;
  KeyCheck check(file, line);
  Json::sax_parse(CountedText(text.data(), &line), CountedText(text.data() + text.size(), &line),
                  &check);
}

}  // namespace calculon
