#include "calculon/base/hash.h"

#define XXH_INLINE_ALL  // the header alone, without its library
#include <fmt/format.h>
#include <xxhash.h>

namespace calculon {

std::string Hash128::hex() const {
  return fmt::format("{:016x}{:016x}", high, low);
}

Hash128 hash_of(std::string_view text) {
  const XXH128_hash_t hash = XXH3_128bits(text.data(), text.size());
  return {hash.high64, hash.low64};
}

}  // namespace calculon
