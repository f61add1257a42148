#pragma once

#include "calculon/calibrated/calibrated_execution.h"
#include "calculon/strategy/strategy.h"
#include "calculon/workload/transformer.h"

namespace calculon {

// A published execution as the calibrated methodology takes it (section 14), with the model to
// which its experts and its attention may have added.
struct PublishedExecution {
  Transformer model;
  CalibratedExecution execution;
};

// `has_heads` and `has_gate` tell whether the model's file says attn_kv_heads and mlp_gated. Throws
// InputError by rules KC30 to KC34 and KC10 to KC19; `file` names the execution in messages.
PublishedExecution to_calibrated(const std::string& file, const Strategy& strategy,
                                 const Transformer& model, bool has_heads, bool has_gate);

}  // namespace calculon
