#include "calibrated/block_memory.h"

#include <algorithm>

#include "calculon/workload/parameter_count.h"

namespace calculon {
namespace {

// Norms and biases, of attention and of an MLP of `width`.
double other_parameters(const Transformer& model, const RankShape& s, double width) {
  const ModelDetails& details = model.details;
  double all = 2 * norm_elements(model);
  if (details.linear_bias && !s.latent) {
    all += (s.heads / s.tensor + 2 * s.own_kv) * s.head + s.hidden;
  }
  if (details.linear_bias && width > 0) {
    all += (1 + s.gates) * width / s.tensor + s.hidden;
  }
  if (details.qk_norm && !s.latent) {
    all += (details.norm_kind == NormKind::kLayerNorm ? 4 : 2) * s.head;
  }
  return all + (s.latent ? s.query_rank + s.kv_rank : 0);
}

void keep_attention(KeptTensors& kept, const Transformer& model, const RankChoices& choices,
                    const RankShape& s, const MemoryOverhead& overhead) {
  const double own = s.heads / s.tensor;
  const double output = kValueBytes * s.tokens * own * s.value_width;
  kept.attention_output = output;
  if (choices.attention_kernel == AttentionKernel::kFlash) {
    const bool copied = overhead.flash_output_copy || s.context > 1;
    kept.attention = output + 4 * s.tokens * own + (copied ? output : 0);
    kept.ring = s.context > 1 && !s.latent ? kValueBytes * s.tokens * s.own_kv * s.head : 0;
  } else {
    const double scores = s.scores();
    kept.attention =
        output + kValueBytes * scores + (model.details.attn_dropout > 0 ? 3 * scores : 0);
  }
}

void keep_experts(KeptTensors& kept, const RankChoices& choices, const RankShape& s) {
  const double routed = s.tokens / s.tensor * s.top_k * s.expert_tensor * choices.expert_imbalance;
  const double width = s.expert_width / s.expert_tensor;
  kept.router = 12 * s.tokens / s.scatter * s.experts;
  kept.dispatched = kValueBytes * routed * s.hidden;
  kept.fc1 = kValueBytes * routed * (1 + s.gates) * width;
  kept.activation = kValueBytes * routed * width * (s.gates > 0 ? 1 : 2);
  kept.combined = choices.expert_combine_fused ? 0 : kValueBytes * routed * s.hidden;
  kept.shared = kValueBytes * s.tokens * (2 + s.gates) * s.shared_width / s.tensor;
}

}  // namespace

double attention_matrices(const RankShape& s) {
  const double output = s.hidden * s.heads * s.value_width / s.tensor;
  if (!s.latent) {
    return (s.heads / s.tensor + 2 * s.own_kv) * s.head * s.hidden + output;
  }
  const double query =
      s.query_rank > 0 ? s.query_rank * s.hidden + s.heads * s.query_width * s.query_rank / s.tensor
                       : s.heads * s.query_width * s.hidden / s.tensor;
  return query + (s.kv_rank + s.rope_width) * s.hidden +
         s.heads * (s.nope_width + s.value_width) * s.kv_rank / s.tensor + output;
}

double norm_elements(const Transformer& model) {
  const double hidden = static_cast<double>(model.hidden);
  return model.details.norm_kind == NormKind::kLayerNorm ? 2 * hidden : hidden;
}

RankParameters block_parameters(const Transformer& model, const RankShape& s, bool experts) {
  RankParameters all;
  const double width = experts ? s.shared_width : s.feedforward;
  all.attention = attention_matrices(s);
  all.feedforward_in = (1 + s.gates) * width * s.hidden / s.tensor;
  all.feedforward_out = width * s.hidden / s.tensor;
  all.other = other_parameters(model, s, width);
  if (experts) {
    const double own = s.experts / s.expert_par;
    const double expert_width = s.expert_width / s.expert_tensor;
    all.other += s.experts * s.hidden;
    all.expert_matrices = own * (2 + s.gates) * expert_width * s.hidden;
    all.expert_other =
        model.details.linear_bias ? own * ((1 + s.gates) * expert_width + s.hidden) : 0;
  }
  return all;
}

double KeptTensors::all() const {
  return norm1_in + norm1_out + norm2_in + norm2_out + statistics + qkv + latents + qk_norm_inputs +
         attention + ring + masks + copies + router + dispatched + fc1 + activation + combined +
         shared;
}

KeptTensors kept_tensors(const Transformer& model, const RankChoices& choices, const RankShape& s,
                         const MemoryOverhead& overhead, bool experts) {
  const ModelDetails& details = model.details;
  const double hidden = kValueBytes * s.tokens * s.hidden / s.scatter;
  const double own = s.heads / s.tensor;
  KeptTensors kept;
  kept.norm1_in = kept.norm1_out = kept.norm2_in = kept.norm2_out = hidden;
  kept.statistics = (details.norm_kind == NormKind::kLayerNorm ? 16 : 8) * s.tokens / s.scatter;
  kept.qkv = kValueBytes * s.tokens *
             (s.latent ? own * (2 * s.query_width + s.value_width) : (own + 2 * s.own_kv) * s.head);
  if (s.latent) {
    kept.latents =
        kValueBytes * s.tokens / s.scatter * (2 * (s.query_rank + s.kv_rank) + s.rope_width);
  } else if (details.qk_norm) {
    kept.qk_norm_inputs = kValueBytes * s.tokens * (own + s.own_kv) * s.head;
  }
  keep_attention(kept, model, choices, s, overhead);
  kept.masks = details.hidden_dropout > 0 ? hidden : 0;
  if (!choices.elementwise_fused) {
    const bool gated = s.gates > 0 && !experts;
    kept.copies = 6 * s.tokens * s.hidden / s.tensor +
                  (gated ? kValueBytes * s.tokens * s.feedforward / s.tensor : 0);
  }
  if (experts) {
    keep_experts(kept, choices, s);
  } else {
    kept.fc1 = kValueBytes * s.tokens * (1 + s.gates) * s.feedforward / s.tensor;
    kept.activation = kValueBytes * s.tokens * s.feedforward / s.tensor;
  }
  return kept;
}

double kept_bytes(const KeptTensors& tensors, const RankChoices& choices, bool latent,
                  bool experts) {
  using enum RecomputeModule;
  if (choices.activation_recompute == CalibratedRecompute::kFull) {
    const double share = choices.recompute_block_share;
    return share * tensors.norm1_in + (1 - share) * tensors.all();
  }
  KeptTensors kept = tensors;
  const bool unfused = choices.attention_kernel == AttentionKernel::kUnfused;
  const bool selective = choices.activation_recompute == CalibratedRecompute::kSelective;
  if (choices.recomputes(kOp)) {
    kept.norm1_out = kept.norm2_out = kept.statistics = kept.qk_norm_inputs = 0;
    kept.masks = kept.copies = kept.activation = 0;
    kept.qkv *= 0.5;
    kept.fc1 *= 0.5;
    kept.attention = unfused && selective ? kept.attention_output : kept.attention;
    return kept.all();
  }
  if (unfused && choices.recomputes(kCoreAttn)) {
    kept.attention = kept.attention_output;
  }
  if (choices.recomputes(kLayernorm)) {
    kept.norm1_out = kept.norm2_out = 0;
  }
  if (latent && choices.recomputes(kMlaUpProj)) {
    kept.qkv = 0;
  }
  if (experts && choices.recomputes(kMoe)) {
    kept.router = kept.dispatched = kept.fc1 = kept.activation = kept.combined = kept.shared = 0;
  }
  if (!experts && (choices.recomputes(kMlp) || choices.recomputes(kMlpIn))) {
    kept.fc1 = 0;
  }
  if (choices.recomputes(experts ? kMoeAct : kMlpAct) || (!experts && choices.recomputes(kMlp))) {
    kept.activation = 0;
  }
  return kept.all();
}

RankMemory rank_memory(const Transformer& model, const RankChoices& choices,
                       const MemoryOverhead& overhead) {
  RankMemory rank{rank_shape(model, choices),
                  padded_vocabulary(model, choices.tensor_par),
                  ends_with_experts(model),
                  {}};
  for (const bool experts : {false, true}) {
    if (experts && model.details.num_experts == 0) {
      continue;
    }
    const std::size_t kind = experts ? 1 : 0;
    const KeptTensors tensors = kept_tensors(model, choices, rank.shape, overhead, experts);
    rank.parameters[kind] = block_parameters(model, rank.shape, experts);
    rank.whole[kind] = tensors.all();
    rank.kept[kind] = kept_bytes(tensors, choices, rank.shape.latent, experts);
  }
  return rank;
}

}  // namespace calculon
