#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <tuple>

#include "calculon/base/field.h"
#include "calculon/base/input_error.h"
#include "calculon/hardware/datatype.h"
#include "calculon/hardware/system.h"
#include "calculon/strategy/preset.h"
#include "calculon/workload/transformer.h"

namespace calculon {

enum class AttentionType { kMultihead, kMultiquery };

template <>
struct EnumNames<AttentionType> {
  static constexpr std::array<std::string_view, 2> kNames = {"multihead", "multiquery"};
};

// What the backward pass recomputes instead of keeping it: whole blocks from their checkpoints, the
// scores of attention (selective recomputation, Korthikanti et al., arXiv 2205.05198), or nothing.
enum class ActivationRecompute { kFull, kAttnOnly, kNone };

template <>
struct EnumNames<ActivationRecompute> {
  static constexpr std::array<std::string_view, 3> kNames = {"full", "attn_only", "none"};
};

// Tensor-parallel communication: all-reduce; all-reduce inside a chunk but reduce-scatter and
// all-gather at its edge, with scattered pipeline transfers; reduce-scatter and all-gather
// everywhere (sequence parallelism, arXiv 2205.05198).
enum class TensorParCommType { kAr, kP2pRsAg, kRsAg };

template <>
struct EnumNames<TensorParCommType> {
  static constexpr std::array<std::string_view, 3> kNames = {"ar", "p2p_rs_ag", "rs_ag"};
};

// Tiled overlap of tensor-parallel communication with matrix products.
enum class TensorParOverlap { kNone, kRing, kPipe };

template <>
struct EnumNames<TensorParOverlap> {
  static constexpr std::array<std::string_view, 3> kNames = {"none", "ring", "pipe"};
};

enum class ActivationFunction { kGelu, kSilu };

template <>
struct EnumNames<ActivationFunction> {
  static constexpr std::array<std::string_view, 2> kNames = {"gelu", "silu"};
};

// The choices that decide what one block of the model costs. A block profile sees nothing else of
// a strategy, and is therefore good for every schedule. Members carry the names of their keys,
// whose meanings are in kStrategyFields; `_net` members count the system's network tiers from 0.
struct BlockChoices {
  std::int64_t tensor_par = 1;
  std::int64_t tensor_par_net = 0;
  std::int64_t microbatch_size = 1;  // sequences
  Datatype datatype = Datatype::kFloat16;
  bool fused_activation = false;
  AttentionType attention_type = AttentionType::kMultihead;
  ActivationRecompute activation_recompute = ActivationRecompute::kNone;
  TensorParCommType tensor_par_comm_type = TensorParCommType::kAr;
  TensorParOverlap tensor_par_overlap = TensorParOverlap::kNone;
  bool seq_par_ag_redo = false;
  bool training = true;  // off: one forward pass, as training has it (quirk A9)

  // Mixture of experts: the experts of a layer stand on expert_par processors (expert parallelism),
  // and each one's feed-forward width is cut over expert_slice (expert tensor parallelism).
  bool model_MoE = false;
  std::int64_t num_experts = 1;
  std::int64_t top_k_experts = 1;
  std::int64_t expert_par = 1;
  std::int64_t expert_slice = 1;
  std::int64_t expert_par_net = 0;
  std::int64_t expert_slice_net = 0;
  ActivationFunction activation_function = ActivationFunction::kGelu;

  ModelRules rules;  // those of the strategy's preset

  // Whether tensor_par need not divide the attention heads.
  bool rounds_heads_down() const { return model_MoE && rules.rounds_shares_down; }
  // The communication that a block has: a mixture of experts scatters activations over the tensor
  // group whatever is asked for.
  TensorParCommType effective_comm_type() const {
    return model_MoE && tensor_par > 1 ? TensorParCommType::kRsAg : tensor_par_comm_type;
  }

  bool operator==(const BlockChoices&) const = default;
};

// Over how many processors the optimizer state of a block is split: of the weights that all
// replicas have, and of the experts.
struct OptimizerShards {
  std::int64_t shared = 1;
  std::int64_t experts = 1;

  auto operator<=>(const OptimizerShards&) const = default;
};

// The choices that arrange blocks and microbatches on the machine; interleaving is what others call
// virtual pipeline stages, and a sharded optimizer ZeRO stage 1.
struct ScheduleChoices {
  std::int64_t num_procs = 1;
  std::int64_t pipeline_par = 1;
  std::int64_t data_par = 1;
  std::int64_t pipeline_par_net = 0;
  std::int64_t data_par_net = 0;
  std::int64_t data_par_exp = 1;  // replicas of the experts
  std::int64_t data_par_exp_net = 0;
  std::int64_t batch_size = 1;  // sequences, of all replicas
  std::int64_t pipeline_interleaving = 1;
  bool optimizer_sharding = false;
  bool data_par_overlap = false;
  bool weight_offload = false;
  bool activations_offload = false;
  bool optimizer_offload = false;

  bool any_offload() const { return weight_offload || activations_offload || optimizer_offload; }

  bool operator==(const ScheduleChoices&) const = default;
};

// An execution: one way of running a model on a machine. It derives from its two halves, rather
// than holding them, so that one table of member pointers covers both.
struct Strategy : BlockChoices, ScheduleChoices {
  Preset preset = Preset::kCalculon;

  // Takes a preset with its rules; nothing else sets either of them.
  void set_preset(Preset which) {
    preset = which;
    rules = rules_of(which);
  }

  // Whether weights have more than one replica, those of experts or all others.
  bool has_replicas() const {
    return data_par > 1 || (model_MoE && data_par_exp > 1 && !rules.free_expert_replicas);
  }
  OptimizerShards optimizer_shards() const {
    if (!optimizer_sharding) {
      return {};
    }
    return {data_par, rules.experts_shard_as_others ? data_par : data_par_exp};
  }

  bool operator==(const Strategy&) const = default;
};

// The keys of an execution file in canonical order, and which preset has them; their types are
// those of the members. A file with any key that `calculon` does not have is one of `calculon-moe`,
// and has all keys of that; one with `methodology` is of the corrected preset, and has the other
// keys of either tool.
inline constexpr std::tuple kStrategyFields = {
    typed_field<Strategy>("methodology", &Strategy::preset, "the corrected model", kCorrectedOnly),
    typed_field<Strategy>("num_procs", &Strategy::num_procs,
                          "processors; tensor_par * pipeline_par * data_par"),
    typed_field<Strategy>("tensor_par", &Strategy::tensor_par, "tensor parallelism"),
    typed_field<Strategy>("pipeline_par", &Strategy::pipeline_par, "pipeline parallelism"),
    typed_field<Strategy>("data_par", &Strategy::data_par, "data parallelism"),
    typed_field<Strategy>("tensor_par_net", &Strategy::tensor_par_net,
                          "network tier of tensor-parallel traffic, from 0"),
    typed_field<Strategy>("pipeline_par_net", &Strategy::pipeline_par_net,
                          "network tier of pipeline traffic"),
    typed_field<Strategy>("data_par_net", &Strategy::data_par_net,
                          "network tier of data-parallel traffic"),
    typed_field<Strategy>("batch_size", &Strategy::batch_size, "global batch, sequences"),
    typed_field<Strategy>("microbatch_size", &Strategy::microbatch_size, "microbatch, sequences"),
    typed_field<Strategy>("num_experts", &Strategy::num_experts, "experts of a layer",
                          kWithExperts),
    typed_field<Strategy>("top_k_experts", &Strategy::top_k_experts,
                          "experts that a token is sent to", kWithExperts),
    typed_field<Strategy>("expert_par", &Strategy::expert_par,
                          "expert parallelism: processors that share the experts of a layer",
                          kWithExperts),
    typed_field<Strategy>("expert_slice", &Strategy::expert_slice,
                          "processors over which one expert's feed-forward width is cut",
                          kWithExperts),
    typed_field<Strategy>("data_par_exp", &Strategy::data_par_exp,
                          "data parallelism of the experts", kWithExperts),
    typed_field<Strategy>("data_par_exp_net", &Strategy::data_par_exp_net,
                          "network tier of the experts' data-parallel traffic", kWithExperts),
    typed_field<Strategy>("expert_par_net", &Strategy::expert_par_net,
                          "network tier of the all-to-all between experts", kWithExperts),
    typed_field<Strategy>("expert_slice_net", &Strategy::expert_slice_net,
                          "network tier of expert-slice traffic", kWithExperts),
    typed_field<Strategy>("datatype", &Strategy::datatype, "storage and compute type"),
    typed_field<Strategy>("fused_activation", &Strategy::fused_activation,
                          "GeLU fused into the product before it, nothing stored for it"),
    typed_field<Strategy>("attention_type", &Strategy::attention_type,
                          "one key and value per head, or one for all"),
    typed_field<Strategy>("activation_recompute", &Strategy::activation_recompute,
                          "what backward recomputes instead of storing"),
    typed_field<Strategy>("pipeline_interleaving", &Strategy::pipeline_interleaving,
                          "chunks of blocks per processor"),
    typed_field<Strategy>(
        "optimizer_sharding", &Strategy::optimizer_sharding,
        "optimizer state split over the replicas, and reduced gradients as published"),
    typed_field<Strategy>("tensor_par_comm_type", &Strategy::tensor_par_comm_type,
                          "collectives of tensor parallelism"),
    typed_field<Strategy>("tensor_par_overlap", &Strategy::tensor_par_overlap,
                          "tiled overlap of tensor-parallel traffic with matrix products"),
    typed_field<Strategy>("seq_par_ag_redo", &Strategy::seq_par_ag_redo,
                          "repeat the all-gather in backward rather than keep its result"),
    typed_field<Strategy>("data_par_overlap", &Strategy::data_par_overlap,
                          "overlap data-parallel traffic with backward"),
    typed_field<Strategy>("weight_offload", &Strategy::weight_offload,
                          "keep weights in memory tier 2"),
    typed_field<Strategy>("activations_offload", &Strategy::activations_offload,
                          "keep activations or checkpoints in tier 2"),
    typed_field<Strategy>("optimizer_offload", &Strategy::optimizer_offload,
                          "keep optimizer state and reduced gradients in tier 2"),
    typed_field<Strategy>("training", &Strategy::training,
                          "forward, backward and optimizer step; false: forward only"),
    typed_field<Strategy>("model_MoE", &Strategy::model_MoE,
                          "a mixture of experts; false: a dense model", kWithExperts),
    typed_field<Strategy>(
        "activation_function", &Strategy::activation_function,
        "of the experts (corrected: of dense blocks, too); gelu if the key is absent",
        kWithExperts),
};

// One setting as text: "3072", "true", "rs_ag".
std::string setting_text(std::int64_t value);
std::string setting_text(bool value);
template <class Enum>
std::string setting_text(Enum value) {
  return std::string(enum_name(value));
}

// An execution file as read. An unknown datatype is an error only once the networks have been
// found large enough (rules U61 and MT4 stand behind I1 and I2), so it is kept until then.
struct StrategyFile {
  Strategy strategy;
  std::optional<InputError> datatype_error;
};

// Reads an execution file and checks it against rules U10-U33 (MU1-MU12 of a mixture of experts).
// `file` names it in messages. Throws InputError.
StrategyFile parse_strategy(const std::string& file, const std::string& text);
StrategyFile read_strategy(const std::string& path);

// What contradicts itself in a strategy (the same rules): one line naming key, value and what is
// accepted; "" if nothing does.
std::string contradiction(const Strategy& strategy);

// Whether the degrees of parallelism make up num_procs (rules U15, MT5), as such a line. A mixture
// of experts is checked for it only after its networks, and a dense model of that preset not at all
// (quirk M36).
std::string grid_contradiction(const Strategy& strategy);

}  // namespace calculon
