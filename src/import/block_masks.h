#pragma once

#include "import/block_pattern.h"
#include "import/family_config.h"

namespace calculon {

// Which of its blocks have experts; none of a dense model.
BlockMask mixture_blocks(FamilyConfig& config);

// Which of its blocks attend to everything, in a model that has a window.
BlockMask full_blocks(FamilyConfig& config);

// Refuses kinds of layers that are not modelled, in a model without a window.
void check_block_kinds(FamilyConfig& config);

}  // namespace calculon
