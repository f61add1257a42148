// Spaces counted by hand.
#include "calibrated/search/calibrated_space.h"

#include <catch2/catch.hpp>
#include <set>

#include "support/input_error_of.h"
#include "support/source_tree.h"

namespace calculon::test {
namespace {

using Numbers = std::vector<std::int64_t>;

// 4 blocks, 4 heads, two pairs of key and value heads, 8,192 tokens.
Transformer small_model() {
  Transformer model = read_transformer(source_path("models/llama-3.1-8b.json"));
  model.num_blocks = 4;
  model.attn_heads = 4;
  model.details.attn_kv_heads = 2;
  model.seq_size = 8192;
  return model;
}

System eight_a_node() {
  return read_system(source_path("systems/h100.json"));
}

CalibratedSpace space_of(const Transformer& model, std::int64_t num_procs, std::int64_t batch,
                         const std::vector<std::pair<std::string, std::string>>& wanted = {}) {
  CalibratedSpaceOptions options;
  options.num_procs = num_procs;
  options.batch_size = batch;
  for (const auto& [key, list] : wanted) {
    options.wanted.want(key, list);
  }
  return {model, eight_a_node(), options};
}

template <class Value>
Numbers values_of(const CalibratedSpace& space, Value CalibratedExecution::*setting) {
  std::set<std::int64_t> values;
  for (std::int64_t i = 0; i < space.size(); ++i) {
    values.insert(static_cast<std::int64_t>(space.at(i).*setting));
  }
  return {values.begin(), values.end()};
}

}  // namespace

TEST_CASE("a space on one processor has its microbatches and recomputations", "[calibrated]") {
  const CalibratedSpace space = space_of(small_model(), 1, 4);
  CHECK(space.size() == 3 * 2);  // b 1, 2, 4, then none and full
  CHECK(space.at(0).microbatch_size == 1);
  CHECK(space.at(0).activation_recompute == CalibratedRecompute::kNone);
  CHECK(space.at(1).activation_recompute == CalibratedRecompute::kFull);
  CHECK(space.at(2).microbatch_size == 2);
  CHECK(space.at(5).microbatch_size == 4);
  CHECK(space.at(0).data_par_sharding == DataParSharding::kNone);
  CHECK(space.at(0).loss_kind == LossKind::kInPlace);
}

TEST_CASE("degrees of a space divide what they have to", "[calibrated]") {
  using C = CalibratedExecution;
  const CalibratedSpace space = space_of(small_model(), 12, 24);
  // Divisors of 12 that divide 4 heads; 2 pairs of key and value heads go with all of them.
  CHECK(values_of(space, static_cast<std::int64_t C::*>(&C::tensor_par)) == Numbers{1, 2, 4});
  // Divisors of 4 blocks, and of 4 + 2 units with the ends.
  CHECK(values_of(space, static_cast<std::int64_t C::*>(&C::pipeline_par)) == Numbers{1, 2, 3, 4});
  // 8,192 tokens are at least 4,096 on each of two ranks.
  CHECK(values_of(space, static_cast<std::int64_t C::*>(&C::context_par)) == Numbers{1, 2});
  CHECK(values_of(space, static_cast<std::int64_t C::*>(&C::microbatch_size)) ==
        Numbers{1, 2, 4, 8});
  for (std::int64_t i = 0; i < space.size(); ++i) {
    const C e = space.at(i);
    CHECK(contradiction(e).empty());
    CHECK((e.pipeline_balance == PipelineBalance::kWithEmbedding) == (e.pipeline_par == 3));
    CHECK(e.sequence_par == (e.tensor_par > 1));
    CHECK((e.pipeline_interleaving == 1 || e.microbatches() % e.pipeline_par == 0));
    CHECK((e.data_par_sharding != DataParSharding::kZero3 || e.pipeline_par == 1));
  }
}

TEST_CASE("executions of a space differ, and each has its index", "[calibrated]") {
  const CalibratedSpace space = space_of(small_model(), 8, 16, {{"loss_kind", "unfused,compiled"}});
  std::vector<CalibratedExecution> seen;
  for (std::int64_t i = 0; i < space.size(); ++i) {
    CHECK(std::find(seen.begin(), seen.end(), space.at(i)) == seen.end());
    seen.push_back(space.at(i));
  }
  CHECK(seen.at(0).loss_kind == LossKind::kUnfused);
  CHECK(seen.at(1).loss_kind == LossKind::kCompiled);  // the innermost loop
}

TEST_CASE("naming a setting of a calibrated search narrows or opens it", "[calibrated]") {
  using C = CalibratedExecution;
  const Transformer model = small_model();
  CHECK(values_of(space_of(model, 12, 24, {{"tensor_par", "2..3"}}),
                  static_cast<std::int64_t C::*>(&C::tensor_par)) == Numbers{2});
  CHECK(values_of(space_of(model, 12, 36, {{"microbatch_size", "3,8"}, {"data_par", "12"}}),
                  static_cast<std::int64_t C::*>(&C::microbatch_size)) == Numbers{3});
  CHECK(values_of(space_of(model, 8, 16, {{"context_par", "4"}}),
                  static_cast<std::int64_t C::*>(&C::context_par)) == Numbers{4});
  // Selective recomputation changes nothing with a flash kernel: only who names it gets it.
  CHECK(values_of(space_of(model, 2, 2, {{"activation_recompute", "selective"}}),
                  static_cast<CalibratedRecompute C::*>(&C::activation_recompute)) == Numbers{1});
  CHECK(values_of(space_of(model, 2, 2, {{"attention_kernel", "unfused"}}),
                  static_cast<CalibratedRecompute C::*>(&C::activation_recompute)) ==
        Numbers{0, 1, 2});
  const CalibratedSpace modules =
      space_of(model, 1, 1, {{"recompute_modules", "none,layernorm+mlp_act"}});
  REQUIRE(modules.size() == 4);
  CHECK(modules.at(1).recompute_modules.has(RecomputeModule::kMlpAct));
  CHECK_FALSE(modules.at(1).recompute_modules.has(RecomputeModule::kMlp));
}

TEST_CASE("degrees of experts share the ranks of a stage", "[calibrated]") {
  Transformer model = small_model();
  model.details.num_experts = 6;
  model.details.top_k_experts = 2;
  model.details.moe_feedforward = 1024;
  const CalibratedSpace space =
      space_of(model, 4, 4, {{"tensor_par", "2"}, {"pipeline_par", "1"}, {"context_par", "1"}});
  std::set<std::pair<std::int64_t, std::int64_t>> degrees;
  for (std::int64_t i = 0; i < space.size(); ++i) {
    degrees.insert({space.at(i).expert_tensor_par, space.at(i).expert_par});
  }
  // 4 ranks: one or two for an expert, and 1 or 2 of the divisors 1, 2, 3, 6 beside that.
  CHECK(degrees == std::set<std::pair<std::int64_t, std::int64_t>>{{1, 1}, {1, 2}, {2, 1}, {2, 2}});
}

TEST_CASE("what a calibrated search cannot be told is refused", "[calibrated]") {
  const auto wanting = [](const std::string& key, const std::string& list) {
    return input_error_of([&] { space_of(small_model(), 8, 8, {{key, list}}); });
  };
  CHECK(wanting("weight_offload", "true") ==
        "weight_offload is no setting of a search by the calibrated methodology");
  CHECK(wanting("expert_imbalance", "2") ==
        "expert_imbalance is no setting of a search by the calibrated methodology");
  CHECK(wanting("loss_kind", "fused") ==
        "loss_kind is 'fused', expected unfused, compiled or in_place (did you mean 'unfused'?)");
  CHECK(wanting("recompute_modules", "mlp+mpl_act") ==
        "recompute_modules is 'mpl_act', expected core_attn, layernorm, mla_up_proj, mlp, mlp_in, "
        "mlp_act, moe, moe_act or op (did you mean 'mlp_act'?)");
  CHECK(wanting("grad_reduce_datatype", "float8") ==
        "grad_reduce_datatype is 'float8', expected float32, float16 or bfloat16");
  CHECK(wanting("param_gather_datatype", "float8") ==
        "param_gather_datatype is float8, which needs a gemm_datatype of low precision (rule "
        "KC15)");
}

}  // namespace calculon::test
