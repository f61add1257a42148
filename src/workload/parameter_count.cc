#include "calculon/workload/parameter_count.h"

#include "calculon/base/input_error.h"

namespace calculon {
namespace {

// A number of parameters, whose sums and products are exact or refused.
class Parameters {
 public:
  Parameters(std::int64_t value) : value_(value) {}  // NOLINT: numbers are what it is made of

  friend Parameters operator+(Parameters a, Parameters b) {
    std::int64_t sum = 0;
    return __builtin_add_overflow(a.value_, b.value_, &sum) ? too_many() : sum;
  }
  friend Parameters operator*(Parameters a, Parameters b) {
    std::int64_t product = 0;
    return __builtin_mul_overflow(a.value_, b.value_, &product) ? too_many() : product;
  }
  std::int64_t value() const { return value_; }

 private:
  [[noreturn]] static Parameters too_many() {
    throw InputError("the model has 2^63 parameters or more, which are not counted");
  }

  std::int64_t value_;
};

// The sizes that the parts below share.
struct Sizes {
  explicit Sizes(const Transformer& transformer)
      : model(transformer),
        hidden(transformer.hidden),
        heads(transformer.attn_heads),
        head_size(transformer.attn_size),
        kv_heads(transformer.kv_heads()) {}

  Parameters norm(Parameters width) const {
    return width * (model.details.norm_kind == NormKind::kLayerNorm ? 2 : 1);
  }

  const Transformer& model;
  Parameters hidden;
  Parameters heads;
  Parameters head_size;
  Parameters kv_heads;
};

// Which of the attention's layers have biases; latent attention has none unless it is said.
AttentionBias attention_bias(const ModelDetails& details) {
  if (details.attn_bias != AttentionBias::kAsLinear) {
    return details.attn_bias;
  }
  const bool mha = details.attn_kind == AttentionKind::kMha;
  return details.linear_bias && mha ? AttentionBias::kAll : AttentionBias::kNone;
}

Parameters biases(const Sizes& sizes, Parameters of_queries_keys_values) {
  switch (attention_bias(sizes.model.details)) {
    case AttentionBias::kAll:
      return of_queries_keys_values + sizes.hidden;
    case AttentionBias::kQkv:
      return of_queries_keys_values;
    case AttentionBias::kAsLinear:
    case AttentionBias::kNone:
      break;
  }
  return 0;
}

Parameters grouped_attention(const Sizes& sizes) {
  const Parameters queries = sizes.heads * sizes.head_size;
  const Parameters keys_and_values = Parameters(2) * sizes.kv_heads * sizes.head_size;
  const Parameters qk_norms =
      sizes.model.details.qk_norm ? Parameters(2) * sizes.norm(sizes.head_size) : 0;
  return sizes.hidden * (queries + keys_and_values) + queries * sizes.hidden +
         biases(sizes, queries + keys_and_values) + qk_norms;
}

// Queries, keys and values come out of latents with an RMSNorm each; biases stand at the layers
// that make the latents.
Parameters latent_attention(const Sizes& sizes) {
  const ModelDetails& details = sizes.model.details;
  const Parameters query_rank = details.mla_q_rank;
  const Parameters kv_rank = details.mla_kv_rank;
  const Parameters query_size = Parameters(details.mla_nope_size) + details.mla_rope_size;
  const Parameters kv_size = Parameters(details.mla_nope_size) + details.mla_value_size;
  const Parameters queries = details.mla_q_rank > 0 ? sizes.hidden * query_rank + query_rank +
                                                          query_rank * sizes.heads * query_size
                                                    : sizes.hidden * sizes.heads * query_size;
  const Parameters latents = kv_rank + details.mla_rope_size;
  const Parameters keys_and_values =
      sizes.hidden * latents + kv_rank + kv_rank * sizes.heads * kv_size;
  return queries + keys_and_values + sizes.heads * details.mla_value_size * sizes.hidden +
         biases(sizes, query_rank + latents);
}

Parameters attention(const Sizes& sizes) {
  const ModelDetails& details = sizes.model.details;
  const Parameters sinks = details.attn_sinks ? sizes.heads : 0;
  return sinks + (details.attn_kind == AttentionKind::kMla ? latent_attention(sizes)
                                                           : grouped_attention(sizes));
}

// An MLP of any width, an expert too.
Parameters mlp(const Sizes& sizes, Parameters width) {
  const ModelDetails& details = sizes.model.details;
  const Parameters inner = width * (details.mlp_gated ? 2 : 1);
  const Parameters weights = sizes.hidden * inner + width * sizes.hidden;
  return details.linear_bias ? weights + inner + sizes.hidden : weights;
}

Parameters block_norms(const Sizes& sizes) {
  return Parameters(sizes.model.details.norms_per_block) * sizes.norm(sizes.hidden);
}

BlockParameters dense_block(const Sizes& sizes, std::int64_t num_blocks) {
  BlockParameters block;
  block.num_blocks = num_blocks;
  block.attention = attention(sizes).value();
  block.mlp = mlp(sizes, sizes.model.feedforward).value();
  block.norms = block_norms(sizes).value();
  block.total = (Parameters(block.attention) + block.mlp + block.norms).value();
  block.active = block.total;
  return block;
}

BlockParameters mixture_block(const Sizes& sizes, std::int64_t num_blocks) {
  const ModelDetails& details = sizes.model.details;
  const Parameters expert = mlp(sizes, sizes.model.expert_feedforward());
  const Parameters gate = details.moe_shared_gate ? sizes.hidden : 0;
  BlockParameters block;
  block.mixture = true;
  block.num_blocks = num_blocks;
  block.attention = attention(sizes).value();
  block.experts = (expert * details.num_experts).value();
  if (details.moe_shared_feedforward > 0) {
    block.shared = (mlp(sizes, details.moe_shared_feedforward) + gate).value();
  }
  block.router =
      (Parameters(details.num_experts) * (sizes.hidden + (details.moe_router_bias ? 1 : 0)))
          .value();
  block.norms = block_norms(sizes).value();
  const Parameters always = Parameters(block.attention) + block.shared + block.router + block.norms;
  block.total = (always + block.experts).value();
  block.active = (always + expert * details.top_k_experts).value();
  return block;
}

// What one depth of prediction has besides its block: the layer that joins two hidden states, and
// three norms. The block is of the kind of the last one.
Parameters prediction(const Sizes& sizes) {
  const std::int64_t depths = sizes.model.details.mtp_blocks;
  if (depths == 0) {
    return 0;
  }
  const BlockParameters block =
      ends_with_experts(sizes.model) ? mixture_block(sizes, 1) : dense_block(sizes, 1);
  constexpr std::int64_t kNorms = 3;
  return Parameters(depths) *
         (Parameters(block.total) + Parameters(2) * sizes.hidden * sizes.hidden +
          Parameters(kNorms) * sizes.norm(sizes.hidden));
}

void count_outside_blocks(const Sizes& sizes, ModelParameters& count) {
  const ModelDetails& details = sizes.model.details;
  if (details.vocab_size > 0) {
    count.embedding = (sizes.hidden * details.vocab_size).value();
    count.head = details.tie_embeddings ? 0 : count.embedding;
    if (details.position_embedding == PositionEmbedding::kLearned) {
      count.positions = (sizes.hidden * sizes.model.positions()).value();
    }
  }
  const int norms = (details.final_norm ? 1 : 0) + (details.embedding_norm ? 1 : 0);
  count.norms = (sizes.norm(sizes.hidden) * norms).value();
}

}  // namespace

ModelParameters count_parameters(const Transformer& transformer) {
  const Sizes sizes(transformer);
  ModelParameters count;
  count_outside_blocks(sizes, count);
  const std::int64_t mixtures = expert_blocks(transformer);
  if (mixtures < transformer.num_blocks) {
    count.blocks.push_back(dense_block(sizes, transformer.num_blocks - mixtures));
  }
  if (mixtures > 0) {
    count.blocks.push_back(mixture_block(sizes, mixtures));
  }
  Parameters total = Parameters(count.embedding) + count.head + count.positions + count.norms;
  Parameters active = total;
  for (const BlockParameters& block : count.blocks) {
    total = total + Parameters(block.total) * block.num_blocks;
    active = active + Parameters(block.active) * block.num_blocks;
  }
  count.total = total.value();
  count.active = active.value();
  count.prediction = prediction(sizes).value();
  return count;
}

double padded_vocabulary(const Transformer& model, std::int64_t tensor_par) {
  const std::int64_t step = model.details.vocab_pad_multiple * tensor_par;
  const std::int64_t steps = (model.details.vocab_size + step - 1) / step;
  return static_cast<double>(steps) * static_cast<double>(step);
}

}  // namespace calculon
