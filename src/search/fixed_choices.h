#pragma once

#include "calculon/search/space_options.h"
#include "calculon/workload/transformer.h"

namespace calculon {

// The options that a space of this model has: those of the corrected model take experts that are
// not given, and whether they are gated, from a model that says so, and leave out what no execution
// needs.
SpaceOptions options_for(SpaceOptions options, const Transformer& transformer);

// The choices that all strategies of a space have in common.
BlockChoices fixed_choices(const SpaceOptions& options);

}  // namespace calculon
