// What is wrong with a study: with its parts, then with the inputs of its points, and, if these are
// right, with the points.
#include <algorithm>
#include <filesystem>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "cli/bundled_files.h"
#include "cli/files/file_mistakes.h"
#include "study/points/load_study.h"
#include "study/spec/document_forms.h"
#include "study/spec/search_spec.h"

namespace calculon {
namespace {

// What a search of each methodology has to have.
Json neutral_search() {
  return {{"num_procs", 8}, {"max_batch", 8}, {"datatype", "float16"}};
}

std::vector<std::string> input_mistakes(std::string_view input, const Json& document,
                                        const Console& console) {
  const std::string place(input);
  if (input == "model") {
    return model_mistakes(place, document, console);
  }
  if (input == "system") {
    return system_mistakes(place, document, console);
  }
  if (input == "execution") {
    return execution_mistakes(place, document, console);
  }
  return all_mistakes(place, document, neutral_search(),
                      [](const JsonReader& json, Mistakes&) { parse_search(json); });
}

// Gives what was left out of a document the value that a right one has.
void fill_in(std::string_view input, const std::set<std::string>& left_out, Json& document) {
  const Json neutral = input == "search" ? neutral_search() : Json::object();
  for (const auto& item : neutral.items()) {
    if (document.is_object() && left_out.contains(std::string(input) + "." + item.key())) {
      document[item.key()] = item.value();
    }
  }
}

// Those of each form that an input has at some point.
void add_input_mistakes(const Study& study, std::string_view input, const Console& console,
                        Mistakes& mistakes) {
  if (study.left_out().contains(std::string(input))) {
    return;
  }
  const DocumentForms forms(study, {input});
  for (std::size_t form = 0; form < forms.count(); ++form) {
    mistakes.attempt([&] {
      Json document = study.document(forms.first_point(form), input);
      if (document.is_null()) {
        return;
      }
      fill_in(input, study.left_out(), document);
      mistakes.add(input_mistakes(input, document, console));
    });
  }
}

// Those of the points. Whether there are any is asked first, which reads what points have in common
// once.
void add_point_mistakes(const LoadedStudy& loaded, const Console& console, bool parts_are_right,
                        Mistakes& mistakes) {
  const Study& study = *loaded.study;
  std::vector<PointEntry> points;
  if (parts_are_right) {
    points = list_points(study, 1);
    if (std::none_of(points.begin(), points.end(),
                     [](const PointEntry& point) { return point.error != nullptr; })) {
      return;
    }
  }
  if (!study.is_measured()) {
    for (const std::string_view input : {"model", "system", "execution", "search"}) {
      add_input_mistakes(study, input, console, mistakes);
    }
  }
  for (const PointEntry& point : points) {
    if (point.error) {
      mistakes.add(*point.error);
    }
  }
}

}  // namespace

std::vector<std::string> study_mistakes(const std::string& path, const Json& document,
                                        const Console& console) {
  const std::string folder = std::filesystem::path(path).parent_path().string();
  LoadedStudy loaded;
  const auto read = [&](const JsonReader& reader, const StudyChoices& choices, Mistakes& mistakes) {
    loaded = {};
    loaded.file = reader.json();
    loaded.choices = choices;
    loaded.documents = std::make_unique<Documents>(folder, bundled_data_folder(console));
    interpret_study(loaded, path, no_watch(), mistakes);
  };
  const Json sample = {{"calculon_study", 1}};
  Mistakes mistakes;
  const auto read_whole = [&](const JsonReader& reader, Mistakes& found) {
    read(reader, {}, found);
  };
  mistakes.add(all_mistakes(path, document, sample, read_whole));
  if (loaded.study) {
    add_point_mistakes(loaded, console, mistakes.lines().empty(), mistakes);
  }
  if (mistakes.lines().empty() && document.contains("quick")) {
    StudyChoices quick;
    quick.quick = true;
    mistakes.attempt([&] {
      read(JsonReader(path, document), quick, mistakes);
      add_point_mistakes(loaded, console, mistakes.lines().empty(), mistakes);
    });
  }
  return mistakes.lines();
}

}  // namespace calculon
