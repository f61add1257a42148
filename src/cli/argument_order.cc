#include "cli/argument_order.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cctype>
#include <vector>

#include "cli/options.h"

namespace calculon {
namespace {

// "MODEL": what an argument is called in messages.
std::string word_of(const std::string& argument) {
  std::string word = argument == kApplication ? "model" : argument;
  std::transform(word.begin(), word.end(), word.begin(),
                 [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return word;
}

}  // namespace

std::string wrong_kind_text(const CLI::App& command, const WrongKindOfFile& error) {
  std::vector<std::string> order;
  std::size_t files = 0;
  std::size_t up_to_last_file = 0;
  bool found = false;
  for (const CLI::Option* option : command.get_options()) {
    if (!option->get_positional()) {
      continue;
    }
    const std::string name = option->get_name(true);
    order.push_back(word_of(name));
    if (name == kApplication || name == kExecution || name == kSystem) {
      ++files;
      up_to_last_file = order.size();
      const auto& values = option->results();
      found = found || std::find(values.begin(), values.end(), error.file()) != values.end();
    }
  }
  order.resize(up_to_last_file);
  return files > 1 && found ? fmt::format("{} is {}; the order is {}", error.file(), error.found(),
                                          fmt::join(order, " "))
                            : error.what();
}

}  // namespace calculon
