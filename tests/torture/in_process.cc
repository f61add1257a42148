#include "torture/in_process.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/resource.h>
#include <unistd.h>

#include <csignal>
#include <exception>

#include "cli/interrupt.h"
#include "support/temp_folder.h"

// Sanitizers of addresses and threads need terabytes of addresses.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)  // gcc
#define CALCULON_SHADOW_MEMORY
#elif defined(__has_feature)  // clang
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define CALCULON_SHADOW_MEMORY
#endif
#endif

namespace calculon::torture {
namespace {

void limit_resources() {
#ifndef CALCULON_SHADOW_MEMORY
  const rlimit memory = {rlim_t{4} << 30, rlim_t{4} << 30};
  setrlimit(RLIMIT_AS, &memory);
#endif
  const rlimit file = {rlim_t{60} << 20, rlim_t{60} << 20};
  setrlimit(RLIMIT_FSIZE, &file);
  const rlimit core = {0, 0};
  setrlimit(RLIMIT_CORE, &core);
  std::signal(SIGXFSZ, SIG_IGN);
}

}  // namespace

Ended run_here(const test::Arguments& arguments) {
  limit_resources();
  clean_up_on_signals();  // as main() does
  const std::string caught = "../standard-output";
  const int saved = dup(STDOUT_FILENO);
  const int file = open(caught.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  dup2(file, STDOUT_FILENO);
  close(file);
  Ended ended;
  try {
    const test::ProgramResult result = test::run_program(arguments);
    ended = {result.status, result.out, result.err, ""};
  } catch (const std::exception& error) {
    ended.exception = fmt::format("'{}'", error.what());
  } catch (...) {
    ended.exception = "no std::exception";
  }
  dup2(saved, STDOUT_FILENO);
  close(saved);
  ended.out = test::raw_bytes(caught) + ended.out;
  return ended;
}

}  // namespace calculon::torture
