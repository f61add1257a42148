#include "base/csv_reader.h"

#include <algorithm>

namespace calculon {

bool CsvRow::is_blank() const {
  return problem.empty() && std::all_of(cells.begin(), cells.end(), [](const std::string& cell) {
           return cell.find_first_not_of(" \t") == std::string::npos;
         });
}

bool CsvReader::next(CsvRow& row) {
  if (position_ >= text_.size()) {
    return false;
  }
  row.number = ++number_;
  row.cells.clear();
  row.problem.clear();
  const std::size_t start = position_;
  read_cells(row);
  if (!row.problem.empty()) {
    row.cells.clear();
    position_ = std::min(text_.find('\n', start), text_.size() - 1) + 1;
  }
  return true;
}

void CsvReader::read_cells(CsvRow& row) {
  do {
    if (position_ < text_.size() && text_[position_] == '"') {
      if (!read_quoted_cell(row)) {
        return;
      }
    } else {
      const std::string_view line = rest_of_line();
      const std::string_view cell = line.substr(0, line.find(','));
      row.cells.emplace_back(cell);
      position_ += cell.size();
    }
  } while (take_separator());
}

// What is left of the line, without its end.
std::string_view CsvReader::rest_of_line() const {
  std::string_view line = text_.substr(position_);
  line = line.substr(0, line.find('\n'));
  line.remove_suffix(line.ends_with('\r') ? 1 : 0);
  return line;
}

// Whether another cell of the row follows; otherwise the end of the line has been taken.
bool CsvReader::take_separator() {
  if (position_ < text_.size() && text_[position_] == ',') {
    ++position_;
    return true;
  }
  position_ += position_ < text_.size() && text_[position_] == '\r' ? 1 : 0;
  position_ += position_ < text_.size() ? 1 : 0;
  return false;
}

// False if the row cannot be read.
bool CsvReader::read_quoted_cell(CsvRow& row) {
  const std::size_t end =
      one_line_cells_ ? std::min(text_.find('\n', position_), text_.size()) : text_.size();
  const std::string_view text = text_.substr(0, end);
  std::string cell;
  for (std::size_t from = position_ + 1;;) {
    const std::size_t mark = text.find('"', from);
    if (mark == std::string_view::npos) {
      one_line_cells_ = true;
      row.problem = "has a quotation mark that is not closed";
      return false;
    }
    cell += text.substr(from, mark - from);
    from = mark + 1;
    if (text.substr(from).starts_with('"')) {
      cell += '"';
      ++from;
      continue;
    }
    position_ = from;
    break;
  }
  if (const std::string_view rest = rest_of_line(); !rest.empty() && rest[0] != ',') {
    row.problem = "has text behind a closed quotation mark";
    return false;
  }
  row.cells.push_back(std::move(cell));
  return true;
}

}  // namespace calculon
