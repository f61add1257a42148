#include "torture/damage.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "base/json_reader.h"
#include "fuzz/json_mutator.h"
#include "support/source_tree.h"

namespace calculon::torture {
namespace {

using fuzz::Dice;

std::string joined(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) {
    text += line + "\n";
  }
  return text;
}

std::string odd_cell(Dice& dice) {
  if (dice.one_in(30)) {
    return std::string(dice.below(5000), '1');
  }
  return dice.one_of({"",     "0",    "-1",   "1e308", "1e309", "5e-324",  "nan",
                      "inf",  "-inf", "None", "x",     "\"",    "\"a,b\"", "\"a\nb\"",
                      "\xff", "=1+1", "true", "{}",    "[1]",   " 1",      "1 "});
}

// As the program writes records; without its checksum it is one of an earlier version, of which
// only keys and types can be checked.
std::string one_line(std::string text, bool without_checksum) {
  Json record = Json::parse(text, nullptr, false);
  if (record.is_discarded()) {
    std::erase(text, '\n');
    return text;
  }
  if (without_checksum && record.is_object()) {
    record.erase("sum");
  }
  return record.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace

std::string damaged_bytes(std::string bytes, Dice& dice) {
  if (bytes.empty()) {
    return dice.one_of({"x", "\n", "{", "\xff"});
  }
  const std::size_t at = dice.below(bytes.size());
  const std::size_t length = 1 + dice.below(dice.one_in(2) ? 4 : bytes.size() - at);
  const char byte = static_cast<char>(dice.below(256));
  switch (dice.below(7)) {
    case 0:
      return bytes.substr(0, at);
    case 1:
      return bytes.replace(at, length, std::string(std::min(length, bytes.size() - at), '\0'));
    case 2:
      return bytes.erase(at, length);
    case 3:
      return bytes.insert(at, bytes.substr(at, length));
    case 4:
      return bytes.insert(at, 1, byte);
    case 5:
      bytes[at] = byte;
      return bytes;
    default:
      bytes[at] = static_cast<char>(bytes[at] ^ (1 << dice.below(8)));
      return bytes;
  }
}

std::string damaged_lines(const std::string& text, Dice& dice) {
  std::vector<std::string> lines = test::lines_of(text);
  if (lines.empty()) {
    return damaged_bytes(text, dice);
  }
  const auto at = lines.begin() + static_cast<std::ptrdiff_t>(dice.below(lines.size()));
  switch (dice.below(5)) {
    case 0:
      lines.erase(at);
      break;
    case 1:
      lines.insert(at, std::string(*at));
      break;
    case 2:
      std::swap(*at, lines[dice.below(lines.size())]);
      break;
    case 3:
      lines.insert(at, dice.one_of({"", " ", "#", "x", "{}", "null"}));
      break;
    default:
      *at = damaged_bytes(*at, dice);
  }
  return joined(lines);
}

std::string damaged_table(const std::string& text, Dice& dice) {
  if (dice.one_in(3)) {
    return damaged_lines(text, dice);
  }
  // Cells by their commas, quotes or not: what comes out need not be a table.
  std::vector<std::size_t> ends;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == ',' || text[i] == '\n') {
      ends.push_back(i);
    }
  }
  if (ends.size() < 2) {
    return damaged_bytes(text, dice);
  }
  const std::size_t cell = 1 + dice.below(ends.size() - 1);
  const std::size_t begin = ends[cell - 1] + 1;
  std::string changed = text;
  if (dice.one_in(6)) {
    return changed.erase(begin, ends[cell] + 1 - begin);
  }
  return changed.replace(begin, ends[cell] - begin, odd_cell(dice));
}

std::string damaged_records(const std::string& text, Dice& dice) {
  if (dice.one_in(4)) {
    return damaged_lines(text, dice);
  }
  std::vector<std::string> lines = test::lines_of(text);
  if (lines.empty()) {
    return damaged_bytes(text, dice);
  }
  std::string& line = lines[dice.below(lines.size())];
  const auto changed = fuzz::JsonMutator(dice.below(SIZE_MAX)).mutate(line);
  if (!changed) {
    return damaged_lines(text, dice);
  }
  line = one_line(*changed, dice.one_in(2));
  return joined(lines);
}

}  // namespace calculon::torture
