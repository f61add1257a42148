#include "support/tiny.h"

#include "support/json_change.h"

namespace calculon::test {

std::string tiny_transformer_text() {
  return R"({"hidden": 192, "feedforward": 768, "seq_size": 48, "attn_heads": 24,
             "attn_size": 8, "num_blocks": 12})";
}

std::string tiny_system_text() {
  return R"({
    "matrix": {"float16": {"tflops": 10, "gflops_efficiency": [[0.01, 0.9], [0, 0.5]]}},
    "vector": {"float16": {"tflops": 2, "gflops_efficiency": [[0.001, 0.8], [0, 0.4]]}},
    "mem1": {"GiB": 16, "GBps": 900, "MB_efficiency": [[1, 0.9], [0, 0.3]]},
    "mem2": {"GiB": 64, "GBps": 30, "MB_efficiency": [[0, 0.9]]},
    "processing_mode": "no_overlap",
    "networks": [
      {"bandwidth": 100, "efficiency": 0.7, "size": 24, "latency": 1e-6,
       "ops": {"p2p": [1, null], "reduce_scatter": [1, -1], "all_gather": [1, -1],
               "all_reduce": [2, -1]},
       "must_be_filled": true, "processor_usage": 0.1},
      {"bandwidth": 10, "efficiency": 0.9, "size": 1000, "latency": 2e-6,
       "ops": {"p2p": [1, null], "reduce_scatter": [1, 0], "all_gather": [1, 0],
               "all_reduce": [2, 0]},
       "must_be_filled": false, "processor_usage": 0.02}]})";
}

std::string tiny_strategy_text() {
  return R"({
    "num_procs": 1, "tensor_par": 1, "pipeline_par": 1, "data_par": 1,
    "tensor_par_net": 0, "pipeline_par_net": 1, "data_par_net": 1,
    "batch_size": 48, "microbatch_size": 1, "datatype": "float16",
    "fused_activation": false, "attention_type": "multihead", "activation_recompute": "none",
    "pipeline_interleaving": 1, "optimizer_sharding": false, "tensor_par_comm_type": "ar",
    "tensor_par_overlap": "none", "seq_par_ag_redo": false, "data_par_overlap": false,
    "weight_offload": false, "activations_offload": false, "optimizer_offload": false,
    "training": true})";
}

std::string tiny_moe_system_text() {
  const std::string text = changed(tiny_system_text(), {"/networks/0/ops/all_to_all", "[1, null]"});
  return changed(text, {"/networks/1/ops/all_to_all", "[1, null, 0.5]"});
}

std::string tiny_moe_strategy_text() {
  return R"({
    "num_procs": 8, "tensor_par": 2, "pipeline_par": 2, "data_par": 2,
    "tensor_par_net": 0, "pipeline_par_net": 1, "data_par_net": 1,
    "batch_size": 48, "microbatch_size": 1,
    "num_experts": 4, "top_k_experts": 2, "expert_par": 2, "expert_slice": 2, "data_par_exp": 1,
    "data_par_exp_net": 1, "expert_par_net": 1, "expert_slice_net": 0, "datatype": "float16",
    "fused_activation": false, "attention_type": "multihead", "activation_recompute": "none",
    "pipeline_interleaving": 1, "optimizer_sharding": false, "tensor_par_comm_type": "rs_ag",
    "tensor_par_overlap": "none", "seq_par_ag_redo": false, "data_par_overlap": false,
    "weight_offload": false, "activations_offload": false, "optimizer_offload": false,
    "training": true, "model_MoE": true, "activation_function": "silu"})";
}

Transformer tiny_transformer() {
  return parse_transformer("model.json", tiny_transformer_text());
}

System tiny_system(ProcessingMode mode) {
  System system = parse_system("system.json", tiny_system_text());
  system.processing_mode = mode;
  return system;
}

System tiny_moe_system(ProcessingMode mode) {
  System system = parse_system("system.json", tiny_moe_system_text());
  system.processing_mode = mode;
  return system;
}

Strategy tiny_strategy() {
  return parse_strategy("execution.json", tiny_strategy_text()).strategy;
}

Strategy tiny_moe_strategy() {
  return parse_strategy("execution.json", tiny_moe_strategy_text()).strategy;
}

}  // namespace calculon::test
