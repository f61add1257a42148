#pragma once

#include <cstdint>
#include <vector>

namespace calculon {

// All divisors of `number`, which has to be above 0, ascending: 6 -> {1, 2, 3, 6}.
std::vector<std::int64_t> divisors(std::int64_t number);

}  // namespace calculon
