#pragma once

#include <cstdint>
#include <string>
#include <type_traits>
#include <vector>

#include "launch/launch_job.h"

namespace calculon::test {

// Another value of a setting, whatever its type.
inline void change_setting(std::int64_t& value) {
  value = value > 0 ? 2 * value : 1;
}
inline void change_setting(bool& value) {
  value = !value;
}
inline void change_setting(double& value) {
  value = value == 1 ? 0.5 : 1;
}
inline void change_setting(RecomputeModules& value) {
  value.add(RecomputeModule::kMlp);
}
inline void change_setting(std::vector<std::int64_t>& value) {
  value.push_back(3);
}
template <class Enum>
requires std::is_enum_v<Enum>
void change_setting(Enum& value) {
  value = static_cast<Enum>((static_cast<std::size_t>(value) + 1) % kEnumSize<Enum>);
}

// 24 blocks on 4 stages, all of whose activations are recomputed.
inline LaunchJob dense_job() {
  LaunchJob job;
  job.model = {1024, 4096, 2048, 16, 64, 24, {}};
  job.model.details.vocab_size = 50257;
  job.execution.num_procs = 64;
  job.execution.batch_size = 64;
  job.execution.tensor_par = 2;
  job.execution.sequence_par = true;
  job.execution.pipeline_par = 4;
  job.execution.data_par = 8;
  job.execution.activation_recompute = CalibratedRecompute::kFull;
  job.processors_per_node = 8;
  job.model_name = "tiny-1";
  return job;
}

// Latent attention and 8 experts, two of which a token takes.
inline LaunchJob mixture_job() {
  LaunchJob job = dense_job();
  ModelDetails& details = job.model.details;
  details.attn_kind = AttentionKind::kMla;
  details.mla_kv_rank = 128;
  details.mla_nope_size = 64;
  details.mla_rope_size = 32;
  details.mla_value_size = 64;
  details.num_experts = 8;
  details.top_k_experts = 2;
  details.moe_feedforward = 512;
  job.execution.expert_par = 4;
  job.execution.expert_tensor_par = 1;
  job.execution.activation_recompute = CalibratedRecompute::kNone;
  job.execution.gemm_datatype = Datatype::kFloat8;
  return job;
}

}  // namespace calculon::test
