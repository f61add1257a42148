#include "base/temporary_name.h"

#include <fmt/format.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <optional>
#include <random>

#include "base/text.h"
#include "calculon/base/hash.h"

namespace calculon {
namespace {

constexpr std::string_view kEnding = ".tmp";
constexpr std::size_t kHostDigits = 8;
constexpr std::size_t kChanceDigits = 8;

// The host and, on it, the space of process numbers: containers have their own.
std::string host_digits() {
  std::array<char, 256> host{};
  gethostname(host.data(), host.size() - 1);
  struct stat space {};
  if (stat("/proc/self/ns/pid", &space) != 0) {
    space.st_ino = 0;
  }
  return hash_of(fmt::format("{} {}", host.data(), space.st_ino)).hex().substr(0, kHostDigits);
}

bool is_alive(pid_t process) {
  return kill(process, 0) == 0 || errno != ESRCH;
}

}  // namespace

std::string temporary_name(const std::string& path) {
  std::random_device random;
  return fmt::format("{}.{}-{}{:08x}{}", path, getpid(), host_digits(), random(), kEnding);
}

std::string_view left_behind_of(std::string_view name) {
  if (!name.ends_with(kEnding)) {
    return "";
  }
  name.remove_suffix(kEnding.size());
  const auto dot = name.rfind('.');
  if (dot == std::string_view::npos) {
    return "";
  }
  const std::string_view mark = name.substr(dot + 1);
  const auto dash = mark.find('-');
  if (dash == std::string_view::npos) {
    return "";
  }
  const auto process = parse_number<pid_t>(mark.substr(0, dash));
  const std::string_view digits = mark.substr(dash + 1);
  const bool ours = process && *process > 0 && digits.size() == kHostDigits + kChanceDigits &&
                    digits.starts_with(host_digits());
  return ours && !is_alive(*process) ? name.substr(0, dot) : "";
}

}  // namespace calculon
