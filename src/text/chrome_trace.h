#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/json_reader.h"

namespace calculon {

// A trace in the format of Chrome's about:tracing, which Perfetto reads: processes with threads,
// on which bars lie.
class ChromeTrace {
 public:
  struct Row {
    std::size_t process = 1;
    std::size_t thread = 0;
  };

  void name_process(std::size_t process, const std::string& name);
  // Processes and threads are shown in the order of their numbers if they are told to be.
  void sort_process(std::size_t process);
  void name_thread(const Row& row, const std::string& name);
  // A bar, unless it takes no time. `args`, an object or null, is shown with it.
  void bar(const Row& row, const std::string& name, std::string_view category,
           double begin_microseconds, double microseconds, const Json& args = Json());

  // The file; `about` is an object on the trace as a whole, or null.
  std::string text(const Json& about = Json()) const;

 private:
  void add(std::string_view event);
  void describe(std::string_view what, const std::string& ids, std::string_view args);

  std::string events_;
};

}  // namespace calculon
