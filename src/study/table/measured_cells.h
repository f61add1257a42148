#pragma once

#include "study/spec/study.h"
#include "study/table/point_record.h"
#include "text/table.h"

namespace calculon {

// Sets the columns of a measured run (kRunColumnNames) in the last row of a table: what was
// measured, what the record of the point predicts, and how far it is off.
void set_measured(const Point& point, const PointRecord& record, Table& rows);

}  // namespace calculon
