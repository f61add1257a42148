#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "cli/commands.h"
#include "cli/console.h"
#include "cli/study/study_watch.h"
#include "study/results/study_folder.h"
#include "study/table/study_table.h"

namespace calculon {

// What the verbs of `calculon study`, and `report`, share.

struct StudyArguments {
  std::string file;  // a study file or the name of a bundled one
  std::vector<std::string> set;
  std::vector<std::string> only;
  bool quick = false;
  int threads = 0;  // 0: as many as the process may use
};

// Adds the options that say which points there are; `required`: the study has to be named.
void add_study_arguments(CLI::App& app, StudyArguments& arguments, bool required);

// --scatter, of the commands that draw.
inline void add_scatter_option(CLI::App& app, std::string& columns) {
  app.add_option("--scatter", columns,
                 "also one column against another, X,Y, with the points that no other beats joined")
      ->type_name("X,Y");
}

// The study that these ask for. Throws InputError.
LoadedStudy load_study(const StudyArguments& arguments, Console& console, const Watch& watch);
StudyChoices study_choices(const StudyArguments& arguments);
int num_threads(const StudyArguments& arguments);
std::string study_data_folder(const Console& console);

// Tells what one has to know of the study's models and systems.
void tell_study_notes(const LoadedStudy& loaded, Console& console);

// The verbs, each in its own file or with its like.
Action setup_study_list(CLI::App& app);
Action setup_study_check(CLI::App& app);
Action setup_study_run(CLI::App& app);
Action setup_study_status(CLI::App& app);
Action setup_study_merge(CLI::App& app);
Action setup_study_report(CLI::App& app);

// The command that goes on with a shard, ready for a shell.
std::string resume_command(const std::string& folder, const Shard& shard);

// What is missing of a folder's study, a line a shard with the command that computes it. `shards`:
// how many there are.
std::string missing_text(const std::string& folder, const LoadedStudy& loaded,
                         const std::vector<std::size_t>& missing, int shards);

// Writes `table.csv` and `report.html` of a folder that has all results, which `threads` threads
// read; returns how its points are.
StudyTable::Counts write_results(const std::string& folder, const LoadedStudy& loaded,
                                 const ResultIndex& index, int threads, StudyWatch& watch,
                                 Console& console);

}  // namespace calculon
