#pragma once

#include <cstdint>
#include <tuple>

#include "calculon/base/enum_names.h"
#include "calculon/base/field.h"

namespace calculon {

// What a modern model says beyond the six counts of a Transformer, a part for each thing that it
// describes. A model file may have any of these keys; the values here are what holds without them,
// and where 0 stands for another key's value, the comment says so. The published models know none
// of them (unused_details()).

enum class AttentionKind { kMha, kMla };
enum class AttentionBias { kAsLinear, kNone, kQkv, kAll };
enum class PositionEmbedding { kLearned, kRope, kNone };
enum class NormKind { kLayerNorm, kRmsNorm };

template <>
struct EnumNames<AttentionKind> {
  static constexpr std::array<std::string_view, 2> kNames = {"mha", "mla"};
};
template <>
struct EnumNames<AttentionBias> {
  static constexpr std::array<std::string_view, 4> kNames = {"as_linear", "none", "qkv", "all"};
};
template <>
struct EnumNames<PositionEmbedding> {
  static constexpr std::array<std::string_view, 3> kNames = {"learned", "rope", "none"};
};
template <>
struct EnumNames<NormKind> {
  static constexpr std::array<std::string_view, 2> kNames = {"layernorm", "rmsnorm"};
};

// The embedding in front of the blocks, the head behind them and the loss.
struct VocabularyDetails {
  std::int64_t vocab_size = 0;
  std::int64_t vocab_pad_multiple = 128;
  bool tie_embeddings = true;
  PositionEmbedding position_embedding = PositionEmbedding::kLearned;
  std::int64_t max_positions = -1;  // -1: seq_size
  bool embedding_norm = false;
  bool final_norm = true;

  bool operator==(const VocabularyDetails&) const = default;
};

struct AttentionDetails {
  std::int64_t attn_kv_heads = 0;  // 0: attn_heads
  AttentionKind attn_kind = AttentionKind::kMha;
  std::int64_t mla_q_rank = 0;
  std::int64_t mla_kv_rank = 0;
  std::int64_t mla_nope_size = 0;
  std::int64_t mla_rope_size = 0;
  std::int64_t mla_value_size = 0;
  bool qk_norm = false;
  AttentionBias attn_bias = AttentionBias::kAsLinear;
  bool attn_sinks = false;
  bool causal = true;
  double attn_dropout = 0;
  std::int64_t attn_window = 0;
  std::int64_t attn_window_period = 0;

  bool operator==(const AttentionDetails&) const = default;
};

struct BlockDetails {
  NormKind norm_kind = NormKind::kLayerNorm;
  std::int64_t norms_per_block = 2;
  bool linear_bias = true;
  bool mlp_gated = false;
  double hidden_dropout = 0;
  std::int64_t mtp_blocks = 0;

  bool operator==(const BlockDetails&) const = default;
};

struct ExpertDetails {
  std::int64_t num_experts = 0;
  std::int64_t top_k_experts = 0;
  std::int64_t moe_feedforward = 0;  // 0: feedforward
  std::int64_t moe_shared_feedforward = 0;
  std::int64_t moe_first_dense_blocks = 0;
  std::int64_t moe_block_period = 1;
  bool moe_router_bias = false;
  bool moe_shared_gate = false;

  bool operator==(const ExpertDetails&) const = default;
};

struct ModelDetails : VocabularyDetails, AttentionDetails, BlockDetails, ExpertDetails {
  bool operator==(const ModelDetails&) const = default;
};

inline constexpr std::tuple kModelDetailFields = [] {
  using M = ModelDetails;
  return std::tuple{
      typed_field<M>("vocab_size", &M::vocab_size,
                     "words of the vocabulary; 0: no embedding, no head, no loss"),
      typed_field<M>("vocab_pad_multiple", &M::vocab_pad_multiple,
                     "the vocabulary is padded to a multiple of this times the tensor degree"),
      typed_field<M>("tie_embeddings", &M::tie_embeddings, "the head uses the embedding's matrix"),
      typed_field<M>("position_embedding", &M::position_embedding,
                     "how positions enter; a learned table has parameters"),
      typed_field<M>("max_positions", &M::max_positions, "rows of the learned table"),
      typed_field<M>("embedding_norm", &M::embedding_norm, "a norm behind the embedding"),
      typed_field<M>("final_norm", &M::final_norm, "a norm behind the last block"),
      typed_field<M>("attn_kv_heads", &M::attn_kv_heads, "key/value heads; 1: multi-query"),
      typed_field<M>("attn_kind", &M::attn_kind, "heads with grouped keys, or latent attention"),
      typed_field<M>("mla_q_rank", &M::mla_q_rank, "rank of queries; 0: not compressed"),
      typed_field<M>("mla_kv_rank", &M::mla_kv_rank, "rank of keys and values"),
      typed_field<M>("mla_nope_size", &M::mla_nope_size, "width per head without position"),
      typed_field<M>("mla_rope_size", &M::mla_rope_size, "width with position"),
      typed_field<M>("mla_value_size", &M::mla_value_size, "width of a head's values"),
      typed_field<M>("qk_norm", &M::qk_norm, "norms of query and key"),
      typed_field<M>("attn_bias", &M::attn_bias,
                     "which linear layers of the attention have biases; as_linear: as linear_bias "
                     "says, none of latent attention"),
      typed_field<M>("attn_sinks", &M::attn_sinks, "a learned score per head beside the keys'"),
      typed_field<M>("causal", &M::causal, "a token sees those before it only"),
      typed_field<M>("attn_dropout", &M::attn_dropout, "share of scores dropped in training"),
      typed_field<M>("attn_window", &M::attn_window,
                     "tokens that a query sees in blocks with a sliding window; 0: all"),
      typed_field<M>("attn_window_period", &M::attn_window_period,
                     "every so many-th block attends to everything; 0: none does"),
      typed_field<M>("norm_kind", &M::norm_kind, "with or without a bias"),
      typed_field<M>("norms_per_block", &M::norms_per_block,
                     "norms of the hidden state in a block"),
      typed_field<M>("linear_bias", &M::linear_bias, "linear layers have biases"),
      typed_field<M>("mlp_gated", &M::mlp_gated, "gated MLP of three matrices, experts too"),
      typed_field<M>("hidden_dropout", &M::hidden_dropout,
                     "share of the hidden state dropped in training"),
      typed_field<M>("mtp_blocks", &M::mtp_blocks,
                     "depths of multi-token prediction behind the last block"),
      typed_field<M>("num_experts", &M::num_experts, "experts of a block; 0: a dense model"),
      typed_field<M>("top_k_experts", &M::top_k_experts, "experts of a token"),
      typed_field<M>("moe_feedforward", &M::moe_feedforward, "width of one expert"),
      typed_field<M>("moe_shared_feedforward", &M::moe_shared_feedforward,
                     "width of all shared experts together"),
      typed_field<M>("moe_first_dense_blocks", &M::moe_first_dense_blocks,
                     "blocks at the beginning that have no experts"),
      typed_field<M>("moe_block_period", &M::moe_block_period,
                     "of the rest, every so many-th block has experts"),
      typed_field<M>("moe_router_bias", &M::moe_router_bias,
                     "a number per expert beside the router's scores"),
      typed_field<M>("moe_shared_gate", &M::moe_shared_gate,
                     "the shared experts' output is weighted by a gate"),
  };
}();

}  // namespace calculon
