#pragma once

#include <string>
#include <vector>

#include "base/json_reader.h"
#include "calculon/strategy/setting_filter.h"

namespace calculon {

// What narrows a search of a study to some executions. All throw InputError naming the place.

// One value or a list of them, as the readers of filters take it: "1,2,8".
std::string list_text(const JsonReader& values);

// Of the published model. `only` may be null, an object, or a list of alternatives, which become
// disjoint filters.
std::vector<SettingFilter> parse_only(const JsonReader& only);
// Settings that stand in the search object itself.
SettingFilter parse_settings(const JsonReader& search);
// {"tensor_par": 0}: the tiers of groups.
void pin_nets(const JsonReader& nets, SettingFilter& filter);

}  // namespace calculon
