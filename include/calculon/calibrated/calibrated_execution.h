#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "calculon/base/enum_names.h"
#include "calculon/base/field.h"
#include "calculon/hardware/datatype.h"

namespace calculon {

// An execution in the dialect of the calibrated methodology: how training frameworks split a model,
// with their defaults. No network tier is named; where a group stands follows from the order of the
// degrees.

enum class AttentionKernel { kFlash, kUnfused };
enum class CalibratedRecompute { kNone, kSelective, kFull };
enum class RecomputeModule {
  kCoreAttn,
  kLayernorm,
  kMlaUpProj,
  kMlp,
  kMlpIn,
  kMlpAct,
  kMoe,
  kMoeAct,
  kOp
};
enum class DataParSharding { kNone, kZero1, kZero2, kZero3 };
enum class PipelineBalance { kBlocks, kWithEmbedding };
enum class ExpertDispatch { kAllToAll, kDeepep, kHybridep };
enum class CudaGraphScope { kNone, kAttention, kRouter, kAttentionRouter, kFull };
enum class Float8Scaling { kFused, kDynamic, kRow };
enum class LossKind { kUnfused, kCompiled, kInPlace };

template <>
struct EnumNames<AttentionKernel> {
  static constexpr std::array<std::string_view, 2> kNames = {"flash", "unfused"};
};
template <>
struct EnumNames<CalibratedRecompute> {
  static constexpr std::array<std::string_view, 3> kNames = {"none", "selective", "full"};
};
template <>
struct EnumNames<RecomputeModule> {
  static constexpr std::array<std::string_view, 9> kNames = {
      "core_attn", "layernorm", "mla_up_proj", "mlp", "mlp_in", "mlp_act", "moe", "moe_act", "op"};
};
template <>
struct EnumNames<DataParSharding> {
  static constexpr std::array<std::string_view, 4> kNames = {"none", "zero1", "zero2", "zero3"};
};
template <>
struct EnumNames<PipelineBalance> {
  static constexpr std::array<std::string_view, 2> kNames = {"blocks", "with_embedding"};
};
template <>
struct EnumNames<ExpertDispatch> {
  static constexpr std::array<std::string_view, 3> kNames = {"all_to_all", "deepep", "hybridep"};
};
template <>
struct EnumNames<CudaGraphScope> {
  static constexpr std::array<std::string_view, 5> kNames = {"none", "attention", "router",
                                                             "attention_router", "full"};
};
template <>
struct EnumNames<Float8Scaling> {
  static constexpr std::array<std::string_view, 3> kNames = {"fused", "dynamic", "row"};
};
template <>
struct EnumNames<LossKind> {
  static constexpr std::array<std::string_view, 3> kNames = {"unfused", "compiled", "in_place"};
};

// Modules that the backward pass recomputes; a module counts once.
class RecomputeModules {
 public:
  constexpr RecomputeModules() = default;
  // A bit for each, in the order of the enum.
  constexpr explicit RecomputeModules(std::uint32_t bits) : bits_(bits) {}
  constexpr std::uint32_t bits() const { return bits_; }

  constexpr void add(RecomputeModule module) { bits_ |= bit(module); }
  constexpr bool has(RecomputeModule module) const { return (bits_ & bit(module)) != 0; }
  bool operator==(const RecomputeModules&) const = default;

 private:
  static constexpr std::uint32_t bit(RecomputeModule module) {
    return 1U << static_cast<unsigned>(module);
  }
  std::uint32_t bits_ = 0;
};

constexpr bool is_low_precision(Datatype datatype) {
  return datatype == Datatype::kFloat8 || datatype == Datatype::kFloat4;
}

// What decides the work of one block, the embedding and the head on one rank.
struct RankChoices {
  std::int64_t tensor_par = 1;
  std::int64_t context_par = 1;
  std::int64_t expert_par = 1;
  std::int64_t expert_tensor_par = 0;  // 0: tensor_par
  std::int64_t microbatch_size = 1;    // sequences
  bool sequence_par = false;
  Datatype datatype = Datatype::kBfloat16;
  Datatype gemm_datatype = Datatype::kBfloat16;
  AttentionKernel attention_kernel = AttentionKernel::kFlash;
  CalibratedRecompute activation_recompute = CalibratedRecompute::kNone;
  RecomputeModules recompute_modules;
  double recompute_block_share = 1;
  ExpertDispatch expert_dispatch = ExpertDispatch::kAllToAll;
  bool expert_overlap = false;
  bool expert_activation_fused = true;
  bool tensor_par_overlap = false;
  CudaGraphScope cuda_graph_scope = CudaGraphScope::kNone;
  bool elementwise_fused = true;
  Float8Scaling float8_scaling = Float8Scaling::kFused;
  double expert_imbalance = 1;
  bool expert_combine_fused = true;

  // Ranks that share one expert.
  std::int64_t expert_tensor() const {
    return expert_tensor_par > 0 ? expert_tensor_par : tensor_par;
  }
  bool recomputes(RecomputeModule module) const {
    return recompute_modules.has(module) ||
           (module == RecomputeModule::kCoreAttn &&
            activation_recompute == CalibratedRecompute::kSelective);
  }
  bool low_precision() const { return is_low_precision(gemm_datatype); }

  bool operator==(const RankChoices&) const = default;
};

// What arranges blocks and microbatches, and what happens once a step.
struct StepChoices {
  std::int64_t num_procs = 1;
  std::int64_t batch_size = 1;  // sequences, of all replicas
  std::int64_t pipeline_par = 1;
  std::int64_t data_par = 1;
  std::int64_t pipeline_interleaving = 1;
  DataParSharding data_par_sharding = DataParSharding::kZero1;
  std::int64_t data_par_shard_size = 0;  // 0: all of data_par times context_par
  Datatype grad_reduce_datatype = Datatype::kFloat32;
  Datatype param_gather_datatype = Datatype::kBfloat16;
  PipelineBalance pipeline_balance = PipelineBalance::kBlocks;
  std::int64_t first_stage_blocks = 0;  // 0: not given
  std::int64_t last_stage_blocks = 0;
  std::vector<std::int64_t> pipeline_layout;  // blocks of every chunk; empty: not given
  bool data_par_overlap = true;
  bool param_gather_overlap = true;
  LossKind loss_kind = LossKind::kUnfused;
  bool grad_fusion = true;
  bool attention_mask_materialized = false;

  bool operator==(const StepChoices&) const = default;
};

struct CalibratedExecution : RankChoices, StepChoices {
  std::int64_t microbatches() const { return batch_size / (data_par * microbatch_size); }
  std::int64_t shard_size() const {
    return data_par_shard_size > 0 ? data_par_shard_size : data_par * context_par;
  }
  bool shards_gradients() const {
    return data_par_sharding == DataParSharding::kZero2 ||
           data_par_sharding == DataParSharding::kZero3;
  }

  bool operator==(const CalibratedExecution&) const = default;
};

// The keys in canonical order. Their types are those of the members; where a default depends on
// other keys, the words say how.
inline constexpr std::tuple kCalibratedExecutionFields = [] {
  using C = CalibratedExecution;
  return std::tuple{
      typed_field<C>("num_procs", &C::num_procs, "processors"),
      typed_field<C>("batch_size", &C::batch_size, "global batch, sequences"),
      typed_field<C>("tensor_par", &C::tensor_par, "tensor parallelism"),
      typed_field<C>("pipeline_par", &C::pipeline_par, "pipeline parallelism"),
      typed_field<C>("context_par", &C::context_par, "context parallelism"),
      typed_field<C>("data_par", &C::data_par,
                     "data parallelism; num_procs over the other degrees if absent"),
      typed_field<C>("expert_par", &C::expert_par, "ranks that share the experts of a block"),
      typed_field<C>("expert_tensor_par", &C::expert_tensor_par,
                     "ranks that share one expert; tensor_par if absent"),
      typed_field<C>("microbatch_size", &C::microbatch_size, "microbatch, sequences"),
      typed_field<C>("pipeline_interleaving", &C::pipeline_interleaving,
                     "chunks of blocks per processor"),
      typed_field<C>("sequence_par", &C::sequence_par,
                     "scattered activations between products; if absent, with a tensor group"),
      typed_field<C>("datatype", &C::datatype, "storage, attention and head"),
      typed_field<C>("gemm_datatype", &C::gemm_datatype,
                     "operands of the block products; datatype if absent"),
      typed_field<C>("attention_kernel", &C::attention_kernel, "how attention is computed"),
      typed_field<C>("activation_recompute", &C::activation_recompute,
                     "what backward recomputes; selective is the module core_attn"),
      typed_field<C>("recompute_modules", &C::recompute_modules, "further modules to recompute"),
      typed_field<C>("recompute_block_share", &C::recompute_block_share,
                     "share of the blocks that are recomputed, with full"),
      typed_field<C>("data_par_sharding", &C::data_par_sharding,
                     "what is sharded: nothing, optimizer, + gradients, + parameters"),
      typed_field<C>("data_par_shard_size", &C::data_par_shard_size,
                     "ranks that share a shard, with zero2 and zero3; all if absent"),
      typed_field<C>("grad_reduce_datatype", &C::grad_reduce_datatype,
                     "gradients; if absent float32, bfloat16 with zero2 and zero3"),
      typed_field<C>("param_gather_datatype", &C::param_gather_datatype,
                     "gathered parameters; datatype if absent"),
      typed_field<C>("pipeline_balance", &C::pipeline_balance,
                     "whether embedding and loss count as a block each"),
      typed_field<C>("first_stage_blocks", &C::first_stage_blocks, "blocks of the first stage"),
      typed_field<C>("last_stage_blocks", &C::last_stage_blocks, "blocks of the last stage"),
      typed_field<C>("pipeline_layout", &C::pipeline_layout,
                     "blocks of every chunk, the chunks of all stages one after the other"),
      typed_field<C>("expert_dispatch", &C::expert_dispatch, "who exchanges tokens"),
      typed_field<C>("expert_overlap", &C::expert_overlap,
                     "the exchange runs under the work of another microbatch"),
      typed_field<C>("expert_activation_fused", &C::expert_activation_fused,
                     "the experts' activation is one kernel"),
      typed_field<C>("tensor_par_overlap", &C::tensor_par_overlap,
                     "tensor traffic runs under the products"),
      typed_field<C>("data_par_overlap", &C::data_par_overlap,
                     "gradient traffic of none and zero1 runs under the backward"),
      typed_field<C>("param_gather_overlap", &C::param_gather_overlap,
                     "the gather of zero1 runs under the forward; data_par_overlap if absent"),
      typed_field<C>("cuda_graph_scope", &C::cuda_graph_scope, "what runs from CUDA graphs"),
      typed_field<C>("elementwise_fused", &C::elementwise_fused,
                     "element-wise and softmax kernels are fused"),
      typed_field<C>("float8_scaling", &C::float8_scaling, "casts of low precision"),
      typed_field<C>("loss_kind", &C::loss_kind, "memory of the loss"),
      typed_field<C>("expert_imbalance", &C::expert_imbalance,
                     "tokens of the fullest rank over the mean"),
      typed_field<C>("expert_combine_fused", &C::expert_combine_fused,
                     "no second copy of the experts' outputs"),
      typed_field<C>("grad_fusion", &C::grad_fusion,
                     "gradients are accumulated inside the product"),
      typed_field<C>("attention_mask_materialized", &C::attention_mask_materialized,
                     "the loader builds masks of sequence by sequence"),
  };
}();

inline constexpr std::string_view kMethodologyKey = "methodology";
inline constexpr std::string_view kCalibratedName = "calibrated";

// Reads and checks an execution of this dialect: rules KC3, KC1, KC2 and KC10 to KC19, in this
// order. Throws InputError.
CalibratedExecution parse_calibrated_execution(const std::string& file, const std::string& text);

// Rules KC10 to KC19 on an execution whose defaults are filled in: what contradicts itself, with
// the rule's id, or nothing.
std::string contradiction(const CalibratedExecution& execution);

}  // namespace calculon
