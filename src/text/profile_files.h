#pragma once

#include <atomic>
#include <string>
#include <vector>

#include "calculon/planner/profiles/layer_profile.h"

namespace calculon {

// Writes each profile to a file of its own in `folder`, which is made if it is not there. Whenever
// this ends, also in the middle, read_profiles() finds either all of these or what was there
// before; what a killed run has left is put right. Returns false if it was stopped before anything
// changed.
//
// Throws InputError if the folder has other files, unless `force`: then profiles are replaced, and
// those that are none of these removed; all else stays.
bool write_profiles(const std::string& folder, const std::vector<LayerProfile>& profiles,
                    bool force, const std::atomic<bool>* stop = nullptr);

}  // namespace calculon
