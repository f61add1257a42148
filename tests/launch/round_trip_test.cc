// What was launched comes back.
#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <random>

#include "calibrated/suitability.h"
#include "launch/launch_case.h"
#include "launch/launch_rules.h"
#include "launch/launch_script.h"
#include "launch/megatron_import.h"
#include "support/findings.h"

namespace calculon::test {
namespace {

// Draws settings, some of them far from the usual.
class Dice {
 public:
  explicit Dice(unsigned seed) : engine_(seed) {}

  std::int64_t one_of(const std::vector<std::int64_t>& values) {
    return values[roll(values.size())];
  }
  bool chance(std::size_t of) { return roll(of) == 0; }
  std::size_t roll(std::size_t sides) { return engine_() % sides; }
  template <class Enum>
  Enum any() {
    return static_cast<Enum>(roll(kEnumSize<Enum>));
  }

 private:
  std::mt19937 engine_;
};

Transformer draw_model(Dice& dice) {
  Transformer model = {1024, 4096, 2048, 16, dice.one_of({64, 128}), dice.one_of({8, 12, 24}), {}};
  ModelDetails& details = model.details;
  details.vocab_size = dice.one_of({0, 50257});
  details.attn_kv_heads = dice.one_of({0, 2, 16});
  details.tie_embeddings = dice.chance(2);
  details.position_embedding = dice.any<PositionEmbedding>();
  details.norm_kind = dice.any<NormKind>();
  details.linear_bias = dice.chance(2);
  details.mlp_gated = dice.chance(2);
  details.hidden_dropout = dice.chance(4) ? 0.1 : 0;
  details.mtp_blocks = dice.chance(4) ? 1 : 0;
  if (dice.chance(3)) {
    details.attn_kind = AttentionKind::kMla;
    details.mla_q_rank = dice.one_of({0, 256});
    details.mla_kv_rank = 128;
    details.mla_nope_size = 64;
    details.mla_rope_size = 32;
    details.mla_value_size = 64;
  }
  if (dice.chance(2)) {
    details.num_experts = 8;
    details.top_k_experts = 2;
    details.moe_feedforward = dice.one_of({0, 512});
    details.moe_shared_feedforward = dice.one_of({0, 512});
    details.moe_first_dense_blocks = dice.one_of({0, 1, 3});
    details.moe_block_period = dice.one_of({1, 2});
  }
  return model;
}

void draw_schedule(Dice& dice, const Transformer& model, CalibratedExecution& e) {
  e.pipeline_interleaving = e.pipeline_par > 1 ? dice.one_of({1, 1, 2, 3}) : 1;
  switch (dice.roll(5)) {
    case 0:
      e.pipeline_balance = PipelineBalance::kWithEmbedding;
      break;
    case 1:
      e.first_stage_blocks = e.pipeline_par > 1 ? dice.one_of({1, 2}) : 0;
      e.last_stage_blocks = e.pipeline_par > 1 ? dice.one_of({0, 2}) : 0;
      break;
    case 2: {
      const std::int64_t chunks = e.pipeline_par * e.pipeline_interleaving;
      e.pipeline_layout.assign(static_cast<std::size_t>(chunks), model.num_blocks / chunks);
      e.pipeline_layout[dice.roll(e.pipeline_layout.size())] += model.num_blocks % chunks;
      break;
    }
    default:
      break;
  }
  e.data_par_sharding = dice.any<DataParSharding>();
  e.data_par_shard_size = e.shards_gradients() ? dice.one_of({0, 2}) : 0;
  e.data_par_overlap = dice.chance(2);
  e.param_gather_overlap = dice.chance(2);
  e.loss_kind = dice.any<LossKind>();
  e.grad_fusion = !dice.chance(4);
  constexpr std::array<Datatype, 3> kGradients = {Datatype::kFloat32, Datatype::kFloat16,
                                                  Datatype::kBfloat16};
  e.grad_reduce_datatype = kGradients[dice.roll(kGradients.size())];
}

CalibratedExecution draw_execution(Dice& dice, const Transformer& model) {
  CalibratedExecution e;
  e.tensor_par = dice.one_of({1, 2, 4});
  e.pipeline_par = dice.one_of({1, 2, 4});
  e.context_par = dice.one_of({1, 1, 2});
  e.data_par = dice.one_of({1, 2, 4});
  e.num_procs = e.tensor_par * e.pipeline_par * e.context_par * e.data_par;
  e.microbatch_size = dice.one_of({1, 2});
  e.batch_size = e.data_par * e.microbatch_size * dice.one_of({4, 6, 8});
  e.expert_par = dice.one_of({1, 1, 2, 4});
  e.expert_tensor_par = dice.one_of({0, 0, 1, 2});
  e.sequence_par = e.tensor_par > 1 && dice.chance(2);
  e.datatype = dice.chance(3) ? Datatype::kFloat16 : Datatype::kBfloat16;
  e.gemm_datatype = dice.chance(3)   ? Datatype::kFloat8
                    : dice.chance(4) ? Datatype::kFloat4
                                     : e.datatype;
  e.param_gather_datatype = e.low_precision() && dice.chance(2) ? Datatype::kFloat8 : e.datatype;
  e.attention_kernel = dice.any<AttentionKernel>();
  e.activation_recompute = dice.any<CalibratedRecompute>();
  for (std::size_t i = dice.roll(4); i > 0; --i) {
    e.recompute_modules.add(dice.any<RecomputeModule>());
  }
  if (e.activation_recompute == CalibratedRecompute::kFull) {
    e.recompute_block_share = dice.chance(2) ? 1 : dice.chance(2) ? 0.5 : 1.0 / 3;
  }
  e.expert_dispatch = dice.any<ExpertDispatch>();
  e.expert_overlap = dice.chance(3);
  e.tensor_par_overlap = dice.chance(4);
  e.cuda_graph_scope = dice.any<CudaGraphScope>();
  e.float8_scaling = dice.any<Float8Scaling>();
  e.expert_imbalance = dice.chance(4) ? 1.25 : 1;
  draw_schedule(dice, model, e);
  return e;
}

// With what stands for the counts written out.
Transformer written_out(Transformer model) {
  model.details.attn_kv_heads = model.kv_heads();
  model.details.moe_feedforward = model.expert_feedforward();
  model.details.max_positions = model.positions();
  return model;
}

std::string difference(const Json& launched, const Json& back) {
  std::string keys;
  for (const auto& item : launched.items()) {
    if (item.value() != back[item.key()]) {
      keys +=
          fmt::format(" {} {} became {}", item.key(), item.value().dump(), back[item.key()].dump());
    }
  }
  return keys;
}

}  // namespace

TEST_CASE("what is imported from a launch is what was launched", "[launch][import]") {
  Dice dice(17);
  Findings findings;
  std::size_t tried = 0;
  for (int i = 0; i < 40000; ++i) {
    LaunchJob job;
    job.model = draw_model(dice);
    job.execution = draw_execution(dice, job.model);
    job.processors_per_node = processors_per_node(job.execution.num_procs, 8);
    job.model_name = "drawn";
    if (!contradiction(job.model).empty() || !contradiction(job.execution).empty() ||
        why_unsuitable(job.model, job.execution, 1e9) ||
        broken_rule(Framework::kMegatron, job.model, job.execution) != nullptr) {
      continue;
    }
    ++tried;
    const std::string script = megatron_script(job);
    try {
      const ImportedLaunch back = import_megatron("train.sh", script);
      const std::string changed =
          difference(setting_values(written_out(job.model)),
                     setting_values(written_out(back.model))) +
          difference(setting_values(job.execution), setting_values(back.execution));
      findings.add_unless(changed.empty() && back.unused.empty(), changed + "\n" + script);
    } catch (const InputError& error) {
      findings.add(std::string(error.what()) + "\n" + script);
    }
  }
  CHECK(tried > 3000);
  INFO(tried << " launched; " << findings.text());
  CHECK(findings.empty());
}

}  // namespace calculon::test
