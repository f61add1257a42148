#include "text/folded_text.h"

#include <algorithm>

namespace calculon {
namespace {

constexpr char kEscape = '\x1b';

// The end of the character, or of the escape sequence, that begins at `begin`.
std::size_t end_of_character(std::string_view text, std::size_t begin) {
  if (text[begin] == kEscape) {  // ends with a letter
    const std::size_t letter =
        text.find_first_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz", begin);
    return letter == std::string_view::npos ? text.size() : letter + 1;
  }
  std::size_t end = begin + 1;
  while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) {
    ++end;
  }
  return end;
}

// How many bytes of `text` take no more than `width` places.
std::size_t bytes_within(std::string_view text, std::size_t width) {
  std::size_t used = 0;
  std::size_t i = 0;
  while (i < text.size()) {
    used += text[i] == kEscape ? 0 : 1;
    if (used > width) {
      break;
    }
    i = end_of_character(text, i);
  }
  return i;
}

// Where the lines that a line is broken into begin.
std::size_t hanging_indent(std::string_view line, std::size_t width) {
  const std::size_t first = std::min(line.find_first_not_of(' '), line.size());
  std::size_t indent = first + 2;
  for (std::size_t gap = line.find("  ", first); gap != std::string_view::npos;
       gap = line.find("  ", gap)) {
    gap = line.find_first_not_of(' ', gap);
    if (gap == std::string_view::npos) {
      break;
    }
    const std::size_t column = display_width(line.substr(0, gap));
    indent = column <= width / 2 ? column : indent;
  }
  return std::min(indent, width / 2);
}

void add_folded(std::string& folded, std::string_view line, std::size_t width) {
  if (display_width(line) <= width) {
    folded += line;
    return;
  }
  const std::size_t indent = hanging_indent(line, width);
  std::size_t room = width;
  while (display_width(line) > room) {
    const std::size_t most = bytes_within(line, room);
    const std::size_t words = line.find_first_not_of(' ');
    std::size_t end = line.rfind(' ', most);
    if (end == std::string_view::npos || end <= words) {
      end = line.find(' ', std::max(most, words));  // a word that is longer than a line
    }
    if (end == std::string_view::npos) {
      break;
    }
    folded += line.substr(0, line.find_last_not_of(' ', end) + 1);
    line.remove_prefix(std::min(line.find_first_not_of(' ', end), line.size()));
    if (!line.empty()) {
      folded += "\n" + std::string(indent, ' ');
    }
    room = width - indent;
  }
  folded += line;
}

}  // namespace

std::size_t display_width(std::string_view text) {
  std::size_t width = 0;
  for (std::size_t i = 0; i < text.size(); i = end_of_character(text, i)) {
    width += text[i] == kEscape ? 0 : 1;
  }
  return width;
}

std::string wrapped_words(std::string_view text, std::size_t width, std::size_t indent,
                          std::size_t used) {
  std::string wrapped;
  std::size_t place = used;
  bool at_start = true;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    const std::string_view word = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    const std::size_t length = display_width(word);
    if (!at_start && place + 1 + length > width) {
      wrapped += "\n" + std::string(indent, ' ');
      place = indent;
      at_start = true;
    }
    wrapped += at_start ? "" : " ";
    wrapped += word;
    place += length + (at_start ? 0 : 1);
    at_start = false;
  }
  return wrapped;
}

std::string folded_text(std::string_view text, std::size_t width) {
  std::string folded;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    add_folded(folded, text.substr(0, end), width);
    if (end < text.size()) {
      folded += '\n';
    }
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return folded;
}

}  // namespace calculon
