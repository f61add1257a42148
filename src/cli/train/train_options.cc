#include "cli/train/train_options.h"

#include "cli/published_options.h"

namespace calculon {
namespace {

constexpr const char* kOwnGroup = "Beyond the published options (to be written out)";

const char* value_name(InputKind kind) {
  switch (kind) {
    case InputKind::kInteger:
      return "INT";
    case InputKind::kReal:
      return "REAL";
    case InputKind::kChip:
      return "NAME";
    case InputKind::kFlag:
      break;
  }
  return "";
}

CLI::Option* add_published_flag(CLI::App& app, const std::string& name, const std::string& help,
                                std::vector<std::string>& values) {
  return app
      .add_flag_callback(
          name, [&values] { values = {"true"}; }, help)
      ->disable_flag_override()
      ->take_last();
}

}  // namespace

CLI::Option* add_published_option(CLI::App& app, std::string_view name, InputKind kind,
                                  std::string_view help, std::vector<std::string>& values) {
  const std::string option = fmt::format("--{}", name);
  if (kind == InputKind::kFlag) {
    return add_published_flag(app, option, std::string(help), values);
  }
  const auto check = [kind](const std::string& text) {
    return kind == InputKind::kChip || parse_input(kind, text)
               ? std::string()
               : fmt::format("'{}' is not {}", text, accepted_input(kind));
  };
  return app.add_option(option, values, std::string(help))
      ->type_name(value_name(kind))
      ->expected(1)
      ->allow_extra_args(false)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
      ->check(CLI::Validator(check, ""));
}

void add_own_train_options(CLI::App& app, TrainOptions& options) {
  constexpr int kMostShown = 1'000'000;
  app.add_option(std::string(kVersionOption), options.version,
                 "published version whose results are reproduced (default: seed)")
      ->check(CLI::IsMember({"seed", "head"}))
      ->take_last()
      ->group(kOwnGroup);
  CLI::Option* json = app.add_flag("--json", options.json, "print the results as JSON");
  CLI::Option* csv = app.add_flag("--csv", options.csv, "print the results as a line of CSV");
  json->group(kOwnGroup)->take_last();
  csv->group(kOwnGroup)->take_last()->excludes(json);
  CLI::Option* sweep =
      app.add_option("--sweep", options.sweeps,
                     "try all values of an option, as in p_data=1,2,4 or p_pipe=1..16, and print a "
                     "line of CSV for each; may be given several times, for all combinations");
  sweep->type_name("OPTION=VALUES")
      ->expected(1)
      ->allow_extra_args(false)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
      ->excludes(json)
      ->group(kOwnGroup);
  CLI::Option* best = app.add_option("--best", options.best,
                                     "print the best combinations of a sweep by this result");
  best->type_name("FIELD")->needs(sweep)->group(kOwnGroup);
  app.add_option("--top", options.top, "how many of the best")
      ->check(CLI::Range(1, kMostShown))
      ->needs(best)
      ->default_str("10")
      ->group(kOwnGroup);
  app.add_option("--columns", options.columns,
                 "results that CSV has: names with commas between them, or all")
      ->type_name("FIELDS")
      ->group(kOwnGroup);
}

std::string unknown_chip_text(std::string_view name, const std::vector<Chip>& chips) {
  const auto names = names_of(chips);
  return fmt::format("--chip_type is '{}', expected {}", name, list_of_names(names));
}

}  // namespace calculon
