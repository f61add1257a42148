#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace calculon {

// "([0]*3+[1]*58)": the elements of a list of Python with sums and multiples; nothing for another
// text, and for more than a million elements.
std::optional<std::vector<std::int64_t>> python_list(std::string_view text);

// "Et|(tt|)*2tL": the blocks of every chunk, without embedding, depths of multi-token prediction
// and loss; nothing for another text, and for more than a million letters.
std::optional<std::vector<std::int64_t>> layout_chunks(std::string_view text);

}  // namespace calculon
