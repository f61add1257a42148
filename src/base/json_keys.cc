#include "base/json_keys.h"

#include <fmt/format.h>

#include <set>
#include <utility>
#include <vector>

#include "base/json_reader.h"
#include "base/printable.h"

namespace calculon {
namespace {

constexpr std::size_t kLongestKeyShown = 60;

// Goes through a text without making values of it; remembers the keys of the objects that it is
// in, and the path to where it is.
class KeyCheck : public nlohmann::json_sax<Json> {
 public:
  explicit KeyCheck(const std::string& file) : file_(file) {}

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
    if (!level.keys.insert(key).second) {
      throw InputError(fmt::format("{} has the key '{}' twice", place(), shown_name(key)));
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
    std::size_t elements = 0;  // of an array, so far
    std::string key;           // of an object: the last one
    std::set<std::string> keys;
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
  std::vector<Level> levels_;
};

}  // namespace

void require_distinct_keys(const std::string& file, const std::string& text) {
  KeyCheck check(file);
  Json::sax_parse(text, &check);
}

}  // namespace calculon
