#pragma once

#include <array>
#include <string_view>

namespace calculon {

// A column that a study has besides its axes, the settings of executions and their statistics.
struct StudyColumn {
  enum class Group {
    kStatus,  // of every table
    kCost,    // of the table of a study with prices
    kOther,   // of some tables, or a key of a record
  };
  std::string_view name;
  Group group;
  std::string_view unit = {};  // as shown
  double factor = 1;           // shown = stored * factor
  std::string_view help = {};
  bool less_is_better = false;
};

inline constexpr std::array kStudyColumns = {
    StudyColumn{"status", StudyColumn::Group::kStatus, "", 1, "ok, infeasible or invalid"},
    StudyColumn{"reason", StudyColumn::Group::kStatus, "", 1, "why there is no answer"},
    StudyColumn{"enumerated", StudyColumn::Group::kStatus, "", 1, "executions that were tried"},
    StudyColumn{"feasible", StudyColumn::Group::kStatus, "", 1, "executions that fit"},
    StudyColumn{"price", StudyColumn::Group::kCost, "$", 1, "of a processor", true},
    StudyColumn{"max_procs", StudyColumn::Group::kCost, "", 1, "processors that the budget buys"},
    StudyColumn{"system_cost", StudyColumn::Group::kCost, "M$", 1e-6, "of all processors", true},
    StudyColumn{"rate_per_megadollar", StudyColumn::Group::kCost, "samples/s per M$", 1,
                "sample rate / cost of the system"},
    StudyColumn{"varied", StudyColumn::Group::kOther, "", 1,
                "the parameter that left its base value"},
    StudyColumn{"rank", StudyColumn::Group::kOther},
    StudyColumn{"best_so_far", StudyColumn::Group::kOther, "samples/s", 1,
                "best rate of this and all smaller sizes"},
    StudyColumn{"best_so_far_at", StudyColumn::Group::kOther, "", 1, "the size that gives it"},
    StudyColumn{"loss_below", StudyColumn::Group::kOther, "%", 100,
                "rate that is lost on the next smaller machine", true},
    StudyColumn{"speedup_percent", StudyColumn::Group::kOther, "%", 1,
                "gain over the variant that it is compared with"},
    StudyColumn{"token_rate_per_proc", StudyColumn::Group::kOther, "tokens/s", 1,
                "tokens a second and processor"},
    StudyColumn{"days", StudyColumn::Group::kOther, "days", 1,
                "of a run over the tokens that the study names", true},
    StudyColumn{"id", StudyColumn::Group::kOther},
    StudyColumn{"axes", StudyColumn::Group::kOther},
    StudyColumn{"summary", StudyColumn::Group::kOther},
    StudyColumn{"bad", StudyColumn::Group::kOther},
    StudyColumn{"closest", StudyColumn::Group::kOther},
    StudyColumn{"why", StudyColumn::Group::kOther},
};

// Columns that compare points, whose names end in a value or an axis of the study.
struct DerivedColumn {
  std::string_view prefix;
  std::string_view words;        // before what the name ends in,
  std::string_view behind = {};  // and behind it
  std::string_view unit = {};    // as shown
  double factor = 1;             // shown = stored * factor
  std::string_view help = {};
};

inline constexpr std::array kDerivedColumns = {
    DerivedColumn{"relative_to_", "Sample rate relative to that of", "", "%", 100,
                  "relative to the point named"},
    DerivedColumn{"largest_", "Largest", " that meets the condition", "", 1,
                  "the largest value of the axis that meets the condition"},
    DerivedColumn{"is_largest_", "Is the largest", " that meets the condition", "", 1,
                  "whether the point is the largest one and meets it"},
};

}  // namespace calculon
