#pragma once

#include <string_view>

#include "calibrated/machine.h"

namespace calculon {

// How fast matrix products are on a machine (section 8.1).
struct ProductLaw {
  double rate = 1;           // peak times sustained share, flop/s
  double operand_bytes = 2;  // of an element
  double memory_rate = 1;
  double units = 1;  // that each work on a tile

  // Time of `count` independent products of m x k by k x n. The lengths are exact, since tiles are
  // counted by rounding up.
  double seconds(double m, double n, double k, double count = 1) const;
};

// Of the block's products, and of those that are always in 16 bit.
ProductLaw block_law(const Machine& machine, Datatype gemm_datatype);
ProductLaw half_law(const Machine& machine);

}  // namespace calculon
