#pragma once

#include <string>
#include <vector>

#include "calculon/planner/profiles/layer_profile.h"

namespace calculon {

// Writes each profile to a file of its own in `folder`, which is made if it is not there. What
// plain files it had before are removed: throws InputError if some are no profiles, unless `force`.
void write_profiles(const std::string& folder, const std::vector<LayerProfile>& profiles,
                    bool force);

}  // namespace calculon
