#pragma once

#include <array>
#include <string_view>

namespace calculon {

// Exit statuses, the same in every command.
inline constexpr int kExitSuccess = 0;
inline constexpr int kExitNoAnswer = 1;       // infeasible, or nothing found
inline constexpr int kExitBadInput = 2;       // usage or input error, an argument error too
inline constexpr int kExitBusy = 3;           // another process writes the results of this study
inline constexpr int kExitInterrupted = 130;  // by Ctrl-C; what was complete is written

// What they mean, for --help in a few words and for the manual page in a sentence.
// docs/using.md has a table of the same statuses.
struct ExitStatus {
  int status;
  std::string_view summary;
  std::string_view meaning;
};

inline constexpr std::array<ExitStatus, 5> kExitStatuses = {{
    {kExitSuccess, "success", "Success."},
    {kExitNoAnswer, "infeasible or nothing found",
     "The configuration is infeasible, or nothing was found."},
    {kExitBadInput, "usage or input error",
     "Usage or input error; one line on standard error says what and where."},
    {kExitBusy, "results in use by another process",
     "Another process writes the results of this study, and nothing was changed."},
    {kExitInterrupted, "interrupted",
     "A search was interrupted; what it had found by then is written."},
}};

}  // namespace calculon
