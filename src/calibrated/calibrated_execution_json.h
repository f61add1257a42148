#pragma once

#include <span>
#include <string>
#include <string_view>

#include "base/json_reader.h"
#include "calculon/calibrated/calibrated_execution.h"

namespace calculon {

// Whether an execution file is one of this methodology: others have no key `methodology`, or that
// of the published model put right.
bool is_calibrated_execution(const JsonReader& reader);

// An execution from its object, as parse_calibrated_execution() reads it from a file.
CalibratedExecution to_calibrated_execution(const JsonReader& reader);

// The object of an execution file, which reads back as the same execution: all keys in canonical
// order, without those that are not given (a layout, blocks of the ends, a shard size), or only the
// ones of `keys` if there are any.
Json calibrated_execution_json(const CalibratedExecution& execution,
                               std::span<const std::string_view> keys = {});

// The value of a setting as a word: "8", "true", "zero1", "layernorm+mlp_act"; empty if it is not
// given.
std::string setting_text(const CalibratedExecution& execution, std::string_view key);

// The datatypes that a key takes, in words, if it does not take this one; else nothing. REQUIRES a
// key for a datatype.
std::string datatypes_instead(std::string_view key, Datatype datatype);

// ["core_attn", "mlp"]
Json module_names(RecomputeModules modules);

}  // namespace calculon
