#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "calculon/base/field.h"
#include "calculon/strategy/preset.h"
#include "page/study_columns.h"

namespace calculon {

// Those of page/study_columns.h that are of one group.
std::vector<std::string> study_columns(StudyColumn::Group group);

// The columns that tables of studies have, besides those of axes and what is derived: status and
// counts, settings of the execution, statistics and cost (docs/studies.md, "Results"). Those of the
// calibrated model are columns where points are, or might be, of it.
std::vector<std::string_view> study_columns(bool calibrated);

// What the table of a study of measured runs has besides: where a run is from, what was measured
// and what is predicted.
inline constexpr std::array<std::string_view, 12> kRunColumnNames = {"system",
                                                                     "kind",
                                                                     "precision",
                                                                     "source",
                                                                     "flag",
                                                                     "approximations",
                                                                     "measured_seconds",
                                                                     "predicted_seconds",
                                                                     "error_percent",
                                                                     "measured_peak_gib",
                                                                     "predicted_peak_gib",
                                                                     "peak_error_percent"};
bool is_run_column(std::string_view name);

// Whether an axis cannot have this name, because a column or a key of a record has. It can be
// called like a setting of an execution, whose column it then is.
bool is_reserved_column(std::string_view name, bool calibrated);

// The settings of an execution, and those of one of the calibrated model behind `methodology`.
std::vector<std::string_view> setting_names(Preset preset);
const std::vector<std::string_view>& calibrated_setting_names();

// The statistics of the calibrated model, by their dotted names.
const std::vector<std::string>& calibrated_statistic_names();

}  // namespace calculon
