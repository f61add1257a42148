#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "calculon/base/mistakes.h"
#include "calculon/hardware/system.h"
#include "fit/fit_row.h"

namespace calculon {

// Measured matrix products of m x k by k x n.
struct ProductRun {
  std::int64_t row = 0;  // of the table, whose header is row 1
  double m = 0;
  double n = 0;
  double k = 0;
  Datatype datatype = Datatype::kBfloat16;  // of the operands; not float32
  double seconds = 0;
};

// Reads a table of comma-separated values with the columns m, n, k, `seconds` or `tflops`, and
// perhaps `datatype`, which is bfloat16 without it; other columns are left alone. `file` is its
// name in messages. Throws InputError for anything else.
std::vector<ProductRun> parse_product_table(const std::string& file, std::string_view text,
                                            Mistakes& mistakes = first_mistake());

// The rows of a table for a fit of the efficiencies of matrix products. Throws InputError where the
// system lacks a datatype.
std::vector<FitRow> product_rows(const std::vector<ProductRun>& runs, const System& system);

}  // namespace calculon
