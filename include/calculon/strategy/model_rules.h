#pragma once

#include <array>
#include <string_view>

namespace calculon {

// Where the published model computes something other than one would expect (docs/quirks.md), each
// a choice whose name says what is published. Code asks for the rule it means, never for the
// preset. The values here are those of the dense tool; rules_of() has those of each preset.
struct ModelRules {
  // Layers.
  bool ignores_model_details = true;
  bool copies_shared_keys = true;
  bool leaves_out_vocabulary = true;
  bool full_score_square = true;
  bool keeps_shared_input_twice = true;
  bool dense_ignores_silu = true;
  bool slices_lose_tokens = true;
  bool rounds_shares_down = true;
  bool any_top_k = true;
  bool scores_per_token = true;
  bool sorts_indices_only = true;
  bool swiglu_reads_half = true;
  // Recomputation.
  bool running_recompute_totals = true;
  bool attn_only_gathers_again = true;
  bool attn_only_drops_input = true;
  bool full_size_checkpoints = true;
  bool redo_drops_without_gather = true;
  bool keeps_gathered_tokens = true;
  bool repeats_slice_reduction = true;
  bool never_repeats_exchanges = true;
  // Times.
  bool empty_transfers_cost = true;
  bool unclamped_windows = true;
  bool credits_optimizer_twice = true;
  bool slows_one_block = true;
  bool tail_pays_any_transfer = true;
  bool gathers_before_step = true;
  bool windows_of_all_stages = true;
  bool counts_rounded_blocks = true;
  bool block_is_useful_work = true;
  bool free_expert_replicas = true;
  bool windows_ignore_experts = true;
  // Memory.
  bool reduces_gradients_early = true;
  bool one_unreduced_block = true;
  bool holds_more_than_there_are = true;
  bool no_checkpoint_in_inference = true;
  bool holds_one_microbatch = false;
  bool takes_off_exchanges = true;
  bool experts_shard_as_others = true;
  // What is accepted.
  bool checks_degrees_late = false;
  bool accepts_empty_stages = true;

  bool operator==(const ModelRules&) const = default;
};

// A row for each rule: the quirks that it is (one without an id is no quirk of the list), and what
// holds without it.
struct ModelRule {
  std::string_view ids;
  bool ModelRules::*published;
  std::string_view right;
};

inline constexpr std::array kModelRules = {
    ModelRule{"", &ModelRules::ignores_model_details,
              "what a model file says of grouped heads, gated MLPs and shared experts holds"},
    ModelRule{"A5", &ModelRules::copies_shared_keys,
              "keys and values that heads share are computed, stored and read once"},
    ModelRule{"A7", &ModelRules::leaves_out_vocabulary,
              "embedding, output head and loss of a model with a vocabulary are there"},
    ModelRule{"A8", &ModelRules::full_score_square,
              "attention of a causal model computes and moves half of the scores"},
    ModelRule{"B9", &ModelRules::keeps_shared_input_twice,
              "queries, keys and values are one tiled product: its input is kept once"},
    ModelRule{"M24", &ModelRules::dense_ignores_silu, "`silu` is a gated MLP in dense blocks too"},
    ModelRule{"M1 M2", &ModelRules::slices_lose_tokens,
              "a group of slices works on its share of the routed tokens, and both exchanges carry "
              "the processor's share"},
    ModelRule{"M23", &ModelRules::rounds_shares_down,
              "degrees divide what they split, and no token is rounded away"},
    ModelRule{"M20", &ModelRules::any_top_k, "1 <= top_k_experts <= num_experts"},
    ModelRule{"M17", &ModelRules::scores_per_token,
              "the choice of experts reads a score for each token and expert"},
    ModelRule{"M18", &ModelRules::sorts_indices_only,
              "tokens are moved to their experts and back, and their results weighted and added"},
    ModelRule{"M19", &ModelRules::swiglu_reads_half,
              "SwiGLU reads both halves, and has one gradient per output"},
    ModelRule{"C1", &ModelRules::running_recompute_totals,
              "recomputation counts the layer's own flops and bytes"},
    ModelRule{"C3", &ModelRules::attn_only_gathers_again,
              "`attn_only` gathers the input again only where `seq_par_ag_redo` says so"},
    ModelRule{"C4", &ModelRules::attn_only_drops_input,
              "`attn_only` keeps the input of queries, keys and values"},
    ModelRule{"C6 M13", &ModelRules::full_size_checkpoints,
              "checkpoints are scattered where the inputs of blocks are"},
    ModelRule{"", &ModelRules::redo_drops_without_gather,
              "`seq_par_ag_redo` drops an input only where a group gathers it again"},
    ModelRule{"M12", &ModelRules::keeps_gathered_tokens,
              "`seq_par_ag_redo` drops the gathered tokens of experts"},
    ModelRule{"M16", &ModelRules::repeats_slice_reduction,
              "the reduction behind the experts is repeated under full recomputation only"},
    ModelRule{"M15", &ModelRules::never_repeats_exchanges,
              "full recomputation repeats the exchange to the experts"},
    ModelRule{"D1", &ModelRules::empty_transfers_cost, "what is not sent costs nothing"},
    ModelRule{"D2", &ModelRules::unclamped_windows,
              "no window is below 0, and no exchange exposes more than it takes"},
    ModelRule{"D3", &ModelRules::credits_optimizer_twice,
              "an exchange hides behind the optimizer step of each block once"},
    ModelRule{"D4", &ModelRules::slows_one_block,
              "only the blocks that an exchange overlaps are slowed by it"},
    ModelRule{"D5", &ModelRules::tail_pays_any_transfer,
              "pipeline transfers take from the last window on a shared tier only"},
    ModelRule{"D6", &ModelRules::gathers_before_step,
              "a sharded optimizer's all-gather comes behind its step and is exposed"},
    ModelRule{"D7", &ModelRules::windows_of_all_stages,
              "a chunk has as many windows as microbatches, where these are fewer than stages"},
    ModelRule{"D13", &ModelRules::counts_rounded_blocks,
              "efficiencies count the blocks of the model"},
    ModelRule{"D14", &ModelRules::block_is_useful_work,
              "useful work is that of the batch, with one optimizer step"},
    ModelRule{"M5", &ModelRules::free_expert_replicas,
              "gradients of experts are exchanged where only experts have replicas"},
    ModelRule{"M7", &ModelRules::windows_ignore_experts,
              "traffic between experts and slices takes from the windows on its tier"},
    ModelRule{"E1", &ModelRules::reduces_gradients_early, "all blocks accumulate 32-bit gradients"},
    ModelRule{"E5", &ModelRules::one_unreduced_block,
              "gradients under optimizer offload follow the same rule"},
    ModelRule{"E2", &ModelRules::holds_more_than_there_are,
              "no more microbatches are held than there are"},
    ModelRule{"E3", &ModelRules::no_checkpoint_in_inference,
              "without training there are 0 bytes of checkpoints"},
    ModelRule{"M8 M9", &ModelRules::holds_one_microbatch,
              "activations are held for every microbatch in flight"},
    ModelRule{"M10", &ModelRules::takes_off_exchanges,
              "nothing is taken off the stored activations that was not added"},
    ModelRule{"M11", &ModelRules::experts_shard_as_others,
              "gradients and optimizer state of experts are split over their own replicas"},
    ModelRule{"M36", &ModelRules::checks_degrees_late,
              "degrees make up num_procs, in dense models too"},
    ModelRule{"", &ModelRules::accepts_empty_stages, "a pipeline has no more stages than blocks"},
};
static_assert(sizeof(ModelRules) == kModelRules.size(), "a rule has no row");

}  // namespace calculon
