#pragma once

#include <string>
#include <vector>

#include "page/page_content.h"
#include "page/row_groups.h"

namespace calculon {

// The columns of the table at the foot of a page that have a value: axes, status, counts, derived
// columns and those of the hover text.
std::vector<std::string> result_columns(const PageContent& content);

}  // namespace calculon
