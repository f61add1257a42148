#include "calibrated/stage_memory.h"

#include <algorithm>

namespace calculon {
namespace {

// Parameters in front of and behind the blocks of a stage.
double outer_parameters(const Transformer& model, const RankShape& s, double vocabulary, bool first,
                        bool last, bool pipeline) {
  const ModelDetails& details = model.details;
  const double embedding = vocabulary * s.hidden / s.tensor;
  double all = 0;
  if (first) {
    all += embedding;
    if (vocabulary > 0 && details.position_embedding == PositionEmbedding::kLearned) {
      all += static_cast<double>(model.positions()) * s.hidden;
    }
  }
  if (last) {
    all += norm_elements(model);
    const bool copies = pipeline && details.mtp_blocks == 0;
    all += !details.tie_embeddings || copies ? embedding : 0;
    all += pipeline && details.mtp_blocks > 0 ? embedding : 0;
  }
  return all;
}

}  // namespace

// What lies on a stage, in elements of parameters and bytes of activations.
struct MemoryModel::Contents {
  bool first = false;
  bool last = false;
  std::array<double, 2> blocks{};  // without and with experts
  double mtp = 0;                  // blocks of multi-token prediction
  double alive_bytes = 0;
  double matrices = 0;
  double other = 0;
  double expert_matrices = 0;
  double expert_other = 0;

  double dense() const { return matrices + other; }
  double experts() const { return expert_matrices + expert_other; }
  double all() const { return dense() + experts(); }
};

MemoryModel::MemoryModel(const Transformer& model, const RankMemory& rank,
                         const CalibratedExecution& execution, const Machine& machine,
                         const RankPlacement& placement)
    : model_(&model),
      rank_(&rank),
      execution_(&execution),
      machine_(&machine),
      shards_(state_shards(execution, placement)),
      holds_buffers_(execution.grad_fusion &&
                     machine.constants.memory_overhead.weight_gradient_buffers &&
                     !execution.shards_gradients()) {}

MemoryModel::Contents MemoryModel::contents(const StageLoad& load) const {
  const ModelDetails& details = model_->details;
  const RankShape& s = rank_->shape;
  Contents c;
  c.first = load.first;
  c.last = load.last;
  c.blocks = load.blocks;
  c.alive_bytes = load.alive_blocks[0] * rank_->kept[0] + load.alive_blocks[1] * rank_->kept[1];
  if (c.first && rank_->vocabulary > 0) {
    c.alive_bytes +=
        load.alive_first *
        (20 * s.tokens + (details.hidden_dropout > 0 ? s.tokens * s.hidden / s.scatter : 0));
  }
  if (c.last) {
    c.mtp = static_cast<double>(details.mtp_blocks);
    c.alive_bytes += load.alive_last * c.mtp *
                     (rank_->kept[rank_->last_kind()] + 12 * s.tokens * s.hidden / s.scatter);
  }
  add_parameters(c, execution_->pipeline_par > 1);
  return c;
}

void MemoryModel::add_parameters(Contents& c, bool pipeline) const {
  std::array<double, 2> blocks = c.blocks;
  blocks[rank_->last_kind()] += c.mtp;
  for (const std::size_t kind : {std::size_t{0}, std::size_t{1}}) {
    const RankParameters& block = rank_->parameters[kind];
    c.matrices += blocks[kind] * block.matrices();
    c.other += blocks[kind] * block.other;
    c.expert_matrices += blocks[kind] * block.expert_matrices;
    c.expert_other += blocks[kind] * block.expert_other;
  }
  c.matrices += c.mtp * 2 * rank_->shape.hidden * rank_->shape.hidden / rank_->shape.tensor;
  c.other += c.mtp * 3 * norm_elements(*model_) +
             outer_parameters(*model_, rank_->shape, rank_->vocabulary, c.first, c.last, pipeline);
}

double MemoryModel::add_state(StageMemory& memory, const Contents& c) const {
  const CalibratedExecution& e = *execution_;
  const double all = c.all();
  const double own = c.dense() / shards_.dense + c.experts() / shards_.experts;
  const double gradient = bytes_per_element(e.grad_reduce_datatype);
  const bool half = e.datatype == Datatype::kFloat16;
  memory.parameters = 2 * all;
  memory.optimizer = 12 * own;
  double at_peak = 0;
  switch (e.data_par_sharding) {
    case DataParSharding::kNone:
      memory.gradients = half ? 6 * all : gradient * all;
      at_peak = half ? 2 * all : gradient * all;
      break;
    case DataParSharding::kZero1:
      memory.gradients = half ? 2 * all + 4 * own : gradient * all;
      at_peak = half ? 2 * all : gradient * all;
      break;
    case DataParSharding::kZero2:
      memory.gradients =
          gradient * own +
          gradient * std::min(all, std::max(40e6, 1e6 * static_cast<double>(e.shard_size())));
      at_peak = memory.gradients;
      break;
    case DataParSharding::kZero3:
      memory.parameters = 2 * own;
      memory.gradients = gradient * own;
      at_peak = memory.gradients;
      break;
  }
  const bool sharded = e.data_par_sharding == DataParSharding::kZero3;
  const double quantised = sharded
                               ? c.matrices / shards_.dense + c.expert_matrices / shards_.experts
                               : c.matrices + c.expert_matrices;
  if (e.param_gather_datatype == Datatype::kFloat8) {
    const bool both = machine_->constants.memory_overhead.float8_transposed_copy;
    memory.parameters += both ? 0 : -quantised;
  } else if (e.low_precision() && !sharded) {
    memory.parameters += 2 * quantised;
  }
  return memory.parameters + at_peak + memory.optimizer;
}

// Elements of the distinct shapes of weights on a stage (section 5).
double MemoryModel::weight_buffers(const Contents& c) const {
  std::array<bool, 2> has = {c.blocks[0] > 0, c.blocks[1] > 0};
  if (c.mtp > 0) {
    has[rank_->last_kind()] = true;
  }
  double all = c.mtp > 0 ? 2 * rank_->shape.hidden * rank_->shape.hidden / rank_->shape.tensor : 0;
  all += has[0] ? rank_->parameters[0].matrices() : 0;
  if (has[1]) {
    const bool same =
        has[0] && rank_->parameters[0].feedforward_in == rank_->parameters[1].feedforward_in;
    all += has[0] ? 0 : rank_->parameters[1].attention;
    all += same ? 0 : rank_->parameters[1].feedforward_in + rank_->parameters[1].feedforward_out;
  }
  return all;
}

double MemoryModel::retained(const Contents& c) const {
  const CalibratedExecution& e = *execution_;
  const MemoryOverhead& overhead = machine_->constants.memory_overhead;
  const RankShape& s = rank_->shape;
  double all = 0;
  if (e.pipeline_par > 1) {
    const double inputs = static_cast<double>(e.pipeline_interleaving - (c.first ? 1 : 0));
    all += inputs * 4 * s.tokens * s.hidden / s.scatter;
  }
  if (holds_buffers_) {
    all += kValueBytes * weight_buffers(c);
    all += c.mtp > 0 ? 2 * rank_->vocabulary * s.hidden / s.tensor : 0;
  }
  if (overhead.shared_score_buffer && e.attention_kernel == AttentionKernel::kUnfused) {
    all += 2 * rank_->shape.scores();
  }
  if (e.data_par * e.context_par > 1 && !e.shards_gradients()) {
    all += overhead.gradient_copy_bytes * c.all();
  }
  return all;
}

// Head and loss on the last stage.
double MemoryModel::head_bytes(const Contents& c) const {
  if (!c.last || rank_->vocabulary == 0) {
    return 0;
  }
  const RankShape& s = rank_->shape;
  const double base = 4 * s.tokens * s.hidden / s.scatter +
                      (execution_->sequence_par ? 2 * s.tokens * s.hidden : 0);
  const double logits = s.tokens * rank_->vocabulary / s.tensor;
  const double weights = 2 * rank_->vocabulary * s.hidden / s.tensor;
  const double last = 2 * logits + weights;
  double held = last;
  if (execution_->loss_kind == LossKind::kUnfused) {
    held = std::max(6 * logits, last);
  } else if (execution_->loss_kind == LossKind::kCompiled) {
    held = std::max(10 * logits, last);
  }
  return base + held + c.mtp * 4 * logits;
}

// The largest of what is needed for a moment (section 7).
double MemoryModel::working_set(const Contents& c, double head) const {
  const RankShape& s = rank_->shape;
  const double dense =
      c.blocks[0] > 0 ? 2 * s.tokens * (2 * (1 + s.gates) + 1) * s.feedforward / s.tensor : 0;
  double largest = std::max(head, dense + 4 * s.tokens * s.hidden);
  if (execution_->attention_kernel == AttentionKernel::kUnfused) {
    largest = std::max(largest, 6 * rank_->shape.scores());
  }
  if (execution_->activation_recompute == CalibratedRecompute::kFull) {
    const std::size_t last = rank_->last_kind();
    for (const std::size_t kind : {std::size_t{0}, std::size_t{1}}) {
      if (c.blocks[kind] > 0 || (c.mtp > 0 && kind == last)) {
        largest = std::max(largest, rank_->whole[kind]);
      }
    }
  }
  return largest;
}

// Parameters and gradients of whole blocks that sharding brings together (section 7).
double MemoryModel::gathered(const Contents& c) const {
  if (execution_->data_par_sharding != DataParSharding::kZero3) {
    return 0;
  }
  std::array<double, 2> blocks = c.blocks;
  blocks[rank_->last_kind()] += c.mtp;
  std::array<double, 2> largest{};  // the two largest blocks
  for (const std::size_t kind : {std::size_t{0}, std::size_t{1}}) {
    for (double left = std::min(blocks[kind], 2.0); left > 0; --left) {
      const double size = rank_->parameters[kind].all();
      if (size > largest[0]) {
        largest = {size, largest[0]};
      } else {
        largest[1] = std::max(largest[1], size);
      }
    }
  }
  return kValueBytes * (largest[0] + largest[1]) +
         bytes_per_element(execution_->grad_reduce_datatype) * largest[0];
}

StageMemory MemoryModel::stage_memory(const StageLoad& load) const {
  const MemoryOverhead& overhead = machine_->constants.memory_overhead;
  const Contents c = contents(load);
  StageMemory memory;
  const double peak_state = add_state(memory, c);
  memory.workspaces =
      static_cast<double>(overhead.gemm_handles) * overhead.gemm_workspace_bytes +
      overhead.engine_workspace_bytes *
          (1 + (model_->details.num_experts > 0 ? static_cast<double>(overhead.grouped_workspaces)
                                                : 0));
  memory.retained = retained(c);
  memory.fixed =
      memory.parameters + memory.gradients + memory.optimizer + memory.workspaces + memory.retained;
  memory.activations = c.alive_bytes;
  memory.head = head_bytes(c);
  memory.working = working_set(c, memory.head);
  memory.gathered = gathered(c);
  memory.peak = peak_state + memory.workspaces + memory.retained + memory.activations +
                memory.working + memory.gathered;
  return memory;
}

void MemoryModel::complete(DeviceNeed& need) const {
  const MemoryOverhead& overhead = machine_->constants.memory_overhead;
  const RankShape& s = rank_->shape;
  const double masks = execution_->attention_mask_materialized
                           ? s.sequence * s.sequence * s.sequences / s.context
                           : 0;
  need.residue = static_cast<double>(execution_->microbatches()) * (12 * s.tokens + masks);
  need.device_low = need.peak + overhead.context_bytes;
  need.device_high = (need.peak + need.residue) * (1 + overhead.margin) * overhead.reserved_factor +
                     overhead.context_bytes + overhead.collective_bytes;
  need.reserved =
      need.peak * overhead.reserved_factor +
      (execution_->tensor_par > 1 ? overhead.collective_buffers * 2 * s.tokens * s.hidden : 0);
  need.capacity = machine_->capacity;
  need.verdict = need.device_high <= need.capacity  ? MemoryVerdict::kFits
                 : need.device_low <= need.capacity ? MemoryVerdict::kFitsBarely
                                                    : MemoryVerdict::kDoesNotFit;
}

}  // namespace calculon
