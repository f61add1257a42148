#pragma once

#include <CLI/CLI.hpp>
#include <array>
#include <string>
#include <string_view>
#include <vector>

namespace calculon {

inline constexpr std::array<std::string_view, 1> kJsonOnly = {".json"};
inline constexpr std::array<std::string_view, 1> kHtmlOnly = {".html"};

// Type names of values that are paths: --help shows them, and shells complete paths there.
inline constexpr const char* kFileValue = "FILE";
inline constexpr const char* kFolderValue = "FOLDER";
// Values for which shells also offer what comes with the program, or its words (word_lists.h).
inline constexpr const char* kModelValue = "MODEL";
inline constexpr const char* kSystemValue = "SYSTEM";
inline constexpr const char* kExecutionValue = "EXECUTION";
inline constexpr const char* kStudyValue = "STUDY";
inline constexpr const char* kStatisticValue = "STATISTIC";
inline constexpr const char* kStatisticsValue = "STATISTICS";
inline constexpr const char* kConditionValue = "CONDITION";
inline constexpr const char* kColumnsValue = "COLUMNS";
inline constexpr const char* kConstantsValue = "CONSTANTS";
// Of values with commas between them; "LIST:{a,b}" tells which ones there are.
inline constexpr const char* kListValue = "LIST";

// Groups of options in the help of commands that have many.
inline constexpr const char* kWhatToSearch = "What to search";
inline constexpr const char* kWhatToKeep = "What to keep";
inline constexpr const char* kHowToRun = "How to run";

// The arguments that are files of a model, an execution and a system, which several commands have.
inline constexpr std::string_view kModelArgument = "application";
inline constexpr std::string_view kExecutionArgument = "execution";
inline constexpr std::string_view kSystemArgument = "system";
void add_application(CLI::App& app, std::string& path);
void add_execution(CLI::App& app, std::string& path);
void add_system(CLI::App& app, std::string& path);

// Adds -j,--threads, a number from 1; `threads` stays as it is if the option is not there. Names
// that commands had for it before are accepted, but not listed.
void add_threads(CLI::App& app, int& threads);
// As many as asked for; for 0 as many as the process may use.
int threads_or_all(int threads);

// What a file is called where others read of it: without its folder, which they do not have.
std::string source_name(const std::string& path);

// Whether help, completions and manual page tell of an option. Unlike CLI11's hidden options the
// others have a name in messages.
bool is_listed(const CLI::Option& option);

// Throws InputError if more than one of `paths` is "-".
void require_one_standard_input(const std::vector<std::string_view>& paths);

}  // namespace calculon
