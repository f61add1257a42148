#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "calculon/hardware/system.h"
#include "calibrated/machine.h"
#include "fit/fit_row.h"

namespace calculon {

// What a test of nccl-tests measured: one collective, over messages of many sizes.
struct CollectiveTable {
  struct Run {
    double bytes = 0;    // of the full buffer
    double seconds = 0;  // out of place
  };

  GroupOp op = GroupOp::kAllReduce;
  std::int64_t ranks = 0;
  std::int64_t hosts = 0;  // that these ranks are on
  std::vector<Run> runs;
};

// Reads the output of all_reduce_perf, all_gather_perf or reduce_scatter_perf; `file` is its name
// in messages. Throws InputError for anything else.
CollectiveTable parse_collective_table(const std::string& file, std::string_view text);

// The rows of a table for a fit of the constants of the network between domains. Throws InputError
// where all of its ranks stand in one domain, which has no such constants.
std::vector<FitRow> collective_rows(const std::string& file, const CollectiveTable& table,
                                    const System& system);

}  // namespace calculon
