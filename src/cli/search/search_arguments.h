#pragma once

#include <CLI/CLI.hpp>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "calculon/base/files.h"
#include "calculon/search/search_types.h"
#include "calculon/search/space_options.h"
#include "cli/console.h"
#include "import/model_format.h"

namespace calculon {

// What all searching commands are asked.
struct SearchArguments {
  std::string application;
  ModelChoices model;
  std::int64_t num_procs = 0;
  std::int64_t max_batch_size = 0;
  std::string datatype;
  std::string oversized_data_par = "skip";
  std::string system;
  std::string output;
  bool count_only = false;
  int threads = 0;  // 0: as many as the process may use
  bool none_ok = false;
  std::string fused_activation = "true";
  bool no_tp_overlap = false;
  bool no_dp_overlap = false;
  bool no_offload = false;
  std::string nets;                                        // "T,P,D"
  std::map<std::string, std::vector<std::string>> wanted;  // by setting
  std::vector<std::string> where;
  std::string methodology;  // "": as the system file suggests
  std::string quirks;       // "published", "fixed" or "": as the methodology has it
  std::string launchable;   // a framework, for the calibrated methodology
  bool inputs = false;      // tables of published methodologies tell what they are of, too

  SpaceKind kind = SpaceKind::kDense;
  std::int64_t num_experts = 0;  // not given
  std::int64_t top_k = 0;        // 0: as published
  std::string activation = "gelu";
  std::string attention = "multihead";
  bool independent = false;
  bool distinct = false;
  bool no_lost_work = false;
};

// Whether the published model is asked with its quirks put right. Throws InputError if the options
// contradict each other.
bool asks_corrected(const SearchArguments& arguments);

// Adds the arguments and options to a command; `output_kinds` is for the help.
void add_search_arguments(CLI::App& app, SearchArguments& arguments,
                          const std::string& output_kinds);

// Adds what a search over mixtures of experts is asked besides.
void add_moe_arguments(CLI::App& app, SearchArguments& arguments);

// Adds what the calibrated methodology is asked besides, in whose searches some settings are
// others.
void add_calibrated_arguments(CLI::App& app, SearchArguments& arguments);

// The space that the arguments describe. Throws InputError.
SpaceOptions space_options(const SearchArguments& arguments);
std::vector<StatFilter> stat_filters(const SearchArguments& arguments);
int num_threads(const SearchArguments& arguments);

// Puts paths in place of the names of bundled inputs. Throws InputError.
void find_inputs(SearchArguments& arguments, const Console& console);

// Checks what can be known before the files are read.
void check_search_arguments(const SearchArguments& arguments,
                            std::span<const std::string_view> output_extensions);

// Tells what the files of a search say that its answer is without.
void tell_input_notes(const Transformer& transformer, const System& system,
                      const SpaceOptions& options, Console& console);

// With results on standard output, messages go to standard error.
void move_log_off_output(const SearchArguments& arguments, Console& console);

// Puts the output under its name, or what there is of `what` under another if the search was
// interrupted, and returns the exit status.
int finish_output(const SearchArguments& arguments, OutputFile& file, bool interrupted,
                  std::string_view what, Console& console);

// The answer to an empty result: status 1, or 0 with -n.
int report_none_found(const SearchArguments& arguments, Console& console);

}  // namespace calculon
