#pragma once

#include <span>
#include <string_view>

#include "launch/launch_table.h"

namespace calculon {

// torchtitan is told by a Python function; up to its release 0.2.2 it was by TOML, with other
// names.
std::span<const LaunchRow> torchtitan_rows();
std::span<const LaunchRow> torchtitan_toml_rows();

inline constexpr std::string_view kOfFlavour = "the flavour of the model decides";

}  // namespace calculon
