#include "strategy/details_rules.h"

#include <fmt/format.h>

#include <array>

namespace calculon {
namespace {

// Keys of which no value but one has layers.
std::string layerless_key(const ModelDetails& details) {
  struct Key {
    bool given;
    std::string_view name;
    std::string value;
    std::string_view accepted;
  };
  const bool experts = details.num_experts > 0;
  const std::array<Key, 5> keys = {{
      {details.attn_kind != AttentionKind::kMha, "attn_kind",
       std::string(enum_name(details.attn_kind)), "mha"},
      {details.attn_window != 0, "attn_window", setting_text(details.attn_window), "0"},
      {details.mtp_blocks != 0, "mtp_blocks", setting_text(details.mtp_blocks), "0"},
      {experts && details.moe_first_dense_blocks != 0, "moe_first_dense_blocks",
       setting_text(details.moe_first_dense_blocks), "0, since its blocks are alike"},
      {experts && details.moe_block_period != 1, "moe_block_period",
       setting_text(details.moe_block_period), "1, since its blocks are alike"},
  }};
  for (const Key& key : keys) {
    if (key.given) {
      return fmt::format(
          "the model's {} is {}, of which the corrected model has no layers: expected {}; the "
          "calibrated methodology has them",
          key.name, key.value, key.accepted);
    }
  }
  return "";
}

std::string other_experts(const ModelDetails& details, const BlockChoices& choices) {
  if (details.num_experts == 0) {
    return "";
  }
  if (!choices.model_MoE) {
    return fmt::format(
        "the model's num_experts is {}, but the execution is of a dense model: expected one with "
        "model_MoE true",
        details.num_experts);
  }
  if (choices.num_experts != details.num_experts) {
    return fmt::format("num_experts is {}, expected {} as the model has", choices.num_experts,
                       details.num_experts);
  }
  if (choices.top_k_experts != details.top_k_experts) {
    return fmt::format("top_k_experts is {}, expected {} as the model has", choices.top_k_experts,
                       details.top_k_experts);
  }
  return "";
}

}  // namespace

std::string details_contradiction(const Transformer& transformer, const BlockChoices& choices) {
  if (choices.rules.ignores_model_details) {
    return "";
  }
  const ModelDetails& details = transformer.details;
  std::string line = layerless_key(details);
  if (line.empty()) {
    line = other_experts(details, choices);
  }
  if (line.empty() && choices.attention_type == AttentionType::kMultiquery &&
      details.attn_kv_heads > 1) {
    line = fmt::format(
        "attention_type is multiquery, expected multihead: the model's attn_kv_heads "
        "is {}",
        details.attn_kv_heads);
  }
  return line;
}

}  // namespace calculon
