// What is known of families that are wrapped or not modelled.
#include <algorithm>
#include <array>

#include "import/family.h"

namespace calculon {
namespace {

constexpr std::array kWrappers = {
    Wrapper{"llama4", "llama4_text"},     Wrapper{"gemma3", "gemma3_text"},
    Wrapper{"mistral3", "mistral"},       Wrapper{"qwen2_5_vl", "qwen2_5_vl_text"},
    Wrapper{"qwen3_vl", "qwen3_vl_text"}, Wrapper{"qwen3_vl_moe", "qwen3_vl_moe_text"},
    Wrapper{"kimi_k25", "kimi_k2"},       Wrapper{"kimi_k3", "kimi_linear"},
    Wrapper{"gemma4", "gemma4_text"},     Wrapper{"qwen3_5_moe", "qwen3_5_moe_text"},
};

constexpr std::array kUnmodelledFamilies = {
    UnmodelledFamily{"deepseek_v32|glm_moe_dsa", "sparse attention by an indexer"},
    UnmodelledFamily{"deepseek_v4", "compressed attention with hyper-connections"},
    UnmodelledFamily{"qwen3_next|qwen3_5|qwen3_5_text|qwen3_5_moe|qwen3_5_moe_text",
                     "linear attention (gated delta net)"},
    UnmodelledFamily{"kimi_linear|kimi_k3", "linear attention (KDA)"},
    UnmodelledFamily{"nemotron_h", "Mamba-2 blocks"},
    UnmodelledFamily{"minimax_m2", "norms over all heads of queries and keys"},
    UnmodelledFamily{"minimax_m3|minimax_m3_text", "block-sparse attention"},
    UnmodelledFamily{"gemma4|gemma4_text", "blocks with a dense MLP beside the experts"},
    UnmodelledFamily{"mimo_v2_flash|step3p7", "windowed layers with head counts of their own"},
};

constexpr std::array kUnmodelledKeys = {
    UnmodelledKey{"index_topk", "sparse attention by an indexer"},
    UnmodelledKey{"compress_ratios", "compressed attention"},
    UnmodelledKey{"o_lora_rank", "a low-rank output projection"},
    UnmodelledKey{"hc_mult", "hyper-connections"},
    UnmodelledKey{"full_attention_interval", "linear attention"},
    UnmodelledKey{"linear_num_value_heads", "linear attention"},
    UnmodelledKey{"linear_attn_config", "linear attention"},
    UnmodelledKey{"attn_output_gate", "a gate behind attention"},
    UnmodelledKey{"routed_expert_hidden_size", "experts of a hidden width of their own"},
    UnmodelledKey{"moe_latent_size", "experts of a hidden width of their own"},
    UnmodelledKey{"hybrid_override_pattern", "blocks of several kinds"},
    UnmodelledKey{"layers_block_type", "blocks of several kinds"},
    UnmodelledKey{"mamba_num_heads", "Mamba-2 blocks"},
    UnmodelledKey{"ssm_state_size", "Mamba-2 blocks"},
    UnmodelledKey{"sparse_attention_config", "block-sparse attention"},
    UnmodelledKey{"global_head_dim", "global layers with a head width of their own"},
    UnmodelledKey{"num_global_key_value_heads", "global layers with head counts of their own"},
    UnmodelledKey{"attention_k_eq_v", "keys that are the values"},
    UnmodelledKey{"hidden_size_per_layer_input", "embeddings of every layer"},
    UnmodelledKey{"hybrid_layer_pattern", "windowed layers with head counts of their own"},
    UnmodelledKey{"swa_num_key_value_heads", "windowed layers with head counts of their own"},
    UnmodelledKey{"add_cross_attention", "cross attention"},
    UnmodelledKey{"is_encoder_decoder", "an encoder"},
};

bool has_alternative(std::string_view text, std::string_view name) {
  const auto all = alternatives(text);
  return std::find(all.begin(), all.end(), name) != all.end();
}

template <class Rows, class Match>
auto first_row(const Rows& rows, const Match& match) -> decltype(rows.data()) {
  const auto row = std::find_if(rows.begin(), rows.end(), match);
  return row == rows.end() ? nullptr : &*row;
}

}  // namespace

const Wrapper* find_wrapper(std::string_view model_type) {
  return first_row(kWrappers,
                   [&](const Wrapper& wrapper) { return wrapper.model_type == model_type; });
}

const UnmodelledFamily* find_unmodelled(std::string_view model_type) {
  return first_row(kUnmodelledFamilies, [&](const UnmodelledFamily& family) {
    return has_alternative(family.model_types, model_type);
  });
}

std::span<const UnmodelledKey> unmodelled_keys() {
  return kUnmodelledKeys;
}

}  // namespace calculon
