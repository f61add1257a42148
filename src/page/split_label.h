#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "text/table.h"

namespace calculon {

// The column that names the executions of a page by their split: "t8 p4 d16 mb2", with c and e
// where a row has context or expert parallelism.
inline constexpr std::string_view kSplit = "split";

// The labels of all rows. Those that share a split are told apart by up to three settings in
// which they differ, such as "i2" (interleaving), "full" (recomputation) and "+w" (weights are
// offloaded; +a activations, +o the optimizer), or else by their rank, "#3".
// Empty where the table has no degrees of parallelism.
std::vector<std::string> split_labels(const Table& table);

}  // namespace calculon
