// The table of families.
#include <algorithm>
#include <array>
#include <cassert>

#include "import/family_rows.h"

namespace calculon {
namespace {

using namespace family_rows;  // NOLINT: the names of the tables

constexpr std::array kParents = {
    Family{"decoder", "", "", "", kDecoderRows},
    Family{"gpt", "", "", "decoder", kGptRows},
};

constexpr std::array kFamilies = {
    Family{"llama", "", "LlamaForCausalLM", "decoder", kLlamaRows},
    Family{"mistral", "ministral", "MistralForCausalLM", "decoder", kMistralRows},
    Family{"mixtral", "", "MixtralForCausalLM", "mistral", kMixtralRows},
    Family{"qwen2", "qwen2_5_vl_text", "Qwen2ForCausalLM", "decoder", kQwen2Rows},
    Family{"qwen2_moe", "", "Qwen2MoeForCausalLM", "qwen2", kQwen2MoeRows},
    Family{"qwen3", "qwen3_vl_text", "Qwen3ForCausalLM", "qwen2", kQwen3Rows},
    Family{"qwen3_moe", "qwen3_vl_moe_text", "Qwen3MoeForCausalLM", "qwen3", kQwen3MoeRows},
    Family{"deepseek_v2", "", "DeepseekV2ForCausalLM", "decoder", kDeepseekV2Rows},
    Family{"deepseek_v3", "kimi_k2", "DeepseekV3ForCausalLM", "deepseek_v2", kDeepseekV3Rows},
    Family{"glm4_moe", "", "Glm4MoeForCausalLM", "decoder", kGlm4MoeRows},
    Family{"gpt_oss", "", "GptOssForCausalLM", "decoder", kGptOssRows},
    Family{"llama4_text", "", "Llama4ForCausalLM", "decoder", kLlama4Rows},
    Family{"gemma2", "", "Gemma2ForCausalLM", "decoder", kGemma2Rows},
    Family{"gemma3_text", "", "Gemma3ForCausalLM", "gemma2", kGemma3Rows},
    Family{"phi3", "", "Phi3ForCausalLM", "decoder", kPhi3Rows},
    Family{"nemotron", "", "NemotronForCausalLM", "decoder", kNemotronRows},
    Family{"gpt2", "", "GPT2LMHeadModel", "gpt", kGpt2Rows},
    Family{"gpt_neox", "", "GPTNeoXForCausalLM", "gpt", kGptNeoxRows},
    Family{"falcon", "RefinedWeb|RefinedWebModel", "FalconForCausalLM|RWForCausalLM", "gpt",
           kFalconRows},
    Family{"bloom", "", "BloomForCausalLM", "gpt", kBloomRows},
    Family{"opt", "", "OPTForCausalLM", "gpt", kOptRows},
    Family{"grok-1", "grok", "Grok1ModelForCausalLM|Grok1ForCausalLM", "decoder", kGrokRows},
};

bool names_one(std::string_view text, std::string_view name) {
  const auto all = alternatives(text);
  return std::find(all.begin(), all.end(), name) != all.end();
}

template <class Rows, class Match>
auto find_row(const Rows& rows, const Match& match) -> decltype(rows.data()) {
  const auto row = std::find_if(rows.begin(), rows.end(), match);
  return row == rows.end() ? nullptr : &*row;
}

const Family* parent_of(const Family& family) {
  const auto named = [&](const Family& each) { return each.name == family.parent; };
  const Family* parent = find_row(kFamilies, named);
  return parent != nullptr ? parent : find_row(kParents, named);
}

}  // namespace

std::vector<std::string_view> alternatives(std::string_view text) {
  std::vector<std::string_view> all;
  while (!text.empty()) {
    const auto bar = text.find('|');
    all.push_back(text.substr(0, bar));
    text = bar == std::string_view::npos ? "" : text.substr(bar + 1);
  }
  return all;
}

std::span<const Family> model_families() {
  return kFamilies;
}

const Family* find_family(std::string_view model_type) {
  return find_row(kFamilies, [&](const Family& family) {
    return family.name == model_type || names_one(family.others, model_type);
  });
}

const Family* find_family_of_architecture(std::string_view architecture) {
  return find_row(kFamilies, [&](const Family& family) {
    return names_one(family.architectures, architecture);
  });
}

const FamilyRow& row_of(const Family& family, Quantity quantity) {
  for (const Family* at = &family; at != nullptr; at = parent_of(*at)) {
    const auto row = std::find_if(at->rows.begin(), at->rows.end(),
                                  [&](const FamilyRow& each) { return each.quantity == quantity; });
    if (row != at->rows.end()) {
      return *row;
    }
  }
  assert(false);  // kDecoderRows has one for each
  return kDecoderRows.front();
}

}  // namespace calculon
