#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "study/points/point_list.h"

namespace calculon {

// One of several runs that share the points of a study.
struct Shard {
  int index = 0;
  int count = 1;

  // "0-of-1": part of file names.
  std::string name() const;
};

// Whether there can be such a one: I from 0 to N - 1, N up to 100,000.
bool is_shard(const Shard& shard);

// "I/N", I from 0; or "slurm": from the variables of a Slurm job array. Throws InputError.
Shard parse_shard(std::string_view text);

// Which points each shard computes, positions in `points`, the most work first: every distinct
// valid or invalid point once, dealt out like cards, there and back, so that all get about the
// same.
std::vector<std::vector<std::size_t>> deal_points(const std::vector<PointEntry>& points,
                                                  int shards);

}  // namespace calculon
