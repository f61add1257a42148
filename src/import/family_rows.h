#pragma once

#include <array>

#include "import/family.h"

// What each family calls its quantities and what holds without the key, from the public
// documentation and code of their configurations.
namespace calculon::family_rows {

using enum Quantity;
using Kind = Fallback::Kind;

inline constexpr Fallback kNeeded = Kind::kRequired;
inline constexpr Fallback kAsHeads = Kind::kHeads;
inline constexpr Fallback kWidthOfHead = Kind::kHeadWidth;
inline constexpr Fallback kFour = Kind::kFourHidden;

// What holds of a decoder where a family has no row: RMSNorm, gated MLP, rotary positions, no
// biases.
inline constexpr std::array kDecoderRows = {
    FamilyRow{kHidden, "hidden_size", kNeeded},
    FamilyRow{kFeedforward, "intermediate_size", kNeeded},
    FamilyRow{kBlocks, "num_hidden_layers", kNeeded},
    FamilyRow{kHeads, "num_attention_heads", kNeeded},
    FamilyRow{kKvHeads, "num_key_value_heads", kAsHeads, kAsHeads},
    FamilyRow{kHeadSize, "head_dim", kWidthOfHead, kWidthOfHead},
    FamilyRow{kVocabulary, "vocab_size", kNeeded},
    FamilyRow{kPositions, "max_position_embeddings", 2048},
    FamilyRow{kTied, "tie_word_embeddings", 0},
    FamilyRow{kEmbeddingWidth, "", Kind::kHidden},
    FamilyRow{kLearnedPositions, "", 0},
    FamilyRow{kExtraPositions, "", 0},
    FamilyRow{kAlibi, "", 0},
    FamilyRow{kEmbeddingNorm, "", 0},
    FamilyRow{kFinalNorm, "", 1},
    FamilyRow{kLayerNorm, "", 0},
    FamilyRow{kNorms, "", 2},
    FamilyRow{kGated, "", 1},
    FamilyRow{kQkvBias, "", 0},
    FamilyRow{kOutputBias, "", 0},
    FamilyRow{kMlpBias, "", 0},
    FamilyRow{kQkNorm, "", 0},
    FamilyRow{kSinks, "", 0},
    FamilyRow{kMultiQuery, "", 0},
    FamilyRow{kGroupedDecoder, "", 1},
    FamilyRow{kParallelBlock, "", 0},
    FamilyRow{kParallelNorms, "", 2},
    FamilyRow{kLatent, "", 0},
    FamilyRow{kQueryRank, "", 0},
    FamilyRow{kKvRank, "", 0},
    FamilyRow{kNopeSize, "", 0},
    FamilyRow{kRopeSize, "", 0},
    FamilyRow{kValueSize, "", 0},
    FamilyRow{kExperts, "", 0},
    FamilyRow{kTopExperts, "", 0},
    FamilyRow{kExpertWidth, "", 0},
    FamilyRow{kSharedExperts, "", 0},
    FamilyRow{kSharedWidth, "", 0},
    FamilyRow{kSharedGate, "", 0},
    FamilyRow{kRouterBias, "", 0},
    FamilyRow{kFirstDense, "", 0},
    FamilyRow{kMixtureStep, "", 1},
    FamilyRow{kMixtureOffset, "", 0},
    FamilyRow{kDenseBlocks, "", 0},
    FamilyRow{kMixtureBlocks, "", 0},
    FamilyRow{kWindow, "", 0},
    FamilyRow{kUsesWindow, "", 1},
    FamilyRow{kWindowPeriod, "", 0},
    FamilyRow{kFullBlocks, "", 0},
    FamilyRow{kBlockKinds, "", 0},
    FamilyRow{kWindowFlags, "", 0},
    FamilyRow{kPredictionBlocks, "", 0},
};

inline constexpr std::array kLlamaRows = {
    FamilyRow{kHidden, "hidden_size", 4096},
    FamilyRow{kFeedforward, "intermediate_size", 11008},
    FamilyRow{kBlocks, "num_hidden_layers", 32},
    FamilyRow{kHeads, "num_attention_heads", 32},
    FamilyRow{kVocabulary, "vocab_size", 32000},
    FamilyRow{kQkvBias, "attention_bias", 0},
    FamilyRow{kOutputBias, "attention_bias", 0},
    FamilyRow{kMlpBias, "mlp_bias", 0},
};

inline constexpr std::array kMistralRows = {
    FamilyRow{kHidden, "hidden_size", 4096},
    FamilyRow{kFeedforward, "intermediate_size", 14336},
    FamilyRow{kBlocks, "num_hidden_layers", 32},
    FamilyRow{kHeads, "num_attention_heads", 32},
    FamilyRow{kKvHeads, "num_key_value_heads", 8, kAsHeads},
    FamilyRow{kVocabulary, "vocab_size", 32000},
    FamilyRow{kPositions, "max_position_embeddings", 131072},
    FamilyRow{kWindow, "sliding_window", 4096, 0},
};

inline constexpr std::array kMixtralRows = {
    FamilyRow{kWindow, "sliding_window", 0, 0},
    FamilyRow{kExperts, "num_local_experts|num_experts", 8},
    FamilyRow{kTopExperts, "num_experts_per_tok", 2},
    FamilyRow{kExpertWidth, "intermediate_size", 14336},
};

inline constexpr std::array kQwen2Rows = {
    FamilyRow{kHidden, "hidden_size", 4096},
    FamilyRow{kFeedforward, "intermediate_size", 22016},
    FamilyRow{kBlocks, "num_hidden_layers", 32},
    FamilyRow{kHeads, "num_attention_heads", 32},
    FamilyRow{kKvHeads, "num_key_value_heads", 32, kAsHeads},
    FamilyRow{kVocabulary, "vocab_size", 151936},
    FamilyRow{kPositions, "max_position_embeddings", 32768},
    FamilyRow{kQkvBias, "", 1},
    FamilyRow{kWindow, "sliding_window", 4096, 0},
    FamilyRow{kUsesWindow, "use_sliding_window", 0},
    FamilyRow{kFullBlocks, "max_window_layers", 28},
    FamilyRow{kBlockKinds, "layer_types", 0, 0},
};

inline constexpr std::array kQwen2MoeRows = {
    FamilyRow{kHidden, "hidden_size", 2048},
    FamilyRow{kFeedforward, "intermediate_size", 5632},
    FamilyRow{kBlocks, "num_hidden_layers", 24},
    FamilyRow{kHeads, "num_attention_heads", 16},
    FamilyRow{kKvHeads, "num_key_value_heads", 16, kAsHeads},
    FamilyRow{kQkvBias, "qkv_bias", 1},
    FamilyRow{kExperts, "num_experts", 60},
    FamilyRow{kTopExperts, "num_experts_per_tok", 4},
    FamilyRow{kExpertWidth, "moe_intermediate_size", 1408},
    FamilyRow{kSharedWidth, "shared_expert_intermediate_size", 5632},
    FamilyRow{kSharedGate, "", 1},
    FamilyRow{kMixtureStep, "decoder_sparse_step", 1},
    FamilyRow{kMixtureOffset, "", 1},
    FamilyRow{kDenseBlocks, "mlp_only_layers", 0, 0},
};

inline constexpr std::array kQwen3Rows = {
    FamilyRow{kHeadSize, "head_dim", 128, kWidthOfHead},
    FamilyRow{kQkvBias, "attention_bias", 0},
    FamilyRow{kOutputBias, "attention_bias", 0},
    FamilyRow{kQkNorm, "", 1},
};

inline constexpr std::array kQwen3MoeRows = {
    FamilyRow{kHidden, "hidden_size", 2048},
    FamilyRow{kFeedforward, "intermediate_size", 6144},
    FamilyRow{kBlocks, "num_hidden_layers", 24},
    FamilyRow{kKvHeads, "num_key_value_heads", 4, kAsHeads},
    FamilyRow{kHeadSize, "head_dim", kWidthOfHead, kWidthOfHead},
    FamilyRow{kExperts, "num_experts|num_local_experts", 128},
    FamilyRow{kTopExperts, "num_experts_per_tok", 8},
    FamilyRow{kExpertWidth, "moe_intermediate_size", 768},
    FamilyRow{kMixtureStep, "decoder_sparse_step", 1},
    FamilyRow{kMixtureOffset, "", 1},
    FamilyRow{kDenseBlocks, "mlp_only_layers", 0, 0},
};

inline constexpr std::array kDeepseekV2Rows = {
    FamilyRow{kHidden, "hidden_size", 4096},
    FamilyRow{kFeedforward, "intermediate_size", 11008},
    FamilyRow{kBlocks, "num_hidden_layers", 32},
    FamilyRow{kHeads, "num_attention_heads", 32},
    FamilyRow{kKvHeads, "", kAsHeads},
    FamilyRow{kHeadSize, "", 1},  // that of the values, see below
    FamilyRow{kVocabulary, "vocab_size", 32000},
    FamilyRow{kQkvBias, "attention_bias", 0},
    FamilyRow{kOutputBias, "attention_bias", 0},
    FamilyRow{kLatent, "", 1},
    FamilyRow{kQueryRank, "q_lora_rank", 1536, 0},
    FamilyRow{kKvRank, "kv_lora_rank", 512},
    FamilyRow{kNopeSize, "qk_nope_head_dim", 128},
    FamilyRow{kRopeSize, "qk_rope_head_dim", 64},
    FamilyRow{kValueSize, "v_head_dim", 128},
    FamilyRow{kExperts, "n_routed_experts|num_local_experts", 64, 0},
    FamilyRow{kTopExperts, "num_experts_per_tok", kNeeded},
    FamilyRow{kExpertWidth, "moe_intermediate_size", 1407},
    FamilyRow{kSharedExperts, "n_shared_experts", 2, 0},
    FamilyRow{kFirstDense, "first_k_dense_replace", 0},
    FamilyRow{kMixtureStep, "moe_layer_freq", 1},
};

inline constexpr std::array kDeepseekV3Rows = {
    FamilyRow{kHidden, "hidden_size", 7168},
    FamilyRow{kFeedforward, "intermediate_size", 18432},
    FamilyRow{kBlocks, "num_hidden_layers", 61},
    FamilyRow{kHeads, "num_attention_heads", 128},
    FamilyRow{kVocabulary, "vocab_size", 129280},
    FamilyRow{kPositions, "max_position_embeddings", 4096},
    FamilyRow{kExperts, "n_routed_experts|num_local_experts", 256, 0},
    FamilyRow{kTopExperts, "num_experts_per_tok", 8},
    FamilyRow{kExpertWidth, "moe_intermediate_size", 2048},
    FamilyRow{kSharedExperts, "n_shared_experts", 1, 0},
    FamilyRow{kRouterBias, "", 1},
    FamilyRow{kFirstDense, "first_k_dense_replace", 3},
    FamilyRow{kPredictionBlocks, "num_nextn_predict_layers", 0, 0},
};

inline constexpr std::array kGlm4MoeRows = {
    FamilyRow{kHidden, "hidden_size", 4096},
    FamilyRow{kFeedforward, "intermediate_size", 10944},
    FamilyRow{kBlocks, "num_hidden_layers", 46},
    FamilyRow{kHeads, "num_attention_heads", 96},
    FamilyRow{kKvHeads, "num_key_value_heads", 8, kAsHeads},
    FamilyRow{kVocabulary, "vocab_size", 151552},
    FamilyRow{kPositions, "max_position_embeddings", 131072},
    FamilyRow{kQkvBias, "attention_bias", 0},
    FamilyRow{kQkNorm, "use_qk_norm", 0},
    FamilyRow{kExperts, "n_routed_experts", 128},
    FamilyRow{kTopExperts, "num_experts_per_tok", 8},
    FamilyRow{kExpertWidth, "moe_intermediate_size", 1408},
    FamilyRow{kSharedExperts, "n_shared_experts", 1, 0},
    FamilyRow{kRouterBias, "", 1},
    FamilyRow{kFirstDense, "first_k_dense_replace", 1},
    FamilyRow{kMixtureStep, "moe_layer_freq", 1},
    FamilyRow{kPredictionBlocks, "num_nextn_predict_layers", 0, 0},
};

inline constexpr std::array kGptOssRows = {
    FamilyRow{kHidden, "hidden_size", 2880},
    FamilyRow{kFeedforward, "intermediate_size", 2880},
    FamilyRow{kBlocks, "num_hidden_layers", 36},
    FamilyRow{kHeads, "num_attention_heads", 64},
    FamilyRow{kKvHeads, "num_key_value_heads", 8, kAsHeads},
    FamilyRow{kHeadSize, "head_dim", 64, kWidthOfHead},
    FamilyRow{kVocabulary, "vocab_size", 201088},
    FamilyRow{kPositions, "max_position_embeddings", 131072},
    FamilyRow{kQkvBias, "attention_bias", 1},
    FamilyRow{kOutputBias, "attention_bias", 1},
    FamilyRow{kMlpBias, "", 1},
    FamilyRow{kSinks, "", 1},
    FamilyRow{kExperts, "num_local_experts|num_experts", 128},
    FamilyRow{kTopExperts, "num_experts_per_tok|experts_per_token", 4},
    FamilyRow{kExpertWidth, "intermediate_size", 2880},
    FamilyRow{kRouterBias, "", 1},
    FamilyRow{kWindow, "sliding_window", 128, 0},
    FamilyRow{kWindowPeriod, "", 2},
    FamilyRow{kBlockKinds, "layer_types", 0, 0},
};

inline constexpr std::array kLlama4Rows = {
    FamilyRow{kHidden, "hidden_size", 5120},
    FamilyRow{kFeedforward, "intermediate_size_mlp", 16384},
    FamilyRow{kBlocks, "num_hidden_layers", 48},
    FamilyRow{kHeads, "num_attention_heads", 40},
    FamilyRow{kKvHeads, "num_key_value_heads", 8, kAsHeads},
    FamilyRow{kHeadSize, "head_dim", 128, kWidthOfHead},
    FamilyRow{kVocabulary, "vocab_size", 202048},
    FamilyRow{kPositions, "max_position_embeddings", 131072},
    FamilyRow{kQkvBias, "attention_bias", 0},
    FamilyRow{kOutputBias, "attention_bias", 0},
    FamilyRow{kExperts, "num_local_experts|num_experts", 16},
    FamilyRow{kTopExperts, "num_experts_per_tok", 1},
    FamilyRow{kExpertWidth, "intermediate_size", 8192},
    FamilyRow{kSharedExperts, "", 1},
    FamilyRow{kMixtureStep, "interleave_moe_layer_step", 1},
    FamilyRow{kMixtureOffset, "", 1},
    FamilyRow{kMixtureBlocks, "moe_layers", 0, 0},
    FamilyRow{kWindow, "attention_chunk_size", 8192, 0},
    FamilyRow{kWindowPeriod, "no_rope_layer_interval", 4},
    FamilyRow{kBlockKinds, "layer_types", 0, 0},
    FamilyRow{kWindowFlags, "no_rope_layers", 0, 0},
};

inline constexpr std::array kGemma2Rows = {
    FamilyRow{kHidden, "hidden_size", 2304},
    FamilyRow{kFeedforward, "intermediate_size", 9216},
    FamilyRow{kBlocks, "num_hidden_layers", 26},
    FamilyRow{kHeads, "num_attention_heads", 8},
    FamilyRow{kKvHeads, "num_key_value_heads", 4},
    FamilyRow{kHeadSize, "head_dim", 256},
    FamilyRow{kVocabulary, "vocab_size", 256000},
    FamilyRow{kPositions, "max_position_embeddings", 8192},
    FamilyRow{kTied, "tie_word_embeddings", 1},
    FamilyRow{kNorms, "", 4},
    FamilyRow{kQkvBias, "attention_bias", 0},
    FamilyRow{kOutputBias, "attention_bias", 0},
    FamilyRow{kWindow, "sliding_window", 4096, 0},
    FamilyRow{kWindowPeriod, "", 2},
    FamilyRow{kBlockKinds, "layer_types", 0, 0},
};

inline constexpr std::array kGemma3Rows = {
    FamilyRow{kVocabulary, "vocab_size", 262208},
    FamilyRow{kPositions, "max_position_embeddings", 131072},
    FamilyRow{kQkNorm, "", 1},
    FamilyRow{kWindowPeriod, "sliding_window_pattern|_sliding_window_pattern", 6},
};

inline constexpr std::array kPhi3Rows = {
    FamilyRow{kHidden, "hidden_size", 3072},
    FamilyRow{kFeedforward, "intermediate_size", 8192},
    FamilyRow{kBlocks, "num_hidden_layers", 32},
    FamilyRow{kHeads, "num_attention_heads", 32},
    FamilyRow{kVocabulary, "vocab_size", 32064},
    FamilyRow{kPositions, "max_position_embeddings", 4096},
    FamilyRow{kWindow, "sliding_window", 0, 0},
};

inline constexpr std::array kNemotronRows = {
    FamilyRow{kHidden, "hidden_size", 6144},
    FamilyRow{kFeedforward, "intermediate_size", 24576},
    FamilyRow{kBlocks, "num_hidden_layers", 32},
    FamilyRow{kHeads, "num_attention_heads", 48},
    FamilyRow{kVocabulary, "vocab_size", 256000},
    FamilyRow{kPositions, "max_position_embeddings", 4096},
    FamilyRow{kLayerNorm, "", 1},
    FamilyRow{kGated, "", 0},
    FamilyRow{kQkvBias, "attention_bias", 0},
    FamilyRow{kOutputBias, "attention_bias", 0},
    FamilyRow{kMlpBias, "mlp_bias", 0},
};

// The shape of GPT-2, which several took over: LayerNorm, a plain MLP, biases everywhere.
inline constexpr std::array kGptRows = {
    FamilyRow{kKvHeads, "", kAsHeads},
    FamilyRow{kHeadSize, "", kWidthOfHead},
    FamilyRow{kTied, "tie_word_embeddings", 1},
    FamilyRow{kLayerNorm, "", 1},
    FamilyRow{kGated, "", 0},
    FamilyRow{kQkvBias, "", 1},
    FamilyRow{kOutputBias, "", 1},
    FamilyRow{kMlpBias, "", 1},
};

inline constexpr std::array kGpt2Rows = {
    FamilyRow{kHidden, "n_embd|hidden_size", 768},
    FamilyRow{kFeedforward, "n_inner", kFour, kFour},
    FamilyRow{kBlocks, "n_layer|num_hidden_layers", 12},
    FamilyRow{kHeads, "n_head|num_attention_heads", 12},
    FamilyRow{kVocabulary, "vocab_size", 50257},
    FamilyRow{kPositions, "n_positions|max_position_embeddings", 1024},
    FamilyRow{kLearnedPositions, "", 1},
};

inline constexpr std::array kGptNeoxRows = {
    FamilyRow{kHidden, "hidden_size", 6144},
    FamilyRow{kFeedforward, "intermediate_size", 24576},
    FamilyRow{kBlocks, "num_hidden_layers", 44},
    FamilyRow{kHeads, "num_attention_heads", 64},
    FamilyRow{kVocabulary, "vocab_size", 50432},
    FamilyRow{kTied, "tie_word_embeddings", 0},
    FamilyRow{kQkvBias, "attention_bias", 1},
    FamilyRow{kOutputBias, "attention_bias", 1},
};

inline constexpr std::array kFalconRows = {
    FamilyRow{kHidden, "hidden_size", 4544},
    FamilyRow{kFeedforward, "ffn_hidden_size", kFour, kFour},
    FamilyRow{kBlocks, "num_hidden_layers|n_layer", 32},
    FamilyRow{kHeads, "num_attention_heads|n_head", 71},
    FamilyRow{kKvHeads, "num_kv_heads|n_head_kv", kAsHeads, kAsHeads},
    FamilyRow{kVocabulary, "vocab_size", 65024},
    FamilyRow{kQkvBias, "bias", 0},
    FamilyRow{kOutputBias, "bias", 0},
    FamilyRow{kMlpBias, "bias", 0},
    FamilyRow{kMultiQuery, "multi_query", 1},
    FamilyRow{kGroupedDecoder, "new_decoder_architecture", 0},
    FamilyRow{kParallelBlock, "parallel_attn", 1},
    FamilyRow{kParallelNorms, "num_ln_in_parallel_attn", 0, 0},
    FamilyRow{kAlibi, "alibi", 0},
};

inline constexpr std::array kBloomRows = {
    FamilyRow{kHidden, "hidden_size|n_embed", 64},
    FamilyRow{kFeedforward, "n_inner", kFour, kFour},
    FamilyRow{kBlocks, "n_layer|num_hidden_layers", 2},
    FamilyRow{kHeads, "n_head|num_attention_heads", 8},
    FamilyRow{kVocabulary, "vocab_size", 250880},
    FamilyRow{kPositions, "seq_length", 2048},
    FamilyRow{kEmbeddingNorm, "", 1},
    FamilyRow{kAlibi, "", 1},
};

inline constexpr std::array kOptRows = {
    FamilyRow{kHidden, "hidden_size|d_model", 768},
    FamilyRow{kFeedforward, "ffn_dim", 3072},
    FamilyRow{kBlocks, "num_hidden_layers", 12},
    FamilyRow{kHeads, "num_attention_heads", 12},
    FamilyRow{kVocabulary, "vocab_size", 50272},
    FamilyRow{kEmbeddingWidth, "word_embed_proj_dim", Kind::kHidden, Kind::kHidden},
    FamilyRow{kLearnedPositions, "", 1},
    FamilyRow{kExtraPositions, "", 2},
    FamilyRow{kFinalNorm, "do_layer_norm_before", 1},
    FamilyRow{kQkvBias, "enable_bias", 1},
    FamilyRow{kOutputBias, "enable_bias", 1},
    FamilyRow{kMlpBias, "enable_bias", 1},
};

inline constexpr std::array kGrokRows = {
    FamilyRow{kKvHeads, "num_key_value_heads", kNeeded},
    FamilyRow{kTied, "tie_word_embeddings", kNeeded},
    FamilyRow{kNorms, "", 4},
    FamilyRow{kExperts, "num_experts|num_local_experts", kNeeded},
    FamilyRow{kTopExperts, "num_experts_per_tok", kNeeded},
    FamilyRow{kExpertWidth, "intermediate_size", kNeeded},
};

}  // namespace calculon::family_rows
