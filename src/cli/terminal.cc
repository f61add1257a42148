#include "cli/terminal.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <string_view>
#include <utility>

#include "text/fitted_table.h"
#include "text/folded_text.h"

namespace calculon {
namespace {

constexpr std::size_t kNarrowest = 40;  // what is narrower gets lines of this width
constexpr std::size_t kWidest = 10'000;

std::size_t columns_of_environment() {
  const char* columns = std::getenv("COLUMNS");
  const long number = columns == nullptr ? 0 : std::strtol(columns, nullptr, 10);
  return number > 0 ? std::clamp(static_cast<std::size_t>(number), kNarrowest, kWidest)
                    : kTerminalWidth;
}

std::size_t width_of(int descriptor) {
  winsize size{};
  if (ioctl(descriptor, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) {
    return std::max<std::size_t>(size.ws_col, kNarrowest);
  }
  return columns_of_environment();
}

std::size_t width_of_errors() {
  return width_of(STDERR_FILENO);
}

bool is_dumb() {
  const char* term = std::getenv("TERM");
  return term != nullptr && std::string_view(term) == "dumb";
}

bool wants_no_color() {
  const char* no_color = std::getenv("NO_COLOR");
  return no_color != nullptr && *no_color != '\0';
}

}  // namespace

Console console_of_process(std::string program) {
  const bool is_terminal = isatty(STDOUT_FILENO) != 0;
  return {.out = std::cout,
          .err = std::cerr,
          .color = is_terminal && !is_dumb() && !wants_no_color(),
          .program = std::move(program),
          .log = nullptr,
          .progress = isatty(STDERR_FILENO) != 0 && !is_dumb(),
          .width = width_of(STDOUT_FILENO),
          .is_terminal = is_terminal,
          .errors_in_terminal = isatty(STDERR_FILENO) != 0,
          .error_width = width_of_errors};
}

std::string for_reading(const Console& console, const std::string& text) {
  return console.is_terminal ? folded_text(text, console.width) : text;
}

std::string errors_for_reading(const Console& console, const std::string& text) {
  return console.errors_in_terminal ? folded_text(text, console.error_width()) : text;
}

}  // namespace calculon
