#include "support/background_program.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <stdexcept>
#include <thread>
#include <vector>

#include "support/program.h"

namespace calculon::test {
namespace {

using Clock = std::chrono::steady_clock;

}  // namespace

// A child that has not become the program yet would take signals with the handlers of the tests, so
// that this waits until it has.
BackgroundProgram::BackgroundProgram(const Arguments& arguments) {
  std::string program = program_path();
  Arguments words = arguments;
  std::vector<char*> argv = {program.data()};
  for (std::string& word : words) {
    argv.push_back(word.data());
  }
  argv.push_back(nullptr);
  posix_spawn_file_actions_t streams;
  posix_spawn_file_actions_init(&streams);
  posix_spawn_file_actions_addopen(&streams, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&streams, STDOUT_FILENO, streams_.file("out").c_str(),
                                   O_WRONLY | O_CREAT, 0600);
  posix_spawn_file_actions_addopen(&streams, STDERR_FILENO, streams_.file("err").c_str(),
                                   O_WRONLY | O_CREAT, 0600);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  sigset_t heard;
  sigemptyset(&heard);
  sigaddset(&heard, SIGINT);  // shells ignore it for what they start behind
  posix_spawnattr_setsigdefault(&attributes, &heard);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);
  const int failure = posix_spawn(&pid_, argv[0], &streams, &attributes, argv.data(), environ);
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&streams);
  if (failure != 0) {
    throw std::runtime_error(program + " cannot be started");
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
