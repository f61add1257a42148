#include "text/csv.h"

#include <fmt/compile.h>
#include <fmt/format.h>

#include <cmath>
#include <iterator>

#include "base/text.h"
#include "base/whole_number.h"

namespace calculon {
namespace {

constexpr char kGuard = '\'';

// Whether what stands behind apostrophes begins as a formula does.
bool looks_like_formula(std::string_view text) {
  const auto start = text.find_first_not_of(kGuard);
  return start != std::string_view::npos &&
         std::string_view("=+-@\t\r").find(text[start]) != std::string_view::npos;
}

bool is_number(std::string_view text) {
  text.remove_prefix(text.starts_with('+') ? 1 : 0);
  return parse_number<double>(text).has_value();
}

}  // namespace

std::string guarded_text(std::string_view text) {
  const bool guard = looks_like_formula(text) && !is_number(text);
  return (guard ? std::string(1, kGuard) : std::string()).append(text);
}

std::string_view unguarded_text(std::string_view text) {
  return text.starts_with(kGuard) && looks_like_formula(text) ? text.substr(1) : text;
}

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
  if (spelling_.guards_formulas) {
    append_text(guarded_text(value));
  } else {
    append_text(value);
  }
  return *this;
}

void CsvWriter::append_text(std::string_view value) {
  if (value.find_first_of(",\"\r\n") == std::string_view::npos) {
    text_ += value;
    return;
  }
  text_ += '"';
  for (const char c : value) {
    text_ += c;
    if (c == '"') {
      text_ += c;
    }
  }
  text_ += '"';
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
