#pragma once

#include <string>
#include <vector>

#include "page/page.h"
#include "page/row_table.h"

namespace calculon {

// The columns of the table at the foot of a page that have a value: axes, status, counts, derived
// columns and those of the hover text.
std::vector<std::string> result_columns(const PageContent& content, const RowTable& table);

}  // namespace calculon
