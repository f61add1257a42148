#pragma once

#include "calculon/search/space_options.h"

namespace calculon {

// The choices that all strategies of a space have in common.
BlockChoices fixed_choices(const SpaceOptions& options);

}  // namespace calculon
