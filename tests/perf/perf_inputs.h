#pragma once

#include <string>

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
        system(read_system(bundled("systems/" + machine + ".json"))),
        options{num_procs, max_batch_size, Datatype::kFloat16, {true}, {}} {}

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
inline SearchCase turing_on_5128() {
  return {"turing-530B", 5128, 2520, "a100_80g"};
}

}  // namespace calculon::perf
