#pragma once

#include <map>
#include <string>
#include <vector>

#include "fuzz/dice.h"
#include "support/program.h"

namespace calculon::torture {

using fuzz::Dice;
using Files = std::map<std::string, std::string>;  // name below a folder -> bytes

// One call of the program in a folder of its own: the files that are there before it, and the words
// of the command line. All names are relative to the folder, so that nothing else can be harmed.
struct Scenario {
  std::string kind;  // "loe" or "study merge": the command before anything was changed
  Files files;
  test::Arguments arguments;
  bool varied = false;  // has values at random already
};

// A maker of valid calls of one command, of which some have an answer and some do not.
struct ScenarioKind {
  std::string name;
  Scenario (*make)(Dice& dice);
};

// Every command of the program; studies have several.
const std::vector<ScenarioKind>& scenario_kinds();

// Of one execution by the calibrated methodology.
Scenario llm_calibrated(Dice& dice);

// The comparison with a table of measured runs.
Scenario lv_measured(Dice& dice);

// Of a fit to measured runs, logs and tables of single constants.
Scenario fit_to_runs(Dice& dice);

// Those over studies, their folders of results and the files that `report` reads.
std::vector<ScenarioKind> study_scenario_kinds();

// Results that the program made of valid inputs, made when first asked for: the files of `report`,
// and some finished folders of studies. Their names begin with nothing, "study.json" and the like.
const Files& sample_results();
const std::vector<Files>& sample_folders();

// Puts the files of a folder below `folder` + "/".
void add_folder(Scenario& scenario, const std::string& folder, const Files& files);

// Makes one to three changes to the files and the words, of which most are wrong.
void change(Scenario& scenario, Dice& dice);

// Writes the files below a folder. A name that ends in "/" is an empty folder, one that
// ends in "|" a pipe.
void write_files(const Files& files, const std::string& folder);
// All regular files below a folder.
Files read_files(const std::string& folder);

}  // namespace calculon::torture
