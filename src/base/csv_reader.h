#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace calculon {

// A row as it stands in a table of comma-separated values.
struct CsvRow {
  std::int64_t number = 0;         // as spreadsheets count: the header is row 1
  std::vector<std::string> cells;  // without their quotation marks
  std::string problem;             // why the row cannot be read; then there are no cells

  // A line with nothing on it, or with empty or blank cells only.
  bool is_blank() const;
};

// Takes rows from a text by RFC 4180: cells may stand in quotation marks, and then hold commas,
// line breaks and, doubled, quotation marks. Lines end with or without a carriage return. A row
// that cannot be read ends where its first line does.
class CsvReader {
 public:
  // The text has to outlive the reader.
  explicit CsvReader(std::string_view text) : text_(text) {}

  // Whether there was another row.
  bool next(CsvRow& row);

 private:
  void read_cells(CsvRow& row);
  bool read_quoted_cell(CsvRow& row);
  bool take_separator();
  std::string_view rest_of_line() const;

  std::string_view text_;
  std::size_t position_ = 0;
  std::int64_t number_ = 0;
  // After a quotation mark that nothing closes: quoted cells end on their line, so that the rest of
  // the text is not searched for each of them.
  bool one_line_cells_ = false;
};

}  // namespace calculon
