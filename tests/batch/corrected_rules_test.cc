// Every rule in which the corrected model differs from the published one, by itself: what it adds
// to a statistic of a model small enough to work it out by hand. The machine computes and moves
// 1e12 a second of everything, one after the other, and sends in no time but for the bytes.
#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <cmath>
#include <functional>
#include <set>
#include <string>
#include <vector>

#include "calculon/hardware/system.h"
#include "calculon/model/evaluate.h"
#include "calculon/strategy/strategy.h"
#include "support/input_error_of.h"

namespace calculon::test {
namespace {

constexpr double kDataBandwidth = 1e8;  // so slow that nothing hides the exchange of replicas

// 4 tokens of 8 elements in 4 blocks, 4 heads of 2 elements, an inner width of 32.
Transformer small_model() {
  Transformer model;
  model.hidden = 8;
  model.feedforward = 32;
  model.seq_size = 4;
  model.attn_heads = 4;
  model.attn_size = 2;
  model.num_blocks = 4;
  return model;
}

// Tiers 0 and 1 for all traffic but that of replicas, which is on tier 2.
System simple_machine() {
  const auto tier = [](double gigabytes) {
    return fmt::format(
        R"({{"bandwidth": {}, "efficiency": 1, "size": 64, "latency": 0,
             "ops": {{"p2p": [1, null], "reduce_scatter": [1, 0], "all_gather": [1, 0],
                      "all_reduce": [2, 0], "all_to_all": [1, null]}},
             "must_be_filled": false, "processor_usage": 0}})",
        gigabytes);
  };
  const std::string engine = R"({"float16": {"tflops": 1, "gflops_efficiency": [[0, 1]]}})";
  const std::string memory = R"({"GiB": 1, "GBps": 1000, "MB_efficiency": [[0, 1]]})";
  return parse_system("system.json",
                      fmt::format(R"({{"matrix": {0}, "vector": {0}, "mem1": {1}, "mem2": {1},
                       "processing_mode": "no_overlap", "networks": [{2}, {2}, {3}]}})",
                                  engine, memory, tier(100), tier(kDataBandwidth / 1e9)));
}

Strategy corrected_strategy() {
  Strategy s;
  s.set_preset(Preset::kCorrected);
  s.data_par_net = 2;
  s.data_par_exp_net = 2;
  s.pipeline_par_net = 1;
  return s;
}

// So many stages and replicas, with a batch of this many microbatches on each.
void set_degrees(Strategy& s, std::int64_t stages, std::int64_t replicas,
                 std::int64_t microbatches) {
  s.pipeline_par = stages;
  s.data_par = replicas;
  s.num_procs = s.tensor_par * stages * replicas;
  s.batch_size = replicas * microbatches;
}

// Experts on so many processors, in so many slices; all degrees make up the processors.
void set_experts(Strategy& s, std::int64_t experts, std::int64_t expert_par, std::int64_t slices,
                 std::int64_t expert_replicas) {
  s.model_MoE = true;
  s.num_experts = experts;
  s.top_k_experts = 1;
  s.expert_par = expert_par;
  s.expert_slice = slices;
  s.data_par_exp = expert_replicas;
  set_degrees(s, 1, expert_par * slices * expert_replicas / s.tensor_par, 1);
}

struct Setting {
  Transformer model = small_model();
  System system = simple_machine();
  Strategy strategy = corrected_strategy();
};

// What the published rule adds to a statistic of the corrected model.
struct WorkedRule {
  bool ModelRules::*published;
  std::function<void(Setting&)> set;
  double Stats::*statistic;
  std::function<double(const Stats& corrected)> added;
};

WorkedRule worked(bool ModelRules::*rule, double Stats::*statistic, double added,
                  std::function<void(Setting&)> set) {
  return {rule, std::move(set), statistic, [added](const Stats&) { return added; }};
}

void overlap_replicas(Setting& at) {
  set_degrees(at.strategy, 1, 2, 1);
  at.strategy.data_par_overlap = true;
}

std::vector<WorkedRule> layer_rules() {
  using R = ModelRules;
  return {
      // Two matrices of 8 x 32 elements instead of three.
      worked(&R::ignores_model_details, &Stats::block_weight_space, -512,
             [](Setting& at) { at.model.details.mlp_gated = true; }),
      // Keys and values of 4 tokens and 2 elements for each of 4 heads, not for one.
      worked(&R::copies_shared_keys, &Stats::block_act_working_space, 2 * 2 * (4 - 1) * 8,
             [](Setting& at) { at.strategy.attention_type = AttentionType::kMultiquery; }),
      // Embedding: 5 passes over 32 elements of 2 bytes. Head: 3 products of 4096 flops, each
      // moving 800 elements. Loss: 7 flops and 4 passes for each of 256 logits.
      worked(&R::leaves_out_vocabulary, &Stats::vocabulary_time,
             -1e-12 * (5 * 64 + 3 * (4096 + 1600) + 7 * 256 + 4 * 512),
             [](Setting& at) {
               at.model.details.vocab_size = 64;
               at.model.details.vocab_pad_multiple = 8;
               at.model.details.position_embedding = PositionEmbedding::kRope;
             }),
      // 64 scores: both products have 256 flops, softmax 5 for each score, dropout 1.
      worked(&R::full_score_square, &Stats::block_fw_flops, (256 + 256 + 5 * 64 + 64) / 2.0,
             [](Setting&) {}),
      // The fork before keys and values keeps 32 elements.
      worked(&R::keeps_shared_input_twice, &Stats::block_act_working_space, 64,
             [](Setting& at) {
               at.strategy.tensor_par = 2;
               at.strategy.tensor_par_comm_type = TensorParCommType::kRsAg;
               at.strategy.tensor_par_overlap = TensorParOverlap::kRing;
               at.strategy.attention_type = AttentionType::kMultiquery;
               set_degrees(at.strategy, 1, 1, 1);
             }),
      worked(&R::dense_ignores_silu, &Stats::block_weight_space, -512,
             [](Setting& at) { at.strategy.activation_function = ActivationFunction::kSilu; }),
      // Two slices over a tensor group of one work on 8 tokens, not on 4: products of 8 x 16
      // elements, 8 flops an element of the activation, and additions of half of 8 elements.
      worked(&R::slices_lose_tokens, &Stats::block_fw_flops,
             -4 * (2 * (2 * 8 * 16) + 8 * 16 + 8 / 2),
             [](Setting& at) { set_experts(at.strategy, 2, 1, 2, 1); }),
      // 4 tokens for 3 experts: one of them is rounded away.
      worked(&R::rounds_shares_down, &Stats::block_fw_flops, -1 * (2 * (2 * 8 * 32) + 8 * 32),
             [](Setting& at) { set_experts(at.strategy, 3, 1, 1, 1); }),
      // 4 tokens have 2 scores each.
      worked(&R::scores_per_token, &Stats::block_fw_flops, -4,
             [](Setting& at) { set_experts(at.strategy, 2, 1, 1, 1); }),
      // 4 tokens of 8 elements: a flop for each on the way, two on the way back.
      worked(&R::sorts_indices_only, &Stats::block_fw_flops, 4 - 3 * 32,
             [](Setting& at) { set_experts(at.strategy, 2, 1, 1, 1); }),
      // 4 x 32 outputs read 2 elements each.
      worked(&R::swiglu_reads_half, &Stats::block_fw_mem_accessed, -2 * 128,
             [](Setting& at) {
               set_experts(at.strategy, 1, 1, 1, 1);
               at.strategy.activation_function = ActivationFunction::kSilu;
             }),
  };
}

std::vector<WorkedRule> recompute_rules() {
  using R = ModelRules;
  const auto attention_only = [](Setting& at) {
    at.strategy.activation_recompute = ActivationRecompute::kAttnOnly;
  };
  const auto scattered = [](Setting& at) {
    at.strategy.tensor_par = 2;
    at.strategy.tensor_par_comm_type = TensorParCommType::kRsAg;
    set_degrees(at.strategy, 1, 1, 1);
  };
  const auto redone = [=](Setting& at) {
    scattered(at);
    at.strategy.seq_par_ag_redo = true;
    set_experts(at.strategy, 2, 1, 2, 1);
  };
  // Before the scores there are 288 flops of the norm and 1536 of the three products; the product
  // of keys and queries has 128, softmax 160, dropout 32.
  return {
      worked(&R::running_recompute_totals, &Stats::block_re_flops,
             (1824 + 128) + (1824 + 288) + (1824 + 320) - (128 + 160 + 32), attention_only),
      worked(&R::attn_only_gathers_again, &Stats::baseblock_recomm_size, 64,
             [=](Setting& at) {
               scattered(at);
               attention_only(at);
             }),
      worked(&R::attn_only_drops_input, &Stats::block_act_storage_space, -64, attention_only),
      worked(&R::full_size_checkpoints, &Stats::block_act_checkpoint_size, 64 - 32,
             [=](Setting& at) {
               scattered(at);
               at.strategy.activation_recompute = ActivationRecompute::kFull;
             }),
      // The inputs of the projections and of the MLP, of 32 elements each.
      worked(&R::redo_drops_without_gather, &Stats::block_act_storage_space, -2 * 64,
             [](Setting& at) {
               at.strategy.tensor_par_comm_type = TensorParCommType::kRsAg;
               at.strategy.seq_par_ag_redo = true;
             }),
      worked(&R::keeps_gathered_tokens, &Stats::block_act_storage_space, 64, redone),
      worked(&R::repeats_slice_reduction, &Stats::baseblock_es_recomm_size, 64, redone),
      worked(&R::never_repeats_exchanges, &Stats::baseblock_ep_recomm_size, -64,
             [](Setting& at) {
               set_experts(at.strategy, 2, 2, 1, 1);
               at.strategy.activation_recompute = ActivationRecompute::kFull;
             }),
  };
}

double backward_flops_time(const Stats& of) {
  return of.block_agrad_flops_time + of.block_wgrad_flops_time;
}
double backward_memory_time(const Stats& of) {
  return of.block_agrad_mem_time + of.block_wgrad_mem_time;
}

// Stages of one block in two chunks, with this many microbatches and two replicas.
std::function<void(Setting&)> two_chunks(std::int64_t microbatches) {
  return [=](Setting& at) {
    set_degrees(at.strategy, 2, 2, microbatches);
    at.strategy.pipeline_interleaving = 2;
    at.strategy.data_par_overlap = true;
  };
}

std::vector<WorkedRule> time_rules() {
  using R = ModelRules;
  constexpr double kLatency = 1e-6;
  return {
      worked(&R::empty_transfers_cost, &Stats::bubble_time, kLatency,
             [](Setting& at) {
               set_degrees(at.strategy, 2, 1, 1);
               at.strategy.training = false;
               at.system.networks[1].latency_seconds = kLatency;
             }),
      // The last of four blocks is the one that is not overlapped, with the memory time of it.
      {&R::unclamped_windows, overlap_replicas, &Stats::dp_comm_exposed_time, backward_memory_time},
      // Two windows for two microbatches, but one optimizer step.
      {&R::credits_optimizer_twice, two_chunks(2), &Stats::dp_comm_exposed_time,
       [](const Stats& of) { return -of.block_optim_flops_time; }},
      // Three blocks overlap, not one.
      {&R::slows_one_block,
       [](Setting& at) {
         overlap_replicas(at);
         at.system.networks[2].processor_usage = 0.1;
       },
       &Stats::dp_comm_exposed_time,
       [](const Stats& of) { return -2 * 0.1 * backward_flops_time(of); }},
      // 32 elements to the stage before, on a tier of their own.
      worked(&R::tail_pays_any_transfer, &Stats::dp_comm_exposed_time, 64 / 100e9,
             [](Setting& at) {
               set_degrees(at.strategy, 2, 2, 1);
               at.strategy.data_par_overlap = true;
             }),
      // On a fast tier the exchange of three of four blocks is hidden, but not their all-gather.
      {&R::gathers_before_step,
       [](Setting& at) {
         overlap_replicas(at);
         at.strategy.optimizer_sharding = true;
         at.system.networks[2].bytes_per_second = 1e12;
       },
       &Stats::dp_comm_exposed_time, [](const Stats& of) { return -3 * of.block_dp_size / 1e12; }},
      // One microbatch passes two stages.
      {&R::windows_of_all_stages, two_chunks(1), &Stats::dp_comm_exposed_time,
       [](const Stats& of) { return -(backward_flops_time(of) + 64 / 100e9); }},
      // 3 stages of 2 blocks have room for 6, and there are 4.
      {&R::counts_rounded_blocks, [](Setting& at) { set_degrees(at.strategy, 3, 1, 1); },
       &Stats::total_efficiency, [](const Stats& of) { return of.total_efficiency / 2; }},
      // 4 blocks and 2 microbatches on 2 processors: 3 more passes of what a block has, and 3 more
      // optimizer steps of their 4.
      {&R::block_is_useful_work, [](Setting& at) { set_degrees(at.strategy, 2, 1, 2); },
       &Stats::useful_flops,
       [](const Stats& of) {
         const double passes = of.block_fw_flops + of.block_agrad_flops + of.block_wgrad_flops;
         return -(7 * passes + 3 * of.block_optim_flops);
       }},
      // 4 blocks of 2 x 8 x 32 weights, 2 bytes each, sent and received.
      worked(&R::free_expert_replicas, &Stats::dp_comm_exposed_time, -4 * 2 * 1024 / kDataBandwidth,
             [](Setting& at) {
               at.strategy.tensor_par = 2;
               set_experts(at.strategy, 1, 1, 1, 2);
             }),
      // Three blocks of four overlap, each with 2 exchanges of half of 64 bytes.
      worked(&R::windows_ignore_experts, &Stats::dp_comm_exposed_time, -3 * 2 * 32 / kDataBandwidth,
             [](Setting& at) {
               set_experts(at.strategy, 2, 2, 1, 1);
               at.strategy.expert_par_net = 2;
               at.strategy.data_par_overlap = true;
             }),
  };
}

std::vector<WorkedRule> memory_rules() {
  using R = ModelRules;
  const auto weights = [](const Stats& of) { return of.block_weight_space / 2; };
  return {
      // 4 blocks with 4 bytes for each weight; published, one of them, and 2 bytes on 2 replicas
      // for the others.
      {&R::reduces_gradients_early,
       [](Setting& at) {
         set_degrees(at.strategy, 1, 2, 1);
         at.strategy.optimizer_sharding = true;
       },
       &Stats::weight_grad_space,
       [=](const Stats& of) { return (4 + 3 * 2 / 2 - 4 * 4) * weights(of); }},
      {&R::one_unreduced_block, [](Setting&) {}, &Stats::weight_grad_space_with_offload,
       [=](const Stats& of) { return (4 + 2 - 4 * 4) * weights(of); }},
      // 2 stages of 2 chunks hold 2 x (1 + 1 / 4) microbatches, and there are 2.
      {&R::holds_more_than_there_are,
       [](Setting& at) {
         set_degrees(at.strategy, 2, 1, 2);
         at.strategy.pipeline_interleaving = 2;
       },
       &Stats::act_space, [](const Stats& of) { return of.block_act_storage_space; }},
      // 2 blocks of 2 microbatches, one of them at work, not 2 blocks of 1.
      {&R::holds_one_microbatch, [](Setting& at) { set_degrees(at.strategy, 2, 1, 2); },
       &Stats::act_space, [](const Stats& of) { return -2 * of.block_act_storage_space; }},
      // 4 tokens, and twice 4 tokens of 8 elements.
      worked(&R::takes_off_exchanges, &Stats::block_act_storage_space, -2 * (4 + 2 * 32),
             [](Setting& at) { set_experts(at.strategy, 2, 1, 1, 1); }),
      // 4 blocks of an expert of 512 weights without replicas, 12 bytes each.
      worked(&R::experts_shard_as_others, &Stats::optimizer_space, -4 * 512 * 12 / 2,
             [](Setting& at) {
               set_experts(at.strategy, 2, 2, 1, 1);
               at.strategy.optimizer_sharding = true;
             }),
  };
}

std::vector<WorkedRule> all_worked_rules() {
  std::vector<WorkedRule> all;
  for (auto rules : {layer_rules(), recompute_rules(), time_rules(), memory_rules()}) {
    all.insert(all.end(), rules.begin(), rules.end());
  }
  return all;
}

// Those that are tested by themselves below, since they have no number.
const std::vector<bool ModelRules::*>& rules_without_number() {
  static const std::vector<bool ModelRules::*> kRules = {
      &ModelRules::any_top_k, &ModelRules::no_checkpoint_in_inference,
      &ModelRules::checks_degrees_late, &ModelRules::accepts_empty_stages};
  return kRules;
}

}  // namespace

TEST_CASE("each rule of the corrected model has its worked value", "[batch][corrected]") {
  for (const WorkedRule& rule : all_worked_rules()) {
    for (const ModelRule& row : kModelRules) {
      if (row.published != rule.published) {
        continue;
      }
      INFO(row.ids << ": " << row.right);
      Setting at;
      rule.set(at);
      const Outcome<Stats> right = evaluate(at.model, at.system, at.strategy);
      at.strategy.rules.*rule.published = true;
      const Outcome<Stats> published = evaluate(at.model, at.system, at.strategy);
      REQUIRE(right);
      REQUIRE(published);
      CHECK((*published).*rule.statistic - (*right).*rule.statistic ==
            Approx(rule.added(*right)).epsilon(1e-9).margin(1e-18));
    }
  }
}

TEST_CASE("no rule of the corrected model is without a test", "[batch][corrected]") {
  const std::vector<WorkedRule> all = all_worked_rules();
  for (const ModelRule& row : kModelRules) {
    const auto is_row = [&](const auto& rule) { return rule.published == row.published; };
    const auto& others = rules_without_number();
    INFO(row.ids << ": " << row.right);
    CHECK((std::any_of(all.begin(), all.end(), is_row) ||
           std::find(others.begin(), others.end(), row.published) != others.end()));
    CHECK_FALSE(rules_of(Preset::kCorrected).*row.published);
  }
}

TEST_CASE("what the corrected model does not accept", "[batch][corrected]") {
  Setting at;
  set_experts(at.strategy, 2, 1, 1, 1);
  at.strategy.top_k_experts = 3;
  CHECK(contradiction(at.strategy) == "top_k_experts is 3, expected 1 to num_experts 2");
  at.strategy.rules.any_top_k = true;
  CHECK(contradiction(at.strategy).empty());

  Strategy dense = corrected_strategy();
  dense.num_procs = 3;
  CHECK(contradiction(dense) ==
        "num_procs is 3, expected tensor_par 1 * pipeline_par 1 * data_par 1");
  dense.rules.checks_degrees_late = true;
  CHECK(contradiction(dense).empty());

  Setting deep;
  set_degrees(deep.strategy, 8, 1, 1);
  CHECK(input_error_of([&] { evaluate(deep.model, deep.system, deep.strategy); }) ==
        "pipeline_par is 8, expected at most the model's num_blocks 4");
  deep.strategy.rules.accepts_empty_stages = true;
  CHECK(evaluate(deep.model, deep.system, deep.strategy));
}

TEST_CASE("a forward pass has no checkpoints, rather than none that are known",
          "[batch][corrected]") {
  Setting at;
  at.strategy.training = false;
  CHECK(evaluate(at.model, at.system, at.strategy)->act_checkpoint_size_with_offload == 0);
  at.strategy.rules.no_checkpoint_in_inference = true;
  CHECK(std::isnan(evaluate(at.model, at.system, at.strategy)->act_checkpoint_size_with_offload));
}

}  // namespace calculon::test
