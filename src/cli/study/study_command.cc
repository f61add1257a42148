// The verbs of `calculon study` that compute nothing, and what all of them share.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

#include "base/printable.h"
#include "base/text.h"
#include "calculon/base/parallel.h"
#include "calculon/base/quantity_text.h"
#include "cli/data_folder.h"
#include "cli/message.h"
#include "cli/options.h"
#include "cli/study/study_options.h"
#include "cli/study/study_watch.h"
#include "cli/terminal.h"
#include "study/points/calibrated_point.h"
#include "study/points/study_notes.h"

namespace calculon {
namespace {

// About what one core counts, as `make bench` measures it on the sweeps of examples/studies/, and
// what a point takes besides.
constexpr double kStrategiesPerSecond = 100e6;
constexpr double kSecondsPerPoint = 300e-6;

bool has_bundled_data(const std::string& folder) {
  return !bundled_studies(folder).empty();
}

// PATH=VALUE: the value as JSON with a configuration's limits, or else as a string.
std::pair<std::string, Json> parse_setting(const std::string& text) {
  const auto setting = name_and_value(text);
  if (!setting) {
    throw InputError(fmt::format("--set is '{}', expected PATH=VALUE", text));
  }
  const std::string path(setting->first);
  const std::string value(setting->second);
  return {path, Json::accept(value) ? parse_json("--set " + path, value) : Json(value)};
}

void parse_only(const std::string& text, StudyChoices& choices) {
  const auto axis = name_and_value(text);
  if (!axis) {
    throw InputError(fmt::format("--only is '{}', expected AXIS=VALUE,VALUE", text));
  }
  auto& labels = choices.only[std::string(axis->first)];
  for (const std::string_view label : split(axis->second, ',')) {
    labels.emplace_back(label);
  }
}

struct Totals {
  std::int64_t strategies = 0;  // of different points
  double work = 0;              // in published strategies
  std::size_t distinct = 0;
  std::size_t invalid = 0;
  std::vector<std::int64_t> sizes;  // ascending, of valid ones
};

Totals totals_of(const std::vector<PointEntry>& points) {
  Totals totals;
  for (const auto& shard : deal_points(points, 1)) {
    for (const std::size_t i : shard) {
      ++totals.distinct;
      if (points[i].error) {
        ++totals.invalid;
      } else {
        totals.strategies += points[i].strategies;
        totals.work += static_cast<double>(points[i].strategies) *
                       static_cast<double>(is_calibrated(points[i].task) ? kWorkOfCalibrated : 1);
        totals.sizes.push_back(points[i].strategies);
      }
    }
  }
  std::sort(totals.sizes.begin(), totals.sizes.end());
  return totals;
}

int run_list(Console& console) {
  const std::string folder = study_data_folder(console);
  console.out << fmt::format("{:<24} {:>9} {:>16}  {}\n", "study", "points", "strategies", "title");
  const std::vector<std::string> names = bundled_studies(folder);
  std::vector<LoadedStudy> studies(names.size());
  const int threads = available_cpus();
  parallel_for(names.size(), threads,
               [&](std::size_t i) { studies[i] = read_study(names[i], folder, {}); });
  for (std::size_t i = 0; i < names.size(); ++i) {
    const Study& study = *studies[i].study;
    console.out << for_reading(
        console,
        fmt::format("{:<24} {:>9} {:>16}  {}\n", printable(names[i]), grouped_digits(study.size()),
                    grouped_digits(count_strategies(study, threads)), printable(study.title())));
  }
  return kExitSuccess;
}

// Why points are invalid, each reason with how many there are and the first of them.
void print_invalid(const LoadedStudy& loaded, Console& console) {
  struct Sample {
    std::size_t count = 0;
    std::size_t first = 0;
  };
  std::map<std::string, Sample> reasons;
  for (std::size_t i = 0; i < loaded.points.size(); ++i) {
    if (!loaded.points[i].error) {
      continue;
    }
    Sample& sample = reasons.try_emplace(*loaded.points[i].error, Sample{0, i}).first->second;
    ++sample.count;
  }
  for (const auto& [reason, sample] : reasons) {
    std::string labels;
    for (const Json& label : loaded.study->labels(sample.first)) {
      labels += (labels.empty() ? "" : ", ") + label_text(label);
    }
    console.out << for_reading(console, fmt::format("  {:>8}  {} (first: {})\n", sample.count,
                                                    printable(reason), printable(labels)));
  }
}

int run_check(const StudyArguments& arguments, Console& console) {
  StudyWatch watch(console);
  const LoadedStudy loaded = load_study(arguments, console, watch.watch());
  const Totals totals = totals_of(loaded.points);
  watch.watch().check();
  watch.hide();
  tell_study_notes(loaded, console);
  console.out << for_reading(
      console, fmt::format("{}: {}\n", printable(loaded.name), printable(loaded.study->title())));
  console.out << fmt::format("Points: {}, of which {} are different\n",
                             grouped_digits(loaded.points.size()), grouped_digits(totals.distinct));
  if (!totals.sizes.empty()) {
    console.out << for_reading(
        console,
        fmt::format("Strategies: {} in all; of a point {} at least, {} in the median, {} at most\n",
                    grouped_digits(totals.strategies), grouped_digits(totals.sizes.front()),
                    grouped_digits(totals.sizes[totals.sizes.size() / 2]),
                    grouped_digits(totals.sizes.back())));
  }
  const int threads = num_threads(arguments);
  const double seconds = (totals.work / kStrategiesPerSecond +
                          static_cast<double>(totals.distinct) * kSecondsPerPoint) /
                         threads;
  console.out << fmt::format("Estimated time: about {} on {} thread{}\n",
                             seconds < 1      ? std::string("a second")
                             : seconds < 100  ? fmt::format("{:.0f} seconds", seconds)
                             : seconds < 6000 ? fmt::format("{:.0f} minutes", seconds / 60)
                                              : fmt::format("{:.1f} hours", seconds / 3600),
                             threads, threads == 1 ? "" : "s");
  if (totals.invalid > 0) {
    console.out << fmt::format("Invalid: {} points, which get a record that says why\n",
                               grouped_digits(totals.invalid));
    print_invalid(loaded, console);
  }
  return kExitSuccess;
}

}  // namespace

void add_study_arguments(CLI::App& app, StudyArguments& arguments, bool required) {
  app.add_option("study", arguments.file,
                 required ? "study file (.json), or the name of a bundled study"
                          : "study file (.json), or the name of a bundled study; without it the "
                            "folder's own goes on")
      ->type_name(kStudyValue)
      ->required(required);
  app.add_option("--set", arguments.set,
                 "change an input at all points, after the axes; repeatable")
      ->type_name("PATH=VALUE")
      ->allow_extra_args(false);
  app.add_option("--only", arguments.only, "only these values of an axis; repeatable")
      ->type_name("AXIS=VALUES")
      ->allow_extra_args(false);
  app.add_flag("--quick", arguments.quick, "the short form, for trying: fewer values of axes");
  add_threads(app, arguments.threads);
}

StudyChoices study_choices(const StudyArguments& arguments) {
  StudyChoices choices;
  for (const std::string& text : arguments.set) {
    choices.set.push_back(parse_setting(text));
  }
  for (const std::string& text : arguments.only) {
    parse_only(text, choices);
  }
  choices.quick = arguments.quick;
  return choices;
}

int num_threads(const StudyArguments& arguments) {
  return threads_or_all(arguments.threads);
}

std::string study_data_folder(const Console& console) {
  return find_data_folder(console.program, has_bundled_data);
}

LoadedStudy load_study(const StudyArguments& arguments, Console& console, const Watch& watch) {
  return load_study(arguments.file, study_data_folder(console), study_choices(arguments),
                    num_threads(arguments), watch);
}

void tell_study_notes(const LoadedStudy& loaded, Console& console) {
  for (const std::string& line : study_notes(loaded)) {
    note(console, line);
  }
}

std::string resume_command(const std::string& folder, const Shard& shard) {
  return fmt::format(
      "calculon study run -o {}{}", shell_argument(folder),
      shard.count > 1 ? fmt::format(" --shard {}/{}", shard.index, shard.count) : "");
}

Action setup_study_list(CLI::App& app) {
  static_cast<void>(app);
  return [](Console& console) { return run_list(console); };
}

Action setup_study_check(CLI::App& app) {
  const auto arguments = std::make_shared<StudyArguments>();
  add_study_arguments(app, *arguments, true);
  return [arguments](Console& console) { return run_check(*arguments, console); };
}

Action setup_study(CLI::App& app) {
  struct Verb {
    std::string_view name;
    std::string_view help;
    Action (*setup)(CLI::App& app);
  };
  static constexpr std::array kVerbs = {
      Verb{"list", "list the bundled studies", setup_study_list},
      Verb{"check", "tell what a study would compute", setup_study_check},
      Verb{"run", "compute what is missing in a folder of results", setup_study_run},
      Verb{"status", "tell how far a folder of results is", setup_study_status},
      Verb{"merge", "write the table of a study", setup_study_merge},
      Verb{"report", "draw the results of a study", setup_study_report},
  };
  app.require_subcommand(1);
  auto actions = std::make_shared<std::vector<std::pair<CLI::App*, Action>>>();
  for (const Verb& verb : kVerbs) {
    CLI::App* subcommand = app.add_subcommand(std::string(verb.name), std::string(verb.help));
    actions->emplace_back(subcommand, verb.setup(*subcommand));
  }
  return [actions](Console& console) {
    const auto parsed = std::find_if(actions->begin(), actions->end(),
                                     [](const auto& action) { return action.first->parsed(); });
    return parsed->second(console);
  };
}

}  // namespace calculon
