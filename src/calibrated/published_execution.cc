#include "calibrated/published_execution.h"

#include <fmt/format.h>

namespace calculon {
namespace {

// Rules KC30 to KC32: what the calibrated methodology has no words for.
std::string beyond_words(const Strategy& s) {
  if (s.any_offload()) {
    return "has an offload, but offload is not part of the calibrated methodology (rule KC30)";
  }
  if (!s.training) {
    return "has training false, but the calibrated methodology predicts training steps (rule KC31)";
  }
  if (s.datatype == Datatype::kFloat32) {
    return "has datatype float32, which the calibrated methodology does not know (rule KC32)";
  }
  return "";
}

// Rules KC34 and KC33; adds the execution's experts to a model that has none.
std::string take_experts(const Strategy& s, PublishedExecution& taken) {
  ModelDetails& details = taken.model.details;
  if (!s.model_MoE) {
    return "";
  }
  if (details.num_experts == 0) {
    details.num_experts = s.num_experts;
    details.top_k_experts = s.top_k_experts;
    details.moe_feedforward = taken.model.feedforward;
  } else if (details.num_experts != s.num_experts || details.top_k_experts != s.top_k_experts) {
    return fmt::format("has {} experts, {} of a token, but the model {} and {} (rule KC34)",
                       s.num_experts, s.top_k_experts, details.num_experts, details.top_k_experts);
  }
  const double ranks = static_cast<double>(s.data_par) * static_cast<double>(s.tensor_par);
  const double each = static_cast<double>(s.expert_par) * static_cast<double>(s.expert_slice);
  if (static_cast<double>(s.data_par_exp) * each != ranks) {
    return fmt::format(
        "has data_par_exp {}, expected data_par {} times tensor_par {} over expert_par {} times "
        "expert_slice {} (rule KC33)",
        s.data_par_exp, s.data_par, s.tensor_par, s.expert_par, s.expert_slice);
  }
  taken.execution.expert_par = s.expert_par;
  taken.execution.expert_tensor_par = s.expert_slice;
  return "";
}

CalibratedRecompute recompute_of(ActivationRecompute recompute) {
  switch (recompute) {
    case ActivationRecompute::kFull:
      return CalibratedRecompute::kFull;
    case ActivationRecompute::kAttnOnly:
      return CalibratedRecompute::kSelective;
    case ActivationRecompute::kNone:
      break;
  }
  return CalibratedRecompute::kNone;
}

CalibratedExecution common_keys(const Strategy& s) {
  const bool half = s.datatype == Datatype::kFloat16 || s.datatype == Datatype::kBfloat16;
  CalibratedExecution e;
  e.num_procs = s.num_procs;
  e.tensor_par = s.tensor_par;
  e.pipeline_par = s.pipeline_par;
  e.data_par = s.data_par;
  e.batch_size = s.batch_size;
  e.microbatch_size = s.microbatch_size;
  e.pipeline_interleaving = s.pipeline_interleaving;
  e.datatype = half ? s.datatype : Datatype::kBfloat16;
  e.gemm_datatype = half ? e.datatype : s.datatype;
  e.param_gather_datatype = e.datatype;
  e.activation_recompute = recompute_of(s.activation_recompute);
  e.attention_kernel = AttentionKernel::kUnfused;
  e.data_par_sharding = s.optimizer_sharding ? DataParSharding::kZero1 : DataParSharding::kNone;
  e.tensor_par_overlap = s.tensor_par_overlap != TensorParOverlap::kNone;
  e.data_par_overlap = s.data_par_overlap;
  e.param_gather_overlap = s.data_par_overlap;
  return e;
}

}  // namespace

PublishedExecution to_calibrated(const std::string& file, const Strategy& s,
                                 const Transformer& model, bool has_heads, bool has_gate) {
  PublishedExecution taken{model, common_keys(s)};
  std::string wrong = beyond_words(s);
  if (wrong.empty()) {
    wrong = take_experts(s, taken);
  }
  if (!wrong.empty()) {
    throw InputError(fmt::format("{} {}", file, wrong));
  }
  ModelDetails& details = taken.model.details;
  if (s.attention_type == AttentionType::kMultiquery && !has_heads) {
    details.attn_kv_heads = 1;
  }
  if (s.model_MoE && s.activation_function == ActivationFunction::kSilu && !has_gate) {
    details.mlp_gated = true;
  }
  const bool scattered =
      s.tensor_par_comm_type == TensorParCommType::kRsAg || details.num_experts > 0;
  taken.execution.sequence_par = scattered && s.tensor_par > 1;
  for (const std::string& line : {contradiction(taken.model), contradiction(taken.execution)}) {
    if (!line.empty()) {
      throw InputError(fmt::format("{}: {}", file, line));
    }
  }
  return taken;
}

}  // namespace calculon
