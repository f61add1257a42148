#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

namespace calculon {

// 128 bits that stand for a text: equal texts have equal ones, on all machines and for good
// (XXH3, whose output is a published standard). Not for secrets.
struct Hash128 {
  std::uint64_t high = 0;
  std::uint64_t low = 0;

  auto operator<=>(const Hash128&) const = default;
  std::string hex() const;  // 32 digits
};

// The XXH3 of the bytes of `text`.
Hash128 hash_of(std::string_view text);

}  // namespace calculon
