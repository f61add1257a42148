#pragma once

#include <span>
#include <string>
#include <string_view>

#include "base/json_reader.h"
#include "page/page_content.h"

namespace calculon {

// What hetero-plan writes as JSON, and how the page calls it.
struct PlanResult {
  std::string label;
  Json json;
};

// Whether a file that starts so has such a result.
bool is_plan_result(std::string_view start);

// A page of planners' results: the best plan of each in time and by its memory, stage by stage, and
// all its plans. Throws InputError for JSON that is no such result.
PageContent plan_page(std::span<const PlanResult> results);

}  // namespace calculon
