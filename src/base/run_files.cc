#include "base/run_files.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>

#include "calculon/base/files.h"
#include "calculon/base/input_error.h"

namespace calculon {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kStandardInput = "standard input";

// Files are opened deep below any command, so that the run that they belong to cannot be handed
// down to them.
std::atomic<RunFiles*> current_run{nullptr};

}  // namespace

std::string also_input(const std::string& output, const std::string& input) {
  return input == output           ? fmt::format("{}: is also an input", output)
         : input == kStandardInput ? fmt::format("{}: is also {}", output, input)
                                   : fmt::format("{}: is also the input {}", output, input);
}

std::string link_target(const std::string& path) {
  constexpr int kMostLinks = 40;  // as the system's
  fs::path target(path);
  for (int i = 0; i < kMostLinks; ++i) {
    std::error_code none;
    const fs::path next = fs::read_symlink(target, none);
    if (none) {
      break;
    }
    target = target.parent_path() / next;  // which is `next` if that is absolute
  }
  return target.string();
}

RunFiles::RunFiles() : before_(current_run.exchange(this)) {}

RunFiles::~RunFiles() {
  current_run = before_;
}

RunFiles::Identity RunFiles::identity_of(const std::string& path) {
  Identity identity;
  struct stat status {};
  if (path == kStandardStream) {
    return identity;
  }
  if (stat(path.c_str(), &status) == 0) {
    if (!S_ISREG(status.st_mode)) {
      return identity;
    }
    identity.file = {status.st_dev, status.st_ino};
  }
  const fs::path target(link_target(path));
  const fs::path folder = target.has_parent_path() ? target.parent_path() : fs::path(".");
  if (stat(folder.c_str(), &status) == 0) {
    identity.place = {status.st_dev, status.st_ino, target.filename().string()};
  }
  return identity;
}

RunFiles::Identity RunFiles::identity_of_standard_input() {
  Identity identity;
  struct stat status {};
  if (fstat(STDIN_FILENO, &status) == 0 && S_ISREG(status.st_mode)) {
    identity.file = {status.st_dev, status.st_ino};
  }
  return identity;
}

void RunFiles::Known::add(const Identity& identity, const std::string& path) {
  if (identity.file) {
    files.emplace(*identity.file, path);
  }
  if (identity.place) {
    places.emplace(*identity.place, path);
  }
}

const std::string* RunFiles::Known::find(const Identity& identity) const {
  if (identity.file) {
    if (const auto found = files.find(*identity.file); found != files.end()) {
      return &found->second;
    }
  }
  if (identity.place) {
    if (const auto found = places.find(*identity.place); found != places.end()) {
      return &found->second;
    }
  }
  return nullptr;
}

void note_input(const std::string& path) {
  RunFiles* const run = current_run;
  if (!run) {
    return;
  }
  const bool standard = path == kStandardStream;
  const std::string name = standard ? std::string(kStandardInput) : path;
  const auto identity =
      standard ? RunFiles::identity_of_standard_input() : RunFiles::identity_of(path);
  const std::lock_guard lock(run->mutex_);
  if (const std::string* output = run->outputs_.find(identity)) {
    throw InputError(also_input(*output, name));
  }
  run->inputs_.add(identity, name);
}

void note_output(const std::string& path) {
  RunFiles* const run = current_run;
  if (!run) {
    return;
  }
  const auto identity = RunFiles::identity_of(path);
  const std::lock_guard lock(run->mutex_);
  if (const std::string* input = run->inputs_.find(identity)) {
    throw InputError(also_input(path, *input));
  }
  if (const std::string* output = run->outputs_.find(identity)) {
    throw InputError(fmt::format("{}: is given for two outputs{}", path,
                                 path == *output ? "" : fmt::format(", also as {}", *output)));
  }
  run->outputs_.add(identity, path);
}

}  // namespace calculon
