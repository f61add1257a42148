#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "calculon/base/field.h"
#include "calculon/strategy/preset.h"
#include "page/study_columns.h"

namespace calculon {

// Those of page/study_columns.h that are of one group.
std::vector<std::string> study_columns(StudyColumn::Group group);

// The columns that the table of every study has, besides those of its axes: status and counts,
// settings of the execution, statistics, cost and what is derived (docs/studies.md, "Results").
std::vector<std::string_view> study_columns();

// Whether an axis cannot have this name, because a column or a key of a record has. It can be
// called like a setting of an execution, whose column it then is.
bool is_reserved_column(std::string_view name);

// The settings of an execution.
std::vector<std::string_view> setting_names(Preset preset);

}  // namespace calculon
