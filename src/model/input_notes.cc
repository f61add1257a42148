#include "model/input_notes.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>

namespace calculon {
namespace {

// Whether an execution has the experts of a model, in every block.
bool has_same_experts(const Transformer& transformer, const BlockChoices& choices) {
  const ModelDetails& details = transformer.details;
  return choices.model_MoE && choices.num_experts == details.num_experts &&
         choices.top_k_experts == details.top_k_experts &&
         transformer.expert_feedforward() == transformer.feedforward &&
         expert_blocks(transformer) == transformer.num_blocks;
}

}  // namespace

std::vector<std::string_view> keys_left_out(const Transformer& transformer,
                                            const BlockChoices& choices) {
  const bool gated = choices.model_MoE && choices.activation_function == ActivationFunction::kSilu;
  const bool one_key = choices.attention_type == AttentionType::kMultiquery &&
                       transformer.details.attn_kv_heads == 1;
  // Those that it has, and biases and a last norm, of which it has none.
  constexpr std::array<std::string_view, 8> kOfCorrected = {
      "vocab_size",  "attn_kv_heads",          "mlp_gated",   "norm_kind",
      "num_experts", "moe_shared_feedforward", "linear_bias", "final_norm"};
  std::vector<std::string_view> keys = unused_details(transformer);
  std::erase_if(keys, [&](std::string_view key) {
    if (!choices.rules.ignores_model_details) {
      return std::find(kOfCorrected.begin(), kOfCorrected.end(), key) != kOfCorrected.end();
    }
    return (key == "num_experts" && has_same_experts(transformer, choices)) ||
           (key == "mlp_gated" && gated) || (key == "attn_kv_heads" && one_key);
  });
  return keys;
}

std::string left_out_text(std::span<const std::string_view> keys, bool corrected) {
  return fmt::format("the {} model has no {}: this answer is for the model without {}",
                     corrected ? "corrected" : "published", fmt::join(keys, ", "),
                     keys.size() == 1 ? "it" : "them");
}

std::vector<std::string> own_notes(const System& system, std::string_view name) {
  std::vector<std::string> notes;
  if (!system.notes.empty()) {
    notes.push_back(fmt::format("{}: {}", name, system.notes));
  }
  return notes;
}

std::vector<std::string> system_notes(const System& system, std::string_view name) {
  std::vector<std::string> notes = own_notes(system, name);
  if (system.calibration) {
    notes.push_back(fmt::format("{}: the published model does not use its calibration", name));
  }
  return notes;
}

}  // namespace calculon
