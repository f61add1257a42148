#include "cli/logging.h"

#include <fmt/format.h>
#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/sinks/ostream_sink.h>

#include <algorithm>
#include <array>
#include <cctype>

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

}  // namespace

spdlog::level::level_enum log_level(const std::string& name) {
  std::string upper = name;
  std::transform(upper.begin(), upper.end(), upper.begin(),
                 [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
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
      sink = std::make_shared<spdlog::sinks::basic_file_sink_mt>(destination, true);
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
