#pragma once

#include <string>
#include <string_view>

namespace calculon {

// The rule that a complaint names at its end, as "(rule KC12)"; "" if it names none.
inline std::string rule_of_message(std::string_view message) {
  constexpr std::string_view kStart = "(rule ";
  const auto at = message.rfind(kStart);
  if (at == std::string_view::npos) {
    return "";
  }
  const std::string_view rule = message.substr(at + kStart.size());
  return std::string(rule.substr(0, rule.find(')')));
}

}  // namespace calculon
