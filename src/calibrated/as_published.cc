#include "calibrated/as_published.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "calculon/strategy/placement.h"
#include "calibrated/pipeline_layout.h"
#include "strategy/details_rules.h"

namespace calculon {
namespace {

// Modules whose recomputation is more than that of the scores.
bool recomputes_more_than_scores(const CalibratedExecution& e) {
  RecomputeModules scores;
  scores.add(RecomputeModule::kCoreAttn);
  return (e.recompute_modules.bits() & ~scores.bits()) != 0;
}

std::int64_t blocks_of_fullest_stage(const CalibratedExecution& e, const Transformer& model) {
  const StageSizes sizes = PipelineLayout(e, model.num_blocks).stage_sizes();
  return static_cast<std::int64_t>(sizes.most());
}

// What the published dialects have no word for; the kind is empty if there is nothing.
NoPublishedForm beyond_dialect(const CalibratedExecution& e, const Transformer& model) {
  const std::int64_t fullest = blocks_of_fullest_stage(e, model);
  const std::int64_t share = blocks_per_processor(model, e.pipeline_par);
  const bool full = e.activation_recompute == CalibratedRecompute::kFull;
  struct Limit {
    bool exceeded;
    std::string_view kind;
    std::string words;
  };
  const std::array<Limit, 7> limits = {{
      {e.context_par > 1, "context parallelism",
       fmt::format("context_par is {}, expected 1", e.context_par)},
      {e.shards_gradients(), "sharded gradients or parameters",
       fmt::format("data_par_sharding is {}, expected none or zero1",
                   enum_name(e.data_par_sharding))},
      {full && e.recompute_block_share != 1, "recomputation of some blocks",
       fmt::format("recompute_block_share is {}, expected 1", e.recompute_block_share)},
      {!full && recomputes_more_than_scores(e), "recomputation of other modules",
       "recompute_modules has more than core_attn"},
      {fullest != share, "uneven stages",
       fmt::format("the fullest stage has {} blocks, expected {} as if stages were even", fullest,
                   share)},
      {e.expert_overlap, "overlapped exchange of experts", "expert_overlap is true"},
      {e.expert_imbalance != 1, "uneven load of experts",
       fmt::format("expert_imbalance is {}, expected 1", e.expert_imbalance)},
  }};
  const auto* limit =
      std::find_if(limits.begin(), limits.end(), [](const Limit& each) { return each.exceeded; });
  if (limit == limits.end()) {
    return {};
  }
  return {limit->kind, limit->words + " in a published execution"};
}

ActivationRecompute recompute_of(const CalibratedExecution& e) {
  if (e.activation_recompute == CalibratedRecompute::kFull) {
    return ActivationRecompute::kFull;
  }
  const bool keeps_no_scores =
      e.attention_kernel == AttentionKernel::kFlash || e.recomputes(RecomputeModule::kCoreAttn);
  return keeps_no_scores ? ActivationRecompute::kAttnOnly : ActivationRecompute::kNone;
}

void take_block_choices(const CalibratedExecution& e, const Transformer& model, Strategy& s) {
  s.tensor_par = e.tensor_par;
  s.microbatch_size = e.microbatch_size;
  s.datatype = e.low_precision() ? e.gemm_datatype : e.datatype;
  s.attention_type = model.kv_heads() == 1 ? AttentionType::kMultiquery : AttentionType::kMultihead;
  s.activation_recompute = recompute_of(e);
  s.tensor_par_comm_type =
      e.sequence_par && e.tensor_par > 1 ? TensorParCommType::kRsAg : TensorParCommType::kAr;
  if (e.tensor_par_overlap && e.tensor_par > 1) {
    s.tensor_par_overlap = TensorParOverlap::kRing;
  }
}

void take_experts(const CalibratedExecution& e, const Transformer& model, Strategy& s) {
  const ModelDetails& details = model.details;
  s.model_MoE = true;
  s.num_experts = details.num_experts;
  s.top_k_experts = details.top_k_experts;
  s.expert_par = e.expert_par;
  s.expert_slice = e.expert_tensor();
  s.data_par_exp = e.data_par * e.tensor_par / (s.expert_par * s.expert_slice);
  s.activation_function = details.mlp_gated ? ActivationFunction::kSilu : ActivationFunction::kGelu;
}

void take_schedule(const CalibratedExecution& e, Strategy& s) {
  s.num_procs = e.num_procs;
  s.pipeline_par = e.pipeline_par;
  s.batch_size = e.batch_size;
  s.pipeline_interleaving = e.pipeline_interleaving;
  s.optimizer_sharding = s.has_replicas() && e.data_par_sharding == DataParSharding::kZero1;
  s.data_par_overlap = s.has_replicas() && e.data_par_overlap;
}

// The first tier that holds so many neighbours, or the last one.
std::int64_t tier_of(std::int64_t neighbours, const System& system) {
  std::int64_t tier = 0;
  const auto last = static_cast<std::int64_t>(system.networks.size()) - 1;
  while (tier < last && system.networks[static_cast<std::size_t>(tier)].size < neighbours) {
    ++tier;
  }
  return tier;
}

void place(const System& system, Strategy& s) {
  const std::int64_t stage = s.tensor_par * s.data_par;  // ranks of one
  s.tensor_par_net = tier_of(s.tensor_par, system);
  s.data_par_net = tier_of(stage, system);
  s.pipeline_par_net = tier_of(s.num_procs, system);
  s.expert_slice_net = tier_of(s.expert_slice, system);
  s.expert_par_net = tier_of(s.expert_slice * s.expert_par, system);
  s.data_par_exp_net = tier_of(stage, system);
}

std::vector<std::string_view> approximations_of(const CalibratedExecution& e,
                                                const Transformer& model) {
  std::vector<std::string_view> made;
  if (e.attention_kernel == AttentionKernel::kFlash &&
      e.activation_recompute == CalibratedRecompute::kNone &&
      !e.recomputes(RecomputeModule::kCoreAttn)) {
    made.push_back("flash attention as recomputed scores");
  }
  if (e.low_precision()) {
    made.push_back("all tensors in the type of the products");
  }
  const PipelineLayout layout(e, model.num_blocks);
  const bool even = e.pipeline_layout.empty() && e.first_stage_blocks == 0 &&
                    e.last_stage_blocks == 0 && e.pipeline_balance == PipelineBalance::kBlocks;
  if (!even && e.pipeline_par > 1) {
    made.push_back("uneven stages as even ones");
  }
  return made;
}

// A rule of published executions that is broken.
std::string broken_rule(const Strategy& s, const Transformer& model) {
  for (const std::string& line :
       {grid_contradiction(s), contradiction(s), split_contradiction(s, model)}) {
    if (!line.empty()) {
      return line;
    }
  }
  return "";
}

}  // namespace

Preset published_preset(const Transformer& model) {
  return model.details.num_experts > 0 ? Preset::kCalculonMoe : Preset::kCalculon;
}

std::variant<AsPublished, NoPublishedForm> to_published(const CalibratedExecution& e,
                                                        const Transformer& model,
                                                        const System& system, Preset preset) {
  if (NoPublishedForm beyond = beyond_dialect(e, model); !beyond.kind.empty()) {
    return beyond;
  }
  AsPublished made{model, {}, approximations_of(e, model)};
  Strategy& s = made.strategy;
  s.set_preset(preset);
  take_block_choices(e, model, s);
  s.data_par = e.data_par;
  if (model.details.num_experts > 0) {
    take_experts(e, model, s);
    made.model.feedforward = model.expert_feedforward();  // the published width is an expert's
  }
  take_schedule(e, s);
  place(system, s);
  s.tensor_par_comm_type = s.effective_comm_type();
  s.seq_par_ag_redo = s.tensor_par_comm_type == TensorParCommType::kRsAg &&
                      s.activation_recompute != ActivationRecompute::kFull;
  if (std::string line = details_contradiction(made.model, s); !line.empty()) {
    return NoPublishedForm{"layers that the corrected model has not", std::move(line)};
  }
  if (std::string line = broken_rule(s, made.model); !line.empty()) {
    return NoPublishedForm{"a rule of published executions", std::move(line)};
  }
  return made;
}

}  // namespace calculon
