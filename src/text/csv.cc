#include "text/csv.h"

#include <fmt/compile.h>
#include <fmt/format.h>

#include <cmath>
#include <iterator>

#include "base/whole_number.h"

namespace calculon {

void append_number(std::string& text, double value) {
  if (!std::isfinite(value)) {
    return;
  }
  if (value >= 0 && is_exact_count(value)) {  // the same text, sooner made
    fmt::format_to(std::back_inserter(text), FMT_COMPILE("{}"), static_cast<std::int64_t>(value));
  } else {
    fmt::format_to(std::back_inserter(text), FMT_COMPILE("{}"), value);
  }
}

void CsvWriter::begin_cell() {
  if (in_line_) {
    text_ += ',';
  }
  in_line_ = true;
}

CsvWriter& CsvWriter::cell(std::string_view value) {
  begin_cell();
  if (value.find_first_of(",\"\r\n") == std::string_view::npos) {
    text_ += value;
    return *this;
  }
  text_ += '"';
  for (const char c : value) {
    text_ += c;
    if (c == '"') {
      text_ += c;
    }
  }
  text_ += '"';
  return *this;
}

CsvWriter& CsvWriter::cell(double value) {
  begin_cell();
  if (std::isfinite(value)) {
    append_number(text_, value);
  } else {
    text_ += spelling_.missing;
  }
  return *this;
}

CsvWriter& CsvWriter::cell(std::int64_t value) {
  begin_cell();
  fmt::format_to(std::back_inserter(text_), FMT_COMPILE("{}"), value);
  return *this;
}

CsvWriter& CsvWriter::cell(bool value) {
  begin_cell();
  text_ += spelling_.of(value);
  return *this;
}

void CsvWriter::end_line() {
  text_ += '\n';
  in_line_ = false;
}

}  // namespace calculon
