#pragma once

#include <string>
#include <string_view>

namespace calculon {

// Names of files that are not whole yet, "table.csv.4242-1b2c3d4e5f607182.tmp": behind that of the
// file stand the process that writes it, its host and eight digits of chance. Processes on several
// hosts, or in several containers, can have one number and write to one folder.

// A new name beside `path`.
std::string temporary_name(const std::string& path);

// The name of the file that `name` is a temporary one of ("table.csv"), if it was made on this host
// by a process that has ended; "" for every other name.
std::string_view left_behind_of(std::string_view name);

}  // namespace calculon
