#pragma once

#include <string>
#include <vector>

#include "page/page_content.h"

namespace calculon {

// The page of files that `llm` (statistics), `loe` and `loe-moe` (the best executions as JSON or
// CSV), `lae` (all good ones as CSV) or `hetero-plan` (JSON) wrote, plain or gzipped; "-" is
// standard input. They are known by what is in them and have to be of one kind; several stand side
// by side under their names. Files of any length are read in one go, of which what the page shows
// is kept (row_selection.h) and the sample rate of each row, 8 bytes. Throws InputError for
// anything else.
PageContent result_page(const std::vector<std::string>& paths);

}  // namespace calculon
