#include "calibrated/rank_shape.h"

#include <algorithm>

namespace calculon {

RankShape rank_shape(const Transformer& model, const RankChoices& choices) {
  const auto real = [](std::int64_t value) { return static_cast<double>(value); };
  const ModelDetails& details = model.details;
  const bool latent = details.attn_kind == AttentionKind::kMla;
  RankShape s{};
  s.sequences = real(choices.microbatch_size);
  s.sequence = real(model.seq_size);
  s.tensor = real(choices.tensor_par);
  s.context = real(choices.context_par);
  s.tokens = s.sequences * s.sequence / s.context;
  s.hidden = real(model.hidden);
  s.heads = real(model.attn_heads);
  s.kv_heads = real(model.kv_heads());
  s.own_kv = std::max(s.kv_heads / s.tensor, 1.0);
  s.head = real(model.attn_size);
  s.latent = latent;
  s.query_rank = real(details.mla_q_rank);
  s.kv_rank = real(details.mla_kv_rank);
  s.nope_width = real(details.mla_nope_size);
  s.rope_width = real(details.mla_rope_size);
  s.query_width = latent ? s.nope_width + s.rope_width : s.head;
  s.value_width = latent ? real(details.mla_value_size) : s.head;
  s.gates = details.mlp_gated ? 1 : 0;
  s.feedforward = real(model.feedforward);
  s.experts = real(details.num_experts);
  s.top_k = real(details.top_k_experts);
  s.expert_width = real(model.expert_feedforward());
  s.shared_width = real(details.moe_shared_feedforward);
  s.expert_par = real(choices.expert_par);
  s.expert_tensor = real(choices.expert_tensor());
  s.scatter = choices.sequence_par ? s.tensor : 1;
  return s;
}

}  // namespace calculon
