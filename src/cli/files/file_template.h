#pragma once

#include <string>
#include <string_view>

#include "base/json_reader.h"
#include "cli/console.h"

namespace calculon {

// Files to begin with: all keys that there are, with the values of a bundled file or those that
// hold without them, and "notes" that say what each means. The program takes them as they are, and
// model, execution and system together have an answer. Each throws InputError if the bundled files
// are not there.
Json model_template(const Console& console);
Json system_template(const Console& console);
// Of a methodology: "calibrated", or the name of a preset.
Json execution_template(std::string_view methodology, const Console& console);
Json study_template(const Console& console);

}  // namespace calculon
