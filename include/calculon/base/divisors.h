#pragma once

#include <cstdint>
#include <vector>

namespace calculon {

// The divisors of `number` > 0, ascending.
std::vector<std::int64_t> divisors(std::int64_t number);

}  // namespace calculon
