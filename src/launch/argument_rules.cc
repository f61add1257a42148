#include "launch/argument_rules.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace calculon {
namespace {

bool recomputes(const CalibratedExecution& execution) {
  return execution.activation_recompute != CalibratedRecompute::kNone ||
         execution.recompute_modules != RecomputeModules();
}

// KL10
bool has_two_interleavings(const MegatronArguments& arguments, const Transformer&,
                           const CalibratedExecution&) {
  return arguments.stands("--num-virtual-stages-per-pipeline-rank") +
             arguments.stands("--num-layers-per-virtual-pipeline-stage") +
             arguments.stands("--pipeline-model-parallel-layout") >
         1;
}

// KL11
bool has_odd_method(const MegatronArguments& arguments, const Transformer&,
                    const CalibratedExecution& execution) {
  const bool method = arguments.stands("--recompute-method");
  const bool layers = arguments.stands("--recompute-num-layers");
  return execution.activation_recompute == CalibratedRecompute::kFull ? !method || !layers
                                                                      : method || layers;
}

// KL12
bool gathers_without_optimizer(const MegatronArguments& arguments, const Transformer&,
                               const CalibratedExecution& execution) {
  return arguments.stands("--overlap-param-gather") &&
         (!execution.data_par_overlap || execution.data_par_sharding == DataParSharding::kNone);
}

// KL13
bool offloads_optimizer_alone(const MegatronArguments& arguments, const Transformer&,
                              const CalibratedExecution&) {
  return arguments.stands("--optimizer-cpu-offload") &&
         !arguments.stands("--use-precision-aware-optimizer");
}

// KL14
bool has_odd_torch_fsdp(const MegatronArguments& arguments, const Transformer& model,
                        const CalibratedExecution& execution) {
  return arguments.stands("--use-torch-fsdp2") &&
         (execution.pipeline_par > 1 || execution.expert_par > 1 || model.details.tie_embeddings ||
          arguments.stands("--use-distributed-optimizer") ||
          execution.datatype == Datatype::kFloat16);
}

// KL15
bool has_odd_offload(const MegatronArguments& arguments, const Transformer&,
                     const CalibratedExecution& execution) {
  return arguments.stands("--cpu-offloading-num-layers") &&
         (execution.pipeline_par > 1 || recomputes(execution) ||
          arguments.stands("--fine-grained-activation-offloading"));
}

// KL16
bool interleaves_two_stages(const MegatronArguments& arguments, const Transformer&,
                            const CalibratedExecution& execution) {
  return arguments.stands("--no-overlap-p2p-communication") &&
         execution.pipeline_interleaving > 1 && execution.pipeline_par <= 2;
}

}  // namespace

std::span<const ArgumentRule> argument_rules() {
  static constexpr std::array<ArgumentRule, 7> kRules = {{
      {"KL10",
       "one of --num-virtual-stages-per-pipeline-rank, --num-layers-per-virtual-pipeline-stage and "
       "--pipeline-model-parallel-layout",
       has_two_interleavings},
      {"KL11",
       "--recompute-method and --recompute-num-layers with full recomputation, and only with it",
       has_odd_method},
      {"KL12", "--overlap-param-gather with --overlap-grad-reduce and a distributed optimizer only",
       gathers_without_optimizer},
      {"KL13", "--optimizer-cpu-offload with --use-precision-aware-optimizer only",
       offloads_optimizer_alone},
      {"KL14",
       "--use-torch-fsdp2 without pipeline, expert parallelism, tied embeddings, "
       "--use-distributed-optimizer and --fp16",
       has_odd_torch_fsdp},
      {"KL15",
       "--cpu-offloading-num-layers without pipeline, recomputation and "
       "--fine-grained-activation-offloading",
       has_odd_offload},
      {"KL16",
       "--no-overlap-p2p-communication with more than two stages where they are interleaved",
       interleaves_two_stages},
  }};
  return kRules;
}

const ArgumentRule* broken_argument_rule(const MegatronArguments& arguments,
                                         const Transformer& model,
                                         const CalibratedExecution& execution) {
  for (const ArgumentRule& rule : argument_rules()) {
    if (rule.broken(arguments, model, execution)) {
      return &rule;
    }
  }
  return nullptr;
}

}  // namespace calculon
