#pragma once

#include "base/json_reader.h"
#include "study/points/calibrated_point.h"
#include "study/points/no_answer.h"

namespace calculon {

// What a record (record.h) has of a point of the calibrated model: its executions and statistics as
// files of that model have them. The uncertainty of a prediction is none of its figures and left
// out.

// Adds to a record what a search or an execution has found.
MaybeNoAnswer add_calibrated_answer(const PointTask& task, const CalibratedAnswer& answer,
                                    Json& record);

// Throw InputError saying what is wrong, as check_record() does.
void check_calibrated_execution(const Json& execution);
void check_calibrated_stats(const Json& stats);

}  // namespace calculon
