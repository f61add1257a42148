#include "launch/launch_rules.h"

#include <fmt/format.h>

#include <array>

#include "calibrated/pipeline_layout.h"

namespace calculon {
namespace {

constexpr Audience audience_of(std::initializer_list<Framework> frameworks) {
  unsigned bits = 0;
  for (const Framework framework : frameworks) {
    bits |= 1U << static_cast<unsigned>(framework);
  }
  return static_cast<Audience>(bits);
}

constexpr Audience kMegatronCore = audience_of({Framework::kMegatron, Framework::kBridge});
constexpr Audience kTorchtitanOnly = audience_of({Framework::kTorchtitan});
constexpr Audience kNanotronOnly = audience_of({Framework::kNanotron});

// KL1
bool has_uneven_stages(const Transformer& model, const RankChoices&, const StepChoices& step) {
  if (!step.pipeline_layout.empty() || step.first_stage_blocks > 0 || step.last_stage_blocks > 0) {
    return false;
  }
  const PipelineLayout layout(step, model.num_blocks);
  return layout.units(0) != layout.units(layout.stages() - 1);
}

// KL2. With KL1 all stages between the ends are of one size.
bool has_uneven_chunks(const Transformer& model, const RankChoices&, const StepChoices& step) {
  if (step.pipeline_interleaving == 1 || !step.pipeline_layout.empty()) {
    return false;
  }
  const PipelineLayout layout(step, model.num_blocks);
  const std::int64_t last = layout.stages() - 1;
  const auto uneven = [&](std::int64_t stage) {
    return layout.units(stage) % layout.chunks() != 0;
  };
  return uneven(0) || uneven(last) || (last > 1 && uneven(1));
}

// KL3
bool has_odd_microbatches(const Transformer&, const RankChoices& rank, const StepChoices& step) {
  const std::int64_t microbatches = step.batch_size / (step.data_par * rank.microbatch_size);
  return step.pipeline_interleaving > 1 && microbatches % step.pipeline_par != 0;
}

// KL4
bool overlaps_unscattered(const Transformer&, const RankChoices& rank, const StepChoices&) {
  return rank.tensor_par_overlap && !rank.sequence_par;
}

// KL5
bool overlaps_gather_alone(const Transformer&, const RankChoices&, const StepChoices& step) {
  return step.data_par_sharding == DataParSharding::kZero1 && step.param_gather_overlap &&
         !step.data_par_overlap;
}

// KL6
bool splits_experts_partly(const Transformer& model, const RankChoices& rank, const StepChoices&) {
  return model.details.num_experts > 0 && rank.expert_tensor() != 1 &&
         rank.expert_tensor() != rank.tensor_par;
}

// KL7
bool is_half(const Transformer&, const RankChoices& rank, const StepChoices&) {
  return rank.datatype == Datatype::kFloat16;
}

// KL8
bool shards_beyond_optimizer(const Transformer&, const RankChoices&, const StepChoices& step) {
  return step.data_par_sharding == DataParSharding::kZero2 ||
         step.data_par_sharding == DataParSharding::kZero3;
}

// KL9
bool is_interleaved(const Transformer&, const RankChoices&, const StepChoices& step) {
  return step.pipeline_interleaving > 1;
}

}  // namespace

std::span<const LaunchRule> launch_rules() {
  static constexpr std::array<LaunchRule, 9> kRules = {{
      {"KL1",
       "all stages hold equally many blocks, with the ends where they count as blocks, unless "
       "first_stage_blocks, last_stage_blocks or pipeline_layout say otherwise",
       kMegatronCore, has_uneven_stages},
      {"KL2", "with interleaving, the chunks of a stage hold equally many blocks", kMegatronCore,
       has_uneven_chunks},
      {"KL3", "with interleaving, the microbatches of a replica are a multiple of pipeline_par",
       kMegatronCore, has_odd_microbatches},
      {"KL4", "tensor_par_overlap has sequence_par", kMegatronCore, overlaps_unscattered},
      {"KL5", "param_gather_overlap has data_par_overlap", kMegatronCore, overlaps_gather_alone},
      {"KL6", "expert_tensor_par is 1 or tensor_par", kTorchtitanOnly, splits_experts_partly},
      {"KL7", "datatype is bfloat16", kTorchtitanOnly, is_half},
      {"KL8", "data_par_sharding is none or zero1", kNanotronOnly, shards_beyond_optimizer},
      {"KL9", "pipeline_interleaving is 1", kNanotronOnly, is_interleaved},
  }};
  return kRules;
}

const LaunchRule* broken_rule(Framework framework, const Transformer& model,
                              const RankChoices& rank, const StepChoices& step) {
  for (const LaunchRule& rule : launch_rules()) {
    if (is_in(rule.frameworks, framework) && rule.broken(model, rank, step)) {
      return &rule;
    }
  }
  return nullptr;
}

std::string broken_rule_text(Framework framework, const LaunchRule& rule) {
  return fmt::format("{} requires: {} (rule {})", title(framework), rule.words, rule.id);
}

}  // namespace calculon
