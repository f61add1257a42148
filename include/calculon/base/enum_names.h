#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>

namespace calculon {

// Another spelling of an enumerator, which is accepted but never written.
struct EnumAlias {
  std::string_view alias;
  std::string_view name;
};

// The spelling of an enum in files, tables and help: specialise with
//   template <> struct EnumNames<Color> {
//     static constexpr std::array<std::string_view, 2> kNames = {"red", "green"};
//   };
// whose order is that of the enumerators, which count up from 0. Aliases, if there are any, stand
// in a second array kAliases.
template <class Enum>
struct EnumNames;

// How many enumerators there are.
template <class Enum>
inline constexpr std::size_t kEnumSize = EnumNames<Enum>::kNames.size();

// The name of an enumerator; `value` has to be one of them.
template <class Enum>
constexpr std::string_view enum_name(Enum value) {
  return EnumNames<Enum>::kNames[static_cast<std::size_t>(value)];
}

// The enumerator of that name or alias, case and all; nothing if there is none.
template <class Enum>
constexpr std::optional<Enum> enum_from_name(std::string_view name) {
  for (std::size_t i = 0; i < kEnumSize<Enum>; ++i) {
    if (EnumNames<Enum>::kNames[i] == name) {
      return static_cast<Enum>(i);
    }
  }
  if constexpr (requires { EnumNames<Enum>::kAliases; }) {
    for (const EnumAlias& other : EnumNames<Enum>::kAliases) {
      if (other.alias == name) {
        return enum_from_name<Enum>(other.name);
      }
    }
  }
  return std::nullopt;
}

}  // namespace calculon
