#include "search/fixed_choices.h"

#include <algorithm>

namespace calculon {

SpaceOptions options_for(SpaceOptions options, const Transformer& transformer) {
  if (options.corrected) {
    options.independent_degrees = true;
    options.distinct = true;
    options.no_lost_work = false;
    const ModelDetails& details = transformer.details;
    if (options.num_experts == 0 && details.num_experts > 0) {
      options.num_experts = details.num_experts;
    }
    if (!options.top_k_experts && details.num_experts > 0) {
      options.top_k_experts = details.top_k_experts;
    }
    if (details.mlp_gated) {
      options.activation_function = ActivationFunction::kSilu;
    }
  }
  constexpr std::int64_t kUsualExperts = 16;
  if (options.num_experts == 0) {
    options.num_experts = kUsualExperts;
  }
  return options;
}

BlockChoices fixed_choices(const SpaceOptions& options) {
  BlockChoices choices;
  choices.datatype = options.datatype;
  choices.attention_type = options.attention_type;
  choices.training = true;
  choices.rules = rules_of(options.preset());
  choices.activation_function = options.activation_function;
  if (options.moe()) {
    constexpr std::int64_t kPublishedTopK = 2;
    choices.model_MoE = true;
    choices.num_experts = options.num_experts;
    choices.top_k_experts =
        options.top_k_experts.value_or(std::min(kPublishedTopK, options.num_experts));
  }
  return choices;
}

}  // namespace calculon
