#include "calibrated/calibrated_evaluate.h"

#include <fmt/format.h>

#include <cmath>

#include "base/finite.h"
#include "calibrated/stage_memory.h"
#include "calibrated/step_time.h"

namespace calculon {
namespace {

void fill_rates(CalibratedStats& stats, const ModelWork& work, const CalibratedExecution& e,
                const Machine& machine) {
  const RankShape& s = work.shape;
  const double batch = static_cast<double>(e.batch_size);
  stats.sample_rate = batch / stats.total_time;
  stats.token_rate = batch * s.sequence / stats.total_time;
  stats.model_flops = 6 * work.active_matrices * batch * s.sequence +
                      3 * work.blocks * 2 * batch * s.sequence * s.sequence * s.heads *
                          (s.query_width + s.value_width) * work.attention_share;
  stats.flop_rate_per_proc =
      stats.model_flops / stats.total_time / static_cast<double>(e.num_procs);
  stats.mfu = stats.flop_rate_per_proc / machine.peak_gemm;
  stats.matrix_parameters = work.matrices;
  stats.active_matrix_parameters = work.active_matrices - work.head + work.head * work.tables;
  stats.microbatches = static_cast<double>(e.microbatches());
}

void fill_times(CalibratedStats& stats, const BlockTime& block, const EndTimes& ends) {
  stats.block_forward_time = block.forward_seconds;
  stats.block_backward_time = block.backward_seconds;
  stats.block_recompute_time = block.recompute_seconds;
  stats.head_time = ends.tail;
  stats.embedding_time = ends.embedding;
}

template <class Record, class Fields>
void require_figures(const Record& record, const Fields& fields, std::string_view prefix = "") {
  for (const auto& field : fields) {
    if (!std::isfinite(record.*field.member)) {
      throw InputError(out_of_range_text(fmt::format("{}{}", prefix, field.name)));
    }
  }
}

// Throws InputError where peaks or rates near 0, which a system may have, make a figure that is
// none.
void require_figures(const CalibratedStats& stats) {
  require_figures(stats.time, kStepTimeFields, "time.");
  require_figures(stats, kCalibratedFields);
  for (const StageMemory& stage : stats.stages) {
    require_figures(stage, kStageMemoryFields, "memory.stages.");
  }
  require_figures(stats.memory, kDeviceNeedFields, "memory.");
}

}  // namespace

ModelWork model_work(const Transformer& model) {
  const RankShape s = rank_shape(model, RankChoices{});
  ModelWork work{s};
  work.blocks = static_cast<double>(model.num_blocks);
  work.head = static_cast<double>(model.details.vocab_size) * s.hidden;
  work.tables = model.details.tie_embeddings ? 1 : 2;
  work.attention_share = attention_share(model);
  const double with_experts = static_cast<double>(expert_blocks(model));
  const double mlp = (2 + s.gates) * s.hidden;
  const double attention = work.blocks * block_weights(model).attention;
  const double dense = (work.blocks - with_experts) * mlp * s.feedforward;
  const double shared = mlp * s.shared_width;
  const double expert = mlp * s.expert_width;
  work.matrices = attention + dense + with_experts * (shared + s.experts * (expert + s.hidden)) +
                  work.head * work.tables;
  work.active_matrices = attention + dense +
                         with_experts * (shared + s.top_k * expert + s.experts * s.hidden) +
                         work.head;
  return work;
}

void set_figures(CalibratedStats& stats, const ModelWork& work, const CalibratedExecution& e,
                 const Machine& machine, const BlockTime& block, const EndTimes& ends,
                 const Step& step) {
  stats.total_time = step.total;
  stats.time = step.time;
  fill_rates(stats, work, e, machine);
  fill_times(stats, block, ends);
}

std::variant<CalibratedStats, Unsuitable> evaluate_calibrated(const Transformer& model,
                                                              const System& system,
                                                              const CalibratedExecution& e) {
  const Machine machine = machine_of(system, e);
  if (auto unsuitable = why_unsuitable(model, e, machine.reach)) {
    return *std::move(unsuitable);
  }
  const RankPlacement placement = place_groups(e, machine.domain, model.details.num_experts > 0);
  const PipelineLayout layout(e, model.num_blocks);
  const BlockTime block = block_time(model, e, machine, placement);
  const EndTimes ends = end_times(model, e, machine, placement, block);
  const Step step = step_of(model, e, machine, placement, block, ends, layout.stage_sizes());
  CalibratedStats stats;
  set_figures(stats, model_work(model), e, machine, block, ends, step);
  for (std::int64_t i = 0; i < layout.stages(); ++i) {
    stats.stage_blocks.push_back(layout.stage_blocks(i));
  }
  const RankMemory rank = rank_memory(model, e, machine.constants.memory_overhead);
  const MemoryModel memory(model, rank, e, machine, placement);
  stats.memory = memory.stages(stage_loads(model, e, layout),
                               [&](const StageMemory& stage) { stats.stages.push_back(stage); });
  require_figures(stats);
  return stats;
}

}  // namespace calculon
