#pragma once

#include <spdlog/logger.h>

#include <memory>
#include <ostream>
#include <string>

namespace calculon {

// A log level by Python's or spdlog's name, in any case: DEBUG, INFO, WARNING, ERROR, CRITICAL,
// trace, warn, err, off. Throws InputError naming the choices.
spdlog::level::level_enum log_level(const std::string& name);

// A log of bare messages: to `out` if `destination` is "-", else to that file, in place of what it
// has. Throws InputError if it cannot be written, or is an input or another output of the run.
std::shared_ptr<spdlog::logger> make_log(const std::string& destination, std::ostream& out,
                                         spdlog::level::level_enum level);

}  // namespace calculon
