#include "cli/argument_order.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <vector>

#include "base/letter_case.h"
#include "cli/options.h"

namespace calculon {
namespace {

// "MODEL": what an argument is called in messages.
std::string word_of(const std::string& argument) {
  return upper_case(argument == kModelArgument ? "model" : argument);
}

bool is_input(const CLI::Option& option) {
  const std::string name = option.get_name(true);
  return option.get_positional() &&
         (name == kModelArgument || name == kExecutionArgument || name == kSystemArgument);
}

}  // namespace

std::string argument_order(const CLI::App& command) {
  std::vector<std::string> order;
  std::size_t files = 0;
  std::size_t up_to_last_file = 0;
  for (const CLI::Option* option : command.get_options()) {
    if (!option->get_positional()) {
      continue;
    }
    order.push_back(word_of(option->get_name(true)));
    if (is_input(*option)) {
      ++files;
      up_to_last_file = order.size();
    }
  }
  order.resize(files > 1 ? up_to_last_file : 0);
  return fmt::format("{}", fmt::join(order, " "));
}

std::string wrong_kind_text(const CLI::App& command, const WrongKindOfFile& error) {
  const std::vector<const CLI::Option*> options = command.get_options();
  const bool is_argument =
      std::any_of(options.begin(), options.end(), [&](const CLI::Option* option) {
        const auto& values = option->results();
        return is_input(*option) &&
               std::find(values.begin(), values.end(), error.file()) != values.end();
      });
  const std::string order = argument_order(command);
  return is_argument && !order.empty()
             ? fmt::format("{} is {}; the order is {}", error.file(), error.found(), order)
             : error.what();
}

}  // namespace calculon
