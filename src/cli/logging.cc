#include "cli/logging.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <spdlog/sinks/base_sink.h>
#include <spdlog/sinks/ostream_sink.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <mutex>

#include "base/letter_case.h"
#include "base/open_file.h"
#include "base/run_files.h"
#include "calculon/base/files.h"
#include "calculon/base/input_error.h"

namespace calculon {
namespace {

struct LevelName {
  std::string_view name;
  spdlog::level::level_enum level;
};

constexpr std::array<LevelName, 10> kLevels = {{
    {"DEBUG", spdlog::level::debug},
    {"INFO", spdlog::level::info},
    {"WARNING", spdlog::level::warn},
    {"ERROR", spdlog::level::err},
    {"CRITICAL", spdlog::level::critical},
    {"TRACE", spdlog::level::trace},
    {"WARN", spdlog::level::warn},
    {"ERR", spdlog::level::err},
    {"OFF", spdlog::level::off},
    {"FATAL", spdlog::level::critical},
}};

// A file of messages. It is opened at the start, so that a mistake is told at once, and emptied
// when the first message comes, or at the end: what is wrong with the command leaves it as it was.
class LogFile : public spdlog::sinks::base_sink<std::mutex> {
 public:
  explicit LogFile(const std::string& path) {
    note_output(path);
    descriptor_ = open_file(path, O_WRONLY | O_CREAT);
    if (descriptor_ < 0) {
      throw spdlog::spdlog_ex(std::strerror(errno));
    }
    struct stat status {};
    is_old_ = fstat(descriptor_, &status) == 0 && S_ISREG(status.st_mode);
  }
  ~LogFile() override { close(descriptor_); }
  LogFile(const LogFile&) = delete;
  LogFile& operator=(const LogFile&) = delete;

 protected:
  void sink_it_(const spdlog::details::log_msg& message) override {
    flush_();
    spdlog::memory_buf_t line;
    formatter_->format(message, line);
    std::string_view rest(line.data(), line.size());
    while (!rest.empty()) {
      const ssize_t count = write(descriptor_, rest.data(), rest.size());
      if (count < 0 && errno != EINTR) {
        throw spdlog::spdlog_ex(std::strerror(errno));
      }
      rest.remove_prefix(count < 0 ? 0 : static_cast<std::size_t>(count));
    }
  }
  void flush_() override {
    if (is_old_ && ftruncate(descriptor_, 0) != 0) {
      throw spdlog::spdlog_ex(std::strerror(errno));
    }
    is_old_ = false;
  }

 private:
  int descriptor_;
  bool is_old_;  // holds what was there before
};

}  // namespace

spdlog::level::level_enum log_level(const std::string& name) {
  const std::string upper = upper_case(name);
  std::array<std::string_view, kLevels.size()> names;
  for (std::size_t i = 0; i < kLevels.size(); ++i) {
    if (kLevels[i].name == upper) {
      return kLevels[i].level;
    }
    names[i] = kLevels[i].name;
  }
  throw InputError(fmt::format("--verbosity is '{}', expected {}{}", name, list_of_names(names),
                               did_you_mean(upper, names)));
}

std::shared_ptr<spdlog::logger> make_log(const std::string& destination, std::ostream& out,
                                         spdlog::level::level_enum level) {
  spdlog::sink_ptr sink;
  try {
    if (destination == kStandardStream) {
      sink = std::make_shared<spdlog::sinks::ostream_sink_mt>(out);
    } else {
      sink = std::make_shared<LogFile>(destination);
    }
  } catch (const spdlog::spdlog_ex& error) {
    throw InputError(fmt::format("{}: the log cannot be written: {}", destination, error.what()));
  }
  auto log = std::make_shared<spdlog::logger>("calculon", std::move(sink));
  log->set_pattern("%v");
  log->set_level(level);
  log->set_error_handler([destination](const std::string& message) {
    throw InputError(fmt::format("{}: the log cannot be written: {}", destination, message));
  });
  return log;
}

}  // namespace calculon
