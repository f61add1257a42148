#include "batch/memory_plan.h"

#include <algorithm>

namespace calculon {
namespace {

// One of the stages that may need most memory, and what of the model's ends stands on it.
struct StageContent {
  double blocks;
  double held;  // microbatches whose activations it holds at once
  bool has_embedding;
  bool has_head;
  bool head_is_own;  // not the embedding's matrix
};

double at_most(double held, const BatchShape& shape, const ModelRules& rules) {
  return rules.holds_more_than_there_are ? held : std::min(held, shape.microbatches);  // quirk E2
}

// The first stage holds a microbatch for each stage, and more with interleaving.
StageContent first_stage(const BatchShape& shape, const ModelRules& rules) {
  const double in_flight = std::min(shape.microbatches, shape.stages);
  const double held = shape.chunks == 1
                          ? in_flight
                          : in_flight * (1 + (shape.stages - 1) / (shape.chunks * shape.stages));
  const bool alone = shape.stages == 1;
  return {shape.blocks, at_most(held, shape, rules), true, alone, alone && !shape.tied_ends};
}

// The last stage holds one, and those of the chunks before its last one. It has a copy of a matrix
// that is tied.
StageContent last_stage(const BatchShape& shape, const ModelRules& rules) {
  const double held = ((shape.chunks - 1) * shape.stages + 1) / shape.chunks;
  return {shape.blocks - (shape.missing_blocks > 0 ? 1 : 0), at_most(held, shape, rules), false,
          true, true};
}

void add_ends(const BlockProfile& block, const OptimizerProfile& optimizer,
              const StageContent& stage, MemorySpaces& spaces) {
  const VocabularyCosts& ends = block.vocabulary;
  const auto add = [&](double weight_bytes, const VocabularyStep& step) {
    spaces.weights += weight_bytes;
    spaces.weight_grads += step.gradient_bytes;
    spaces.optimizer += step.state_bytes;
  };
  if (stage.has_embedding) {
    add(ends.embedding_weight_bytes, optimizer.embedding);
  }
  if (stage.head_is_own) {
    add(ends.head_weight_bytes, optimizer.head);
  }
  if (stage.has_head) {
    spaces.activations += ends.logit_bytes;
    spaces.activation_grads += ends.logit_grad_bytes;
  }
}

// Everything that the blocks of a stage have, in whichever tier.
MemorySpaces whole_spaces(const BlockProfile& block, const OptimizerProfile& optimizer,
                          const StageContent& stage, const BatchShape& shape) {
  const ModelRules& rules = block.choices.rules;
  const bool recompute_all = block.choices.activation_recompute == ActivationRecompute::kFull;
  const double blocks = stage.blocks;
  const double working = block.block_act_working_space;
  const double gradients = block.block_weight_grad_space_no_sharding;
  // Stored blocks beside the one at work.
  const double stored_blocks = !rules.holds_one_microbatch ? blocks * stage.held - 1
                               : shape.stages > 1          ? blocks - 1  // quirk M8
                                                           : 1;
  MemorySpaces whole;
  whole.weights = blocks * block.block_weight_space;
  // Quirk C7: with full recomputation one block's sum, not a peak.
  whole.activations = block.choices.training && !recompute_all
                          ? working + block.block_act_storage_space * std::max(0.0, stored_blocks)
                          : working;
  // Quirk M9: in flight, whatever the activations are.
  whole.checkpoints = recompute_all ? blocks * block.block_act_checkpoint_size * stage.held : 0;
  whole.activation_grads = block.block_act_grad_space;
  if (!rules.reduces_gradients_early) {
    whole.weight_grads = blocks * gradients;
  } else {  // quirks E1, E5: one block keeps its gradients unreduced, the others reduced
    whole.weight_grads =
        blocks == 1 ? gradients : gradients + optimizer.block_weight_grad_space * (blocks - 1);
  }
  whole.optimizer = blocks * optimizer.block_optimizer_space;
  return whole;
}

// What stays in tier 1 of a kind of data that is offloaded. Quirk E4: two blocks of most data, but
// one block of stored activations.
MemorySpaces spaces_left(const BlockProfile& block, const OptimizerProfile& optimizer,
                         const StageContent& stage) {
  const ModelRules& rules = block.choices.rules;
  const bool recompute_all = block.choices.activation_recompute == ActivationRecompute::kFull;
  const double working = block.block_act_working_space;
  const double gradients = block.block_weight_grad_space_no_sharding;
  MemorySpaces rest;
  rest.weights = 2 * block.block_weight_space;
  rest.activations = recompute_all ? working : working + block.block_act_storage_space;
  rest.checkpoints = recompute_all ? 2 * block.block_act_checkpoint_size : 0;
  rest.activation_grads = block.block_act_grad_space;
  rest.weight_grads = rules.one_unreduced_block ? gradients + optimizer.block_weight_grad_space
                                                : stage.blocks * gradients;  // quirk E5
  rest.optimizer = 2 * optimizer.block_optimizer_space;
  return rest;
}

// What the ends need stays in tier 1, whatever is offloaded.
StageSpaces stage_spaces(const BlockProfile& block, const OptimizerProfile& optimizer,
                         const StageContent& stage, const BatchShape& shape) {
  StageSpaces memory;
  memory.whole = whole_spaces(block, optimizer, stage, shape);
  memory.offloaded = spaces_left(block, optimizer, stage);
  memory.moved = memory.whole;
  if (block.choices.activation_recompute == ActivationRecompute::kFull) {
    memory.moved.activations = 0;
  }
  memory.moved.weight_grads = stage.blocks * optimizer.block_weight_grad_space;
  if (block.vocabulary.embedding_weight_bytes > 0) {
    add_ends(block, optimizer, stage, memory.whole);
    add_ends(block, optimizer, stage, memory.offloaded);
  }
  return memory;
}

}  // namespace

PipelineSpaces pipeline_spaces(const BlockProfile& block, const OptimizerProfile& optimizer,
                               const BatchShape& shape) {
  const ModelRules& rules = block.choices.rules;
  PipelineSpaces memory{stage_spaces(block, optimizer, first_stage(shape, rules), shape), {}};
  if (shape.stages > 1 && block.vocabulary.head_weight_bytes != 0) {
    memory.last = stage_spaces(block, optimizer, last_stage(shape, rules), shape);
  }
  return memory;
}

}  // namespace calculon
