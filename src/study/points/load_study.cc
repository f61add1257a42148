#include "study/points/load_study.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "calculon/base/files.h"
#include "calculon/statistics/unknown_statistic.h"
#include "page/page.h"
#include "strategy/result_execution.h"
#include "study/spec/derivation.h"
#include "study/spec/table_columns.h"

namespace calculon {
namespace {

namespace fs = std::filesystem;

// What a table and a page will be asked for has to be there before anything is computed.
void check_outputs(const Study& study, const std::string& place, Mistakes& mistakes) {
  std::vector<std::string_view> columns = study_columns(study.may_be_calibrated());
  const std::vector<std::string> axes = study.column_names();
  columns.insert(columns.end(), axes.begin(), axes.end());
  std::vector<std::string> derived;
  for (const Derivation& derivation : parse_derivations(study, mistakes)) {
    const std::vector<std::string> names = derivation.columns();
    derived.insert(derived.end(), names.begin(), names.end());
  }
  columns.insert(columns.end(), derived.begin(), derived.end());
  if (study.is_measured()) {
    columns.insert(columns.end(), kRunColumnNames.begin(), kRunColumnNames.end());
    columns.emplace_back("reason_kind");
  }
  for (const std::string& column : study.columns()) {
    mistakes.attempt([&] {
      if (std::find(columns.begin(), columns.end(), column) == columns.end()) {
        throw UnknownStatistic(fmt::format("{}: columns: there is no column '{}'{}", place, column,
                                           did_you_mean(column, columns)));
      }
    });
  }
  const Json plots = {{"plots", study.plots()}};
  mistakes.attempt([&] { check_plots(JsonReader(place, plots)["plots"], columns, mistakes); });
}

fs::path studies_folder(const std::string& data_folder) {
  return fs::path(data_folder) / "examples" / "studies";
}

// A file that --set names for a whole document is one of the current directory, unless there is one
// beside the study. Its absolute path tells it from the study's own.
void find_files(const fs::path& study_folder, StudyChoices& choices) {
  for (auto& [path, value] : choices.set) {
    if (path.find('.') != std::string::npos || !names_document({InputPath(path), value, {}})) {
      continue;
    }
    const auto name = value.get<std::string>();
    const auto reference = result_reference(name);  // "FILE#K"
    const fs::path file(reference ? reference->file : name);
    std::error_code unknown;
    if (!is_bundled_name(name) && !file.is_absolute() &&
        !fs::exists(study_folder / file, unknown)) {
      value = (fs::current_path(unknown) / name).lexically_normal().string();
    }
  }
}

}  // namespace

void interpret_study(LoadedStudy& loaded, const std::string& place, const Watch& watch,
                     Mistakes& mistakes) {
  loaded.study = std::make_unique<Study>(JsonReader(place, loaded.file), loaded.choices,
                                         *loaded.documents, watch, mistakes);
  check_outputs(*loaded.study, place, mistakes);
}

std::vector<std::string> bundled_studies(const std::string& data_folder) {
  return json_names_in(studies_folder(data_folder).string());
}

LoadedStudy load_study(const std::string& name, const std::string& data_folder,
                       const StudyChoices& choices, int threads, const Watch& watch) {
  LoadedStudy loaded = read_study(name, data_folder, choices, watch);
  loaded.points = list_points(*loaded.study, threads, watch);
  return loaded;
}

LoadedStudy read_study(const std::string& name, const std::string& data_folder,
                       const StudyChoices& choices, const Watch& watch) {
  std::string path = name;
  if (is_bundled_name(name)) {
    path = (studies_folder(data_folder) / (name + ".json")).string();
    std::error_code unknown;
    if (!fs::exists(path, unknown)) {
      const std::vector<std::string> names = bundled_studies(data_folder);
      const std::vector<std::string_view> views(names.begin(), names.end());
      throw InputError(
          fmt::format("no bundled study is called '{}'{}; a file of your own ends in .json", name,
                      did_you_mean(name, views)));
    }
  }
  LoadedStudy loaded;
  loaded.name = name_without_extension(path);
  loaded.file = parse_json(path, read_text_file(path));
  loaded.choices = choices;
  find_files(fs::path(path).parent_path(), loaded.choices);
  loaded.documents =
      std::make_unique<Documents>(fs::path(path).parent_path().string(), data_folder);
  interpret_study(loaded, path, watch);
  return loaded;
}

}  // namespace calculon
