#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace calculon {

// How a table spells what is no number.
struct CsvSpelling {
  std::string_view yes;
  std::string_view no;
  std::string_view missing;
  bool guards_formulas = false;  // see guarded_text()

  std::string_view of(bool flag) const { return flag ? yes : no; }
};

// Tables whose format was published spell as Python does, our own as JSON does.
inline constexpr CsvSpelling kPublishedCsv = {"True", "False", "None"};
inline constexpr CsvSpelling kOwnCsv = {"true", "false", "", true};

// A text that a spreadsheet would run as a formula, as one that begins with = + - @, a tab or a
// carriage return and is no number, gets an apostrophe before it, by which a spreadsheet takes it
// as text; so does a text that looks as if it had got one. unguarded_text() takes it away again.
std::string guarded_text(std::string_view text);
std::string_view unguarded_text(std::string_view text);

// Appends a number in the shortest form that reads back the same, or nothing for what is not known.
void append_number(std::string& text, double value);

// Writes a table of comma-separated values, cell by cell.
class CsvWriter {
 public:
  // Appends to `text`, which has to outlive the writer.
  explicit CsvWriter(std::string& text, const CsvSpelling& spelling = kOwnCsv)
      : text_(text), spelling_(spelling) {}

  // A word or a sentence; in quotes if it could be taken for several cells or lines.
  CsvWriter& cell(std::string_view value);
  CsvWriter& cell(const char* value) { return cell(std::string_view(value)); }
  CsvWriter& cell(double value);  // missing unless it is finite
  CsvWriter& cell(std::int64_t value);
  CsvWriter& cell(int value) { return cell(std::int64_t{value}); }
  CsvWriter& cell(std::size_t value) { return cell(static_cast<std::int64_t>(value)); }
  CsvWriter& cell(bool value);
  void end_line();

 private:
  void begin_cell();
  void append_text(std::string_view value);

  std::string& text_;
  const CsvSpelling& spelling_;
  bool in_line_ = false;  // a cell stands before the next one
};

}  // namespace calculon
