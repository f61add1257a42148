#include "support/terminal.h"

#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <regex>
#include <stdexcept>

namespace calculon::test {
namespace {

// Never comes back.
[[noreturn]] void become_program(std::vector<std::string> words, const std::string& folder,
                                 const std::vector<std::string>& environment) {
  for (const char* name : {"COLUMNS", "NO_COLOR"}) {
    unsetenv(name);
  }
  setenv("TERM", "xterm", 1);
  for (const std::string& setting : environment) {
    const std::size_t equals = setting.find('=');
    setenv(setting.substr(0, equals).c_str(), setting.substr(equals + 1).c_str(), 1);
  }
  std::vector<char*> argv;
  for (std::string& word : words) {
    argv.push_back(word.data());
  }
  argv.push_back(nullptr);
  if (chdir(folder.c_str()) == 0) {
    execv(argv[0], argv.data());
  }
  _exit(127);
}

}  // namespace

ProgramResult run_in_terminal(int columns, const Arguments& arguments, const std::string& folder,
                              const std::vector<std::string>& environment) {
  std::vector<std::string> words = {program_path()};
  words.insert(words.end(), arguments.begin(), arguments.end());
  winsize size{};
  size.ws_row = 50;
  size.ws_col = static_cast<unsigned short>(columns);
  int terminal = -1;
  const pid_t child = forkpty(&terminal, nullptr, nullptr, &size);
  if (child < 0) {
    throw std::runtime_error("no terminal can be made");
  }
  if (child == 0) {
    become_program(std::move(words), folder, environment);
  }
  // As long as somebody holds the program's end open, what it wrote last is not lost with it.
  const int held = ::open(ptsname(terminal), O_RDWR | O_NOCTTY);
  if (held < 0) {
    throw std::runtime_error("the terminal cannot be opened");
  }
  ProgramResult result;
  int status = 0;
  bool ended = false;
  for (;;) {
    constexpr int kQuietMilliseconds = 50;
    pollfd waiting{terminal, POLLIN, 0};
    if (poll(&waiting, 1, kQuietMilliseconds) > 0) {
      std::array<char, 4096> buffer{};
      const ssize_t count = ::read(terminal, buffer.data(), buffer.size());
      result.out.append(buffer.data(), static_cast<std::size_t>(std::max<ssize_t>(0, count)));
    } else if (ended) {
      break;
    } else {
      ended = waitpid(child, &status, WNOHANG) == child;
    }
  }
  ::close(held);
  ::close(terminal);
  result.status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  return result;
}

std::vector<std::string> shown_lines(const std::string& session) {
  static const std::regex kEscape("\x1b\\[[0-9;]*[A-Za-z]");
  const std::string plain = std::regex_replace(session, kEscape, "");
  std::vector<std::string> lines(1);
  for (const char c : plain) {
    if (c == '\n' || c == '\r') {
      lines.emplace_back();
    } else {
      lines.back() += c;
    }
  }
  return lines;
}

}  // namespace calculon::test
