#pragma once

#include <span>
#include <string_view>
#include <vector>

namespace calculon {

// The position of the name that `text` means: the name itself, or the only one that begins with it,
// underscores and case aside. Throws InputError naming `what` ("result", "option") and candidates.
std::size_t named_field(std::string_view what, std::string_view text,
                        std::span<const std::string_view> names);

template <class Fields>
std::vector<std::string_view> names_of(const Fields& fields) {
  std::vector<std::string_view> names;
  names.reserve(fields.size());
  for (const auto& field : fields) {
    names.push_back(field.name);
  }
  return names;
}

}  // namespace calculon
