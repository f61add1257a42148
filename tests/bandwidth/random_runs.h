#pragma once

#include <random>

#include "calculon/bandwidth/bandwidth.h"
#include "calculon/bandwidth/estimate.h"

namespace calculon::test {

// Random parameter sets of training runs, small enough that many of them are valid.
class RandomRuns {
 public:
  explicit RandomRuns(unsigned seed) : random_(seed) {}

  BandwidthInputs bandwidth() {
    BandwidthInputs in;
    in.p_data = pick({1, 2, 3, 4});
    in.p_pipe = pick({1, 1, 2, 3});
    in.p_exp = pick({1, 2, 4});
    in.p_seq = pick({1, 2, 4});
    in.p_tensor_int = pick({1, 2, 3, 4});
    in.p_tensor_ext = pick({1, 2, 3, 4});
    in.num_experts = in.p_exp * pick({1, 2});
    in.seq_len = in.num_experts * pick({1, 4, 12, 24, 48});
    in.batch_size = pick({2, 6, 12, 24});
    in.num_layers = pick({2, 3, 6, 12});
    in.d_model = pick({8, 12, 24, 48});
    in.d_head = pick({1, 2, 3, 4});
    in.num_heads = pick({2, 4, 6, 12});
    in.d_ffn = pick({6, 12, 24, 36});
    in.dataset_size = 1e6;
    in.cluster_flop_rate = 1e12;
    in.use_glu = flip();
    in.no_multi_query_attn = flip();
    in.consecutive_attn_and_ffn = flip();
    in.skip_efficiency_check = true;
    return in;
  }

  EstimateInputs estimate(const Chip& chip) {
    EstimateInputs in;
    in.chip_type = &chip;
    in.version = flip() ? ModelVersion::kHead : ModelVersion::kSeed;
    in.n_routed_experts = pick({1, 2});
    in.n_experts = in.n_routed_experts * pick({1, 2, 4});
    in.pp = pick({1, 2, 4});
    in.pipeline_interleaving = in.pp == 1 ? 1 : pick({1, 2});
    in.n_layers = in.pp * in.pipeline_interleaving * pick({1, 3, 8});
    in.dp = pick({1, 2, 8});
    in.tp = pick({1, 2, 8});
    in.tp2 = pick({1, 2, 4});
    in.d_model = pick({1024, 4096, 12288});
    in.microbatch_size = pick({1, 4, 16});
    in.batch_size = in.microbatch_size * pick({1, 8, 64});
    in.dataset_size = 1e12;
    return in;
  }

 private:
  std::int64_t pick(std::initializer_list<std::int64_t> values) {
    return values
        .begin()[std::uniform_int_distribution<std::size_t>(0, values.size() - 1)(random_)];
  }
  bool flip() { return pick({0, 1}) == 1; }

  std::mt19937 random_;
};

}  // namespace calculon::test
