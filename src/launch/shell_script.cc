#include "launch/shell_script.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>

#include "calculon/base/input_error.h"
#include "launch/shell_words.h"

namespace calculon {
namespace {

class ShellReader {
 public:
  ShellReader(const std::string& file, std::string_view text, ShellScript& script)
      : file_(file), text_(text), script_(script) {}

  void read() {
    while (at_ < text_.size()) {
      read_part();
    }
    end_command();
  }

 private:
  char here() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  bool is_continued() const { return text_.substr(at_).starts_with("\\\n"); }
  bool is_blank() const { return here() == ' ' || here() == '\t' || here() == '\r'; }

  // One word, comment, redirection, or what stands between commands.
  void read_part() {
    if (is_blank()) {
      ++at_;
    } else if (is_continued()) {
      at_ += 2;
    } else if (here() == '#') {
      read_comment();
    } else if (here() == '\n') {
      ++at_;
      end_command();
      skip_documents();
    } else if (std::string_view(";&|)").find(here()) != std::string_view::npos ||
               (here() == '(' && command_.empty())) {
      ++at_;
      end_command();
    } else if (here() == '<' || here() == '>') {
      read_redirection();
    } else if (!(takes_assignments() && read_assignment())) {
      add_words();
    }
  }

  void read_comment() {
    const auto end = std::min(text_.find('\n', at_), text_.size());
    script_.comments.emplace_back(text_.substr(at_, end - at_));
    at_ = end;
  }

  void add_words() {
    ShellWords words;
    read_word(words, true, !command_.empty());
    for (std::string& word : words.take()) {
      keep(word.size() + kWordSize);
      command_.push_back(std::move(word));
    }
  }

  void end_command() {
    if (!command_.empty()) {
      script_.commands.push_back(std::move(command_));
    }
    command_.clear();
  }

  // What follows > or < is no word of the command, and neither is the number before it.
  void read_redirection() {
    const bool touches = at_ > 0 && std::isdigit(static_cast<unsigned char>(text_[at_ - 1])) != 0;
    if (touches && !command_.empty() && command_.back().size() == 1) {
      command_.pop_back();
    }
    const bool document = text_.substr(at_).starts_with("<<") && text_.substr(at_, 3) != "<<<";
    while (std::string_view("<>&-").find(here()) != std::string_view::npos && here() != '\0') {
      ++at_;
    }
    while (is_blank()) {
      ++at_;
    }
    ShellWords words;
    read_word(words, false);
    if (document) {
      documents_.push_back(words.take_joined());
    }
  }

  // The lines up to the word that ends a document.
  void skip_documents() {
    for (const std::string& end_word : documents_) {
      while (at_ < text_.size()) {
        const auto end = std::min(text_.find('\n', at_), text_.size());
        std::string_view line = text_.substr(at_, end - at_);
        line.remove_prefix(std::min(line.find_first_not_of('\t'), line.size()));
        at_ = std::min(end + 1, text_.size());
        if (line == end_word) {
          break;
        }
      }
    }
    documents_.clear();
  }

  bool takes_assignments() {
    static constexpr std::array<std::string_view, 4> kDeclare = {"export", "declare", "local",
                                                                 "readonly"};
    static constexpr std::array<std::string_view, 8> kBefore = {"then", "else", "do",    "{",
                                                                "if",   "elif", "while", "!"};
    while (!command_.empty() &&
           std::find(kBefore.begin(), kBefore.end(), command_.front()) != kBefore.end()) {
      command_.erase(command_.begin());
    }
    return command_.empty() ||
           std::find(kDeclare.begin(), kDeclare.end(), command_.front()) != kDeclare.end();
  }

  // NAME=word, NAME+=word, NAME=( words )
  bool read_assignment() {
    std::size_t end = at_;
    while (end < text_.size() &&
           (std::isalnum(static_cast<unsigned char>(text_[end])) != 0 || text_[end] == '_')) {
      ++end;
    }
    const std::string name(text_.substr(at_, end - at_));
    const bool appends = text_.substr(end).starts_with("+=");
    if (name.empty() || !(appends || text_.substr(end).starts_with("="))) {
      return false;
    }
    at_ = end + (appends ? 2 : 1);
    const bool array = here() == '(';
    ShellScript::Words values = array ? read_array() : read_value();
    ShellScript::Words& variable = script_.variables[name];
    if (!appends) {
      variable = std::move(values);
    } else if (array || variable.empty()) {
      variable.insert(variable.end(), values.begin(), values.end());
    } else {
      variable.front() += values.front();
    }
    for (const std::string& value : variable) {
      keep(value.size() + kWordSize);
    }
    return true;
  }

  ShellScript::Words read_value() {
    ShellWords words;
    read_word(words, false);
    return {words.take_joined()};
  }

  ShellScript::Words read_array() {
    const std::size_t start = at_++;
    ShellWords words;
    while (here() != ')') {
      if (at_ >= text_.size()) {
        fail(start, "an array has no end");
      }
      if (is_blank() || here() == '\n') {
        ++at_;
      } else if (is_continued()) {
        at_ += 2;
      } else if (here() == '#') {
        read_comment();
      } else {
        const std::size_t before = at_;
        read_word(words, true, true);
        words.end();
        at_ += at_ == before ? 1 : 0;  // an operator, which is none in an array
      }
    }
    ++at_;
    return words.take();
  }

  // Up to a blank or an operator that is not quoted. `with_brackets` takes pairs of parentheses, as
  // they stand where a line was copied without its quotes.
  void read_word(ShellWords& words, bool split, bool with_brackets = false) {
    std::size_t open = 0;
    while (at_ < text_.size() &&
           std::string_view(" \t\r\n;&|<>").find(here()) == std::string_view::npos) {
      if ((here() == '(' && !with_brackets) || (here() == ')' && open == 0)) {
        break;
      }
      open += here() == '(' ? 1 : 0;
      open -= here() == ')' ? 1 : 0;
      if (is_continued()) {
        at_ += 2;
        continue;
      }
      read_piece(words, split);
      check_size(words.size());
    }
  }

  void read_piece(ShellWords& words, bool split) {
    switch (here()) {
      case '\'':
        words.add(quoted_until('\''));
        break;
      case '"':
        read_double_quotes(words);
        break;
      case '`':
        words.add("`" + std::string(quoted_until('`')) + "`");
        break;
      case '$':
        at_ += expand_dollar(text_.substr(at_), false, split, 0, script_.variables, words);
        break;
      case '\\':
        words.add(text_.substr(at_ + 1, 1));
        at_ = std::min(at_ + 2, text_.size());
        break;
      default:
        words.add(text_.substr(at_, 1));
        ++at_;
    }
  }

  std::string_view quoted_until(char quote) {
    const auto end = text_.find(quote, at_ + 1);
    if (end == std::string_view::npos) {
      fail(at_, "a quote has no end");
    }
    const std::string_view inner = text_.substr(at_ + 1, end - at_ - 1);
    at_ = end + 1;
    return inner;
  }

  void read_double_quotes(ShellWords& words) {
    const std::size_t start = at_++;
    if (here() == '"') {
      words.add("");  // an array without elements is no word, but "" is
    }
    while (here() != '"') {
      if (at_ >= text_.size()) {
        fail(start, "a quote has no end");
      }
      if (is_continued()) {
        at_ += 2;
      } else if (here() == '$') {
        at_ += expand_dollar(text_.substr(at_), true, false, 0, script_.variables, words);
      } else {
        const char next = at_ + 1 < text_.size() ? text_[at_ + 1] : '\0';
        const bool escaped =
            here() == '\\' && (next == '"' || next == '$' || next == '`' || next == '\\');
        at_ += escaped ? 1 : 0;
        words.add(text_.substr(at_, 1));
        ++at_;
      }
      check_size(words.size());
    }
    ++at_;
  }

  void keep(std::size_t size) {
    kept_ += size;
    check_size(kept_);
  }
  void check_size(std::size_t size) const {
    if (size > kMostShellText) {
      throw InputError(fmt::format("{}: words grow beyond {} bytes", file_, kMostShellText));
    }
  }

  [[noreturn]] void fail(std::size_t at, std::string_view what) const {
    const auto line = 1 + std::count(text_.begin(), text_.begin() + static_cast<long>(at), '\n');
    throw InputError(fmt::format("{}: line {}: {}", file_, line, what));
  }

  const std::string& file_;
  std::string_view text_;
  ShellScript& script_;
  std::size_t at_ = 0;
  ShellScript::Words command_;
  std::vector<std::string> documents_;  // the words that end those to come
  std::size_t kept_ = 0;
};

}  // namespace

ShellScript read_shell_script(const std::string& file, std::string_view text,
                              ShellScript::Variables variables) {
  ShellScript script;
  script.variables = std::move(variables);
  ShellReader(file, text, script).read();
  return script;
}

}  // namespace calculon
