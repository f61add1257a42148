#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "calculon/hardware/system.h"
#include "calculon/strategy/strategy.h"
#include "calculon/workload/transformer.h"

namespace calculon {

// What one has to know of the files behind an answer of the published model, a line each.

// Which keys of a model it does not have, though they would change the answer, in the order of
// kModelDetailFields. What an execution says in their place is not among them: the same experts,
// gated ones, one key and value for all heads.
std::vector<std::string_view> keys_left_out(const Transformer& transformer,
                                            const BlockChoices& choices);
// "the published model has no mlp_gated, num_experts: this answer is for the model without them",
// or the corrected one. REQUIRES at least one key.
std::string left_out_text(std::span<const std::string_view> keys, bool corrected = false);

// Of a system that messages call `name`: its own notes, whichever model answers; and with them
// that the published model does not use its calibration.
std::vector<std::string> own_notes(const System& system, std::string_view name);
std::vector<std::string> system_notes(const System& system, std::string_view name);

}  // namespace calculon
