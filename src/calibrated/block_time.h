#pragma once

#include <array>
#include <cstddef>
#include <string_view>

#include "calibrated/machine.h"
#include "calibrated/product.h"
#include "calibrated/rank_shape.h"

namespace calculon {

// What a product belongs to, as far as recomputation tells.
enum class ProductPart { kAttention, kLatentUp, kMlp };

// One matrix product of a block on one rank: `count` products of m x k by k x n, with their times
// in the two passes.
struct BlockProduct {
  std::string_view name;
  ProductPart part;
  double m;
  double n;
  double k;
  double count;
  double forward;
  double backward;
};

// The products of a block, without allocation.
struct BlockProducts {
  std::array<BlockProduct, 9> rows;
  std::size_t size = 0;

  const BlockProduct* begin() const { return rows.data(); }
  const BlockProduct* end() const { return rows.data() + size; }
};

// Seconds of one pass of a microbatch through one block, part by part.
struct PassTimes {
  double products = 0;
  double attention = 0;
  double elementwise = 0;
  double casts = 0;
  double tensor_par = 0;
  double context_par = 0;
  double expert_par = 0;

  double total() const {
    return products + attention + elementwise + casts + tensor_par + context_par + expert_par;
  }
};

// One block, or the average block of a model that has two kinds.
struct BlockTime {
  PassTimes forward;
  PassTimes backward;
  double recompute = 0;  // of recomputed modules; full recomputation comes with the host's floor
  double launches = 0;   // kernels that the host launches
  // With the host's floor: what a microbatch takes.
  double forward_seconds = 0;
  double backward_seconds = 0;
  double recompute_seconds = 0;
  double host_excess = 0;

  double seconds() const { return forward_seconds + backward_seconds + recompute_seconds; }
};

// The products of a block with or without experts (section 9.1).
BlockProducts block_products(const RankShape& shape, bool experts, const ProductLaw& law);

// The average block of a model (section 9). REQUIRES that rules KD2 to KD4 are met.
BlockTime block_time(const Transformer& model, const RankChoices& choices, const Machine& machine,
                     const RankPlacement& placement);

// Share of the square of scores that flash attention computes (section 9.2).
double attention_share(const Transformer& model);

}  // namespace calculon
