#pragma once

#include <string>
#include <utility>

#include "calculon/search/strategy_space.h"

namespace calculon::perf {

// Bundled inputs, and the searches that the benchmarks share.

inline std::string bundled(const std::string& path) {
  return std::string(CALCULON_SOURCE_DIR) + "/" + path;
}

struct SearchCase {
  SearchCase(const std::string& model, std::int64_t num_procs, std::int64_t max_batch_size,
             const std::string& machine)
      : transformer(read_transformer(bundled("models/" + model + ".json"))),
        system(read_system(bundled("systems/" + machine + ".json"))) {
    options.num_procs = num_procs;
    options.max_batch_size = max_batch_size;
  }

  // A mixture of 16 experts.
  SearchCase moe(SpaceKind kind) && {
    options.kind = kind;
    options.num_experts = 16;
    return std::move(*this);
  }

  Transformer transformer;
  System system;
  SpaceOptions options;
};

inline SearchCase gpt3_on_4096() {
  return {"gpt3-175B", 4096, 4096, "a100_80g"};
}
inline SearchCase megatron_on_4096() {
  return {"megatron-1T", 4096, 4096, "a100_80g"};
}
inline SearchCase gpt_1_8T_on_4096(SpaceKind kind) {
  return SearchCase("gpt-1.8T", 4096, 2048, "H100_80g_sxm").moe(kind);
}
inline SearchCase turing_on_5128() {
  return {"turing-530B", 5128, 2520, "a100_80g"};
}

}  // namespace calculon::perf
