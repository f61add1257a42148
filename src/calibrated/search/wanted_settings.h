#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "calculon/calibrated/calibrated_execution.h"

namespace calculon {

// A setting of a calibrated execution that a search can be told about.
struct CalibratedSetting {
  std::string_view key;         // of kCalibratedExecutionFields
  std::string_view short_name;  // of the most used ones, as in "cp"; else ""
};

// All of them: the degrees, then the choices in the order of the loops over them, the last
// innermost.
std::span<const CalibratedSetting> calibrated_degree_settings();
std::span<const CalibratedSetting> calibrated_choice_settings();

// The values of settings that are wanted of a search over calibrated executions. A setting that is
// not named takes what the search tries by itself.
class WantedSettings {
 public:
  // Wants the values of `key` that `list` has, besides those that were wanted before: "8,16" or
  // "1..8" for numbers, names, true and false, and "none,core_attn+layernorm" for modules to
  // recompute. Throws InputError.
  void want(std::string_view key, std::string_view list);

  bool names(std::string_view key) const;
  // Whether a number is wanted; any is if the setting is not named.
  bool accepts(std::string_view key, std::int64_t value) const;
  // Of a choice that is named: its values as numbers, in the order they were named, each once.
  std::vector<std::int64_t> values(std::string_view key) const;

 private:
  struct Range {
    std::string_view key;
    std::int64_t first;
    std::int64_t last;
  };
  std::vector<Range> ranges_;
};

// Sets a choice to one of its values as a number.
void set_choice(CalibratedExecution& execution, std::string_view key, std::int64_t value);

// The values of a choice that an execution has not, as numbers; of modules to recompute, those with
// one module more or less.
std::vector<std::int64_t> other_choices(const CalibratedExecution& execution, std::string_view key);

}  // namespace calculon
