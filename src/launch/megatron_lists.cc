#include "launch/megatron_lists.h"

#include <algorithm>
#include <cctype>

#include "base/text.h"

namespace calculon {
namespace {

constexpr std::size_t kMostElements = 1'000'000;
constexpr int kDeepestList = 16;

// A text of which the front is taken, bit by bit.
class ListText {
 public:
  explicit ListText(std::string_view text) : rest_(text) {}

  bool at_end() const { return rest_.empty(); }
  char front() const { return rest_.empty() ? '\0' : rest_.front(); }
  bool take(char c) {
    skip_blanks();
    const bool found = front() == c;
    rest_.remove_prefix(found ? 1 : 0);
    skip_blanks();
    return found;
  }
  std::optional<std::int64_t> take_number() {
    skip_blanks();
    std::size_t digits = 0;
    while (digits < rest_.size() && std::isdigit(static_cast<unsigned char>(rest_[digits])) != 0) {
      ++digits;
    }
    const auto number = parse_number<std::int64_t>(rest_.substr(0, digits));
    rest_.remove_prefix(digits);
    skip_blanks();
    return number;
  }

 private:
  void skip_blanks() {
    const auto first = rest_.find_first_not_of(" \t");
    rest_.remove_prefix(first == std::string_view::npos ? rest_.size() : first);
  }

  std::string_view rest_;
};

// `list` so many times; false if that is too much.
template <class List>
bool repeat(List& list, std::int64_t times) {
  if (times < 0 ||
      (!list.empty() && times > static_cast<std::int64_t>(kMostElements / list.size()))) {
    return false;
  }
  const List once = list;
  list.clear();
  for (std::int64_t i = 0; i < times && !once.empty(); ++i) {
    list.insert(list.end(), once.begin(), once.end());
  }
  return true;
}

using Numbers = std::optional<std::vector<std::int64_t>>;

Numbers read_list_sum(ListText& text, int depth);

Numbers read_list_factor(ListText& text, int depth) {
  if (depth > kDeepestList) {
    return std::nullopt;
  }
  if (text.take('(')) {
    Numbers sum = read_list_sum(text, depth + 1);
    return text.take(')') ? sum : std::nullopt;
  }
  if (!text.take('[')) {
    return std::nullopt;
  }
  std::vector<std::int64_t> numbers;
  while (!text.take(']')) {
    const auto number = text.take_number();
    if (!number) {
      return std::nullopt;
    }
    numbers.push_back(*number);
    text.take(',');
  }
  return numbers;
}

Numbers read_list_sum(ListText& text, int depth) {
  std::vector<std::int64_t> sum;
  do {
    Numbers product = read_list_factor(text, depth);
    while (product && text.take('*')) {
      const auto times = text.take_number();
      if (!times || !repeat(*product, *times)) {
        return std::nullopt;
      }
    }
    if (!product || sum.size() + product->size() > kMostElements) {
      return std::nullopt;
    }
    sum.insert(sum.end(), product->begin(), product->end());
  } while (text.take('+'));
  return sum;
}

// The letters of a layout, written out; nothing if it is none.
std::optional<std::string> layout_letters(ListText& text, int depth) {
  std::string letters;
  while (!text.at_end() && text.front() != ')') {
    std::string piece;
    if (text.take('(')) {
      const auto inner = depth < kDeepestList ? layout_letters(text, depth + 1) : std::nullopt;
      if (!inner || !text.take(')')) {
        return std::nullopt;
      }
      piece = *inner;
    } else {
      piece = text.front();
      if (std::string_view("EtmL|,").find(piece) == std::string_view::npos ||
          !text.take(piece.front())) {
        return std::nullopt;
      }
    }
    if (text.take('*')) {
      const auto times = text.take_number();
      if (!times || !repeat(piece, *times)) {
        return std::nullopt;
      }
    }
    letters += piece;
    if (letters.size() > kMostElements) {
      return std::nullopt;
    }
  }
  return letters;
}

}  // namespace

std::optional<std::vector<std::int64_t>> python_list(std::string_view text) {
  ListText list(text);
  Numbers numbers = read_list_sum(list, 0);
  return list.at_end() ? numbers : std::nullopt;
}

std::optional<std::vector<std::int64_t>> layout_chunks(std::string_view text) {
  ListText layout(text);
  const auto letters = layout_letters(layout, 0);
  if (!letters || !layout.at_end()) {
    return std::nullopt;
  }
  std::vector<std::int64_t> chunks;
  for (const std::string_view chunk : split(*letters, '|')) {
    chunks.push_back(std::count(chunk.begin(), chunk.end(), 't'));
  }
  return chunks;
}

}  // namespace calculon
