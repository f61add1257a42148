#include "support/background_program.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <thread>
#include <vector>

#include "support/program.h"

namespace calculon::test {
namespace {

using Clock = std::chrono::steady_clock;

void redirect(int descriptor, const char* path, int flags) {
  dup2(open(path, flags, 0600), descriptor);
}

}  // namespace

BackgroundProgram::BackgroundProgram(const Arguments& arguments) {
  std::string program = program_path();
  Arguments words = arguments;
  std::vector<char*> argv = {program.data()};
  for (std::string& word : words) {
    argv.push_back(word.data());
  }
  argv.push_back(nullptr);
  const std::string out = streams_.file("out");
  const std::string err = streams_.file("err");
  pid_ = fork();
  if (pid_ == 0) {
    std::signal(SIGINT, SIG_DFL);  // shells ignore it for what they start behind
    redirect(STDIN_FILENO, "/dev/null", O_RDONLY);
    redirect(STDOUT_FILENO, out.c_str(), O_WRONLY | O_CREAT);
    redirect(STDERR_FILENO, err.c_str(), O_WRONLY | O_CREAT);
    execv(argv[0], argv.data());
    _exit(127);
  }
}

BackgroundProgram::~BackgroundProgram() {
  if (running()) {
    send(SIGKILL);
    reap(0);
  }
}

bool BackgroundProgram::wait_until(const std::function<bool()>& condition) {
  const auto end = Clock::now() + std::chrono::seconds(10);
  while (running() && Clock::now() < end) {
    if (condition()) {
      return true;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  return false;
}

bool BackgroundProgram::running() {
  reap(WNOHANG);
  return !ended_;
}

void BackgroundProgram::send(int signal) const {
  kill(pid_, signal);
}

ProgramResult BackgroundProgram::result() {
  reap(0);
  return {WIFEXITED(status_) ? WEXITSTATUS(status_) : -WTERMSIG(status_),
          raw_bytes(streams_.file("out")), raw_bytes(streams_.file("err"))};
}

void BackgroundProgram::reap(int options) {
  if (!ended_) {
    ended_ = waitpid(pid_, &status_, options) == pid_;
  }
}

double seconds_of(const std::function<void()>& action) {
  const auto start = Clock::now();
  action();
  return std::chrono::duration<double>(Clock::now() - start).count();
}

}  // namespace calculon::test
