#include "launch/shell_words.h"

#include <cctype>

namespace calculon {
namespace {

constexpr std::string_view kShellBlanks = " \t\n\r";

bool is_name(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

std::size_t name_length(std::string_view text) {
  std::size_t length = 0;
  while (length < text.size() && is_name(text[length])) {
    ++length;
  }
  return length > 0 && std::isdigit(static_cast<unsigned char>(text[0])) != 0 ? 0 : length;
}

// Behind the bracket that closes the one at `open`; the end of the text if none does.
std::size_t behind_closing(std::string_view text, std::size_t open, char opening, char closing) {
  std::size_t depth = 0;
  for (std::size_t i = open; i < text.size(); ++i) {
    depth += text[i] == opening ? 1 : 0;
    if (text[i] == closing && --depth == 0) {
      return i + 1;
    }
  }
  return text.size();
}

void add_values(const ShellScript::Words& values, bool list, bool quoted, bool split,
                ShellWords& words) {
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (i > 0 && list) {
      words.end();
    }
    if (quoted || !split) {
      words.add(values[i]);
    } else {
      words.add_split(values[i]);
    }
    if (!list) {
      break;  // an array without [@] is its first element
    }
  }
}

// A text as it stands within double quotes.
std::string expanded(std::string_view text, int depth, const ShellScript::Variables& variables) {
  ShellWords words;
  while (!text.empty() && words.size() <= kMostShellText) {  // beyond, whoever asked refuses it
    const std::size_t taken =
        text[0] == '$' ? expand_dollar(text, true, false, depth, variables, words) : 1;
    if (text[0] != '$') {
      words.add(text.substr(0, 1));
    }
    text.remove_prefix(taken);
  }
  return words.take_joined();
}

// "${NAME}", "${NAME[@]}" or "${NAME:-word}"; false for other forms and names that are not set.
bool expand_braces(std::string_view inner, bool quoted, bool split, int depth,
                   const ShellScript::Variables& variables, ShellWords& words) {
  const std::size_t length = name_length(inner);
  const std::string_view rest = inner.substr(length);
  const bool list = rest == "[@]" || rest == "[*]";
  const auto variable = variables.find(std::string(inner.substr(0, length)));
  const bool defaulted = rest.starts_with(":-") || rest.starts_with(":=") || rest.starts_with('-');
  if (length == 0 || !(rest.empty() || list || defaulted)) {
    return false;
  }
  const bool empty = variable != variables.end() && variable->second == ShellScript::Words{""};
  if (variable != variables.end() && !(empty && rest.starts_with(':'))) {
    add_values(variable->second, list, quoted, split, words);
    return true;
  }
  if (!defaulted) {
    return false;
  }
  const std::string_view word = rest.substr(rest.starts_with('-') ? 1 : 2);
  const bool plain = word.size() > 1 && word.front() == '"' && word.back() == '"';
  add_values({expanded(plain ? word.substr(1, word.size() - 2) : word, depth + 1, variables)},
             false, quoted || plain, split, words);
  return true;
}

}  // namespace

void ShellWords::add_split(std::string_view text) {
  while (!text.empty()) {
    const auto blank = text.find_first_of(kShellBlanks);
    if (blank != 0) {
      add(text.substr(0, blank));
    }
    if (blank == std::string_view::npos) {
      return;
    }
    end();
    const auto next = text.find_first_not_of(kShellBlanks, blank);
    text.remove_prefix(next == std::string_view::npos ? text.size() : next);
  }
}

void ShellWords::end() {
  if (open_) {
    size_ += current_.size() + kWordSize;
    words_.push_back(std::move(current_));
    current_.clear();
    open_ = false;
  }
}

ShellScript::Words ShellWords::take() {
  end();
  return std::move(words_);
}

std::string ShellWords::take_joined() {
  std::string joined;
  for (const std::string& word : take()) {
    joined += (joined.empty() ? "" : " ") + word;
  }
  return joined;
}

std::size_t expand_dollar(std::string_view text, bool quoted, bool split, int depth,
                          const ShellScript::Variables& variables, ShellWords& words) {
  constexpr int kDeepest = 16;
  const char next = text.size() > 1 ? text[1] : '\0';
  std::size_t length = 1;
  if (next == '(') {
    length = behind_closing(text, 1, '(', ')');
    if (text.starts_with("$((") && text.substr(0, length).ends_with("))")) {
      if (const auto sum = shell_arithmetic(text.substr(3, length - 5), variables)) {
        words.add(std::to_string(*sum));
        return length;
      }
    }
  } else if (next == '{') {
    length = behind_closing(text, 1, '{', '}');
    const std::string_view inner = text.substr(2, length - 2 - (text[length - 1] == '}' ? 1 : 0));
    if (depth < kDeepest && expand_braces(inner, quoted, split, depth, variables, words)) {
      return length;
    }
  } else {
    length = 1 + name_length(text.substr(1));
    const auto variable = variables.find(std::string(text.substr(1, length - 1)));
    if (variable != variables.end()) {
      add_values(variable->second, false, quoted, split, words);
      return length;
    }
  }
  words.add(text.substr(0, length));
  return length;
}

}  // namespace calculon
