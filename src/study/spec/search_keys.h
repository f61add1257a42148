#pragma once

#include <span>
#include <string_view>

#include "base/json_reader.h"
#include "study/spec/methodology.h"

namespace calculon {

// The keys of a search object (docs/studies.md, "Searches"): some of all searches, some of those by
// one methodology, with the settings of its executions.

// All of them, of whichever methodology.
std::span<const std::string_view> search_keys();
bool is_search_key(std::string_view key);

// The settings of executions that stand in a search object itself, as they do in `only`.
std::span<const std::string_view> settings_in_search(Methodology methodology);

// All keys that searches by its methodology have, but `methodology` itself, with the values of the
// search or their defaults. Throws InputError for keys that are missing, unknown or of another
// methodology.
Json full_search(const JsonReader& search);

// Throws InputError if a full search by the published model has a key of mixtures of experts.
void require_no_experts(const JsonReader& search);

}  // namespace calculon
