#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "calculon/calibrated/calibrated_execution.h"
#include "calculon/hardware/system.h"
#include "calculon/strategy/strategy.h"
#include "calculon/workload/transformer.h"

namespace calculon {

// A calibrated execution as the published dialects say it, with the model as they take it.
struct AsPublished {
  Transformer model;
  Strategy strategy;
  // What the dialect has no word for and says in another way that is near: "flash attention as
  // recomputed scores".
  std::vector<std::string_view> approximations;
};

// Why a calibrated execution cannot be said in the published dialects.
struct NoPublishedForm {
  std::string_view kind;  // "context parallelism", without the execution's numbers
  std::string words;      // "context_par is 2, expected 1 in a published execution"
};

// The preset of the published models that answers for a model: that of mixtures if it has experts.
Preset published_preset(const Transformer& model);

// The way back of to_calibrated() (published_execution.h). Groups of ranks take the tiers on which
// they stand in the calibrated methodology: tensor ranks are neighbours, then come the replicas and
// the stages, and the experts of a mixture beside these. Keys about kernels and about the types of
// gradients are left out, since no published formula asks for anything like them; activations of
// sequence parallelism are gathered again in the backward pass, as frameworks do. `preset` is that
// of the strategy, one of the published ones or the corrected. REQUIRES an execution without
// contradiction() and without why_unsuitable().
std::variant<AsPublished, NoPublishedForm> to_published(const CalibratedExecution& execution,
                                                        const Transformer& model,
                                                        const System& system, Preset preset);

}  // namespace calculon
