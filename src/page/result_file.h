#pragma once

#include <string>
#include <vector>

#include "page/page_content.h"

namespace calculon {

// The page of files that `llm` (statistics), `loe` and `loe-moe` (the best executions as JSON or
// CSV) or `lae` (all good ones as CSV) wrote, plain or gzipped; "-" is standard input. They are
// known by what is in them and have to be of one kind; several stand side by side under their
// names. Tables of any length are read in one go of which only the best row of each split over
// tensor and pipeline parallelism, the best few and all sample rates (8 bytes each) are kept.
// Throws InputError for anything else.
PageContent result_page(const std::vector<std::string>& paths);

}  // namespace calculon
