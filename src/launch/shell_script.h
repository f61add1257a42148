#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace calculon {

// What a shell script says without being run: its commands as words, with line continuations,
// quotes, variables, arrays and arithmetic of whole numbers. Conditions are not decided: what
// stands in all branches is taken in order. What only a run would tell (`$1`, `$(hostname)`,
// variables that are not set) stays as it is written.
struct ShellScript {
  using Words = std::vector<std::string>;
  using Variables = std::map<std::string, Words>;  // one word, or the elements of an array

  std::vector<Words> commands;
  std::vector<std::string> comments;  // lines that begin with #
  Variables variables;
};

// `file` is its name in messages. Throws InputError for a quote or an array without an end, and for
// a script whose words grow beyond 16 MiB.
ShellScript read_shell_script(const std::string& file, std::string_view text,
                              ShellScript::Variables variables = {});

// The value of "8 * (NODES + 1)"; nothing for what is no such sum.
std::optional<std::int64_t> shell_arithmetic(std::string_view text,
                                             const ShellScript::Variables& variables);

}  // namespace calculon
