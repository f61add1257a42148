// The pages of all bundled studies, in a real browser where there is one.
#include <algorithm>
#include <catch2/catch.hpp>

#include "page/column.h"
#include "study/points/foreign_datatypes.h"
#include "study/points/study_notes.h"
#include "support/browser.h"
#include "support/program.h"
#include "support/source_tree.h"
#include "support/study_run.h"
#include "support/temp_folder.h"

namespace calculon::test {
namespace {

// Whether some value that a heat map draws lies between the ends of its colors, if it names them.
bool colors_suit(const StudyRun& run, const Json& plot) {
  if (plot.at("type") != "heatmap" || !plot.contains("range")) {
    return true;
  }
  const ColumnInfo color = column_info(plot.value("color", "sample_rate"));
  const Json& range = plot.at("range");
  return std::any_of(run.rows().begin(), run.rows().end(), [&](const Json& row) {
    const Json value = row.value(color.name, Json());
    return value.is_number() && value.get<double>() * color.factor >= range[0].get<double>() &&
           value.get<double>() * color.factor <= range[1].get<double>();
  });
}

}  // namespace

TEST_CASE("every bundled study runs in its quick form, and its page draws", "[study][browser]") {
  const std::vector<std::string> names = bundled_studies(source_folder());
  CHECK(names.size() >= 18);
  const bool browser = has_browser();
  for (const std::string& name : names) {
    INFO(name);
    const LoadedStudy whole = read_study(name, source_folder(), {});
    StudyRun run(bundled_study(name, {}, {}, true));
    CHECK(run.loaded().points.size() <= 64);
    CHECK(run.loaded().points.size() <= whole.study->size());
    CHECK(run.rows().size() > 0);
    for (const Json& row : run.rows()) {
      CHECK(row["status"] != "invalid");
    }
    for (const Json& plot : run.loaded().study->plots()) {
      INFO(plot.dump());
      CHECK(colors_suit(run, plot));
    }
    const std::string html = page_of(run);
    CHECK(html == page_of(run));
    if (!browser) {
      continue;
    }
    const SeenPage page = see_page(html);
    CHECK(page.faults() == std::vector<std::string>());
    CHECK(page.plots.size() == run.loaded().study->plots().size());
    for (const SeenPlot& plot : page.plots) {
      INFO(plot.title);
      bool tells_execution = false;
      for (const std::string& hover : plot.hovers) {
        tells_execution = tells_execution || hover.find("tensor_par") != std::string::npos;
      }
      CHECK(tells_execution);
    }
  }
}

TEST_CASE("the page of sensitivity-h100 says what matters most", "[study]") {
  const StudyRun run(bundled_study("sensitivity-h100"));
  CHECK(run.rows().size() == 29);
  CHECK_THAT(page_of(run), Catch::Contains("matrix rate matters most"));
}

TEST_CASE("a run of a study says on the terminal what its page says at the top", "[study][cli]") {
  const TempFolder folder;
  const ProgramResult result =
      run_program({"study", "run", "sensitivity-h100", "--quick", "-o", folder.file("h100")});
  CHECK(result.status == 0);
  CHECK_THAT(result.out, Catch::Contains("\nmatrix rate matters most: ×0.5 … ×2 changes "));
}

TEST_CASE("a link without effect is called out", "[study]") {  // W2
  const StudyRun run(bundled_study("sensitivity-v0"));
  CHECK_THAT(page_of(run), Catch::Contains("link 0 has no effect on the sample rate"));
}

TEST_CASE("a parameter of a datatype in which nothing computes is told", "[study]") {
  const LoadedStudy other =
      bundled_study("sensitivity-h100", {}, {{"search.datatype", "bfloat16"}}, true);
  const std::string why =
      "it changes system.matrix.float16.tflops, but all points compute in bfloat16";
  const auto has = [](const std::vector<std::string>& notes, const std::string& note) {
    return std::find(notes.begin(), notes.end(), note) != notes.end();
  };
  CHECK(has(study_notes(other), "matrix rate can have no effect: " + why));
  const LoadedStudy own = bundled_study("sensitivity-h100", {}, {}, true);
  CHECK_FALSE(has(study_notes(own), "matrix rate can have no effect: " + why));
  CHECK(foreign_datatypes(own).empty());

  Json study = small_study();
  study["axes"] = {
      {{"name", "rate"}, {"path", "system.vector.bfloat16.tflops"}, {"scale", {1, 2}}}};
  study["plots"] = Json::array();
  const auto foreign = foreign_datatypes(study_of(study));
  REQUIRE(foreign.size() == 1);
  CHECK(foreign[0].axis == "rate");
  const StudyRun run(study_of(study));
  CHECK_THAT(page_of(run), Catch::Contains("rate has no effect on the sample rate: it changes "
                                           "system.vector.bfloat16.tflops, but all points compute "
                                           "in float16."));
  study["axes"][0]["path"] = "system.vector.*.tflops";
  CHECK(foreign_datatypes(study_of(study)).empty());
}

TEST_CASE("a parameter of one 16-bit datatype serves the other in the calibrated model",
          "[study][calibrated]") {
  const auto foreign = [](const std::string& datatype, bool has_own) {
    Json system = Json::parse(source_text("systems/h100.json"));
    if (!has_own) {
      system["matrix"].erase("bfloat16");
    }
    system["matrix"]["float16"] =
        Json::parse(source_text("systems/h100.json"))["matrix"]["bfloat16"];
    Json study = {
        {"calculon_study", 1},
        {"model", "llama-3.1-8b"},
        {"system", system},
        {"vary",
         {{{"name", "rate"}, {"path", "system.matrix.float16.tflops"}, {"scale", {0.5, 2}}}}},
        {"search",
         {{"methodology", "calibrated"},
          {"num_procs", 8},
          {"max_batch", 8},
          {"datatype", datatype}}}};
    return !foreign_datatypes(study_of(study)).empty();
  };
  CHECK(foreign("bfloat16", true));
  CHECK(foreign("float8", true));
  CHECK_FALSE(foreign("float16", true));
  CHECK_FALSE(foreign("bfloat16", false));
  CHECK_FALSE(foreign("float8", false));
}

TEST_CASE("an axis without effect that is none of the machine is not called a part of it",
          "[study]") {
  Json study = small_study();
  study["axes"] = {
      {{"name", "rule"}, {"path", "search.oversized_data_par"}, {"values", {"skip", "raise"}}}};
  const StudyRun run(study_of(study));
  CHECK_THAT(page_of(run), Catch::Contains("rule has no effect on the sample rate: all its values "
                                           "give the same within 10⁻⁹.</p>"));
}

TEST_CASE("an axis that a table has the best of is none of its page", "[study]") {
  const StudyRun run(bundled_study("sc23-tab3", {}, {}, true));
  CHECK_THAT(page_of(run), !Catch::Contains("no effect"));
}

TEST_CASE("a page of a large study holds what its plots show", "[study]") {
  Json study = small_study();
  study["axes"][1] = {{"name", "size"},
                      {"path", "search.num_procs"},
                      {"range", {{"from", 1}, {"to", 11000}, {"step", 1}}}};
  study["search"]["tensor_par"] = 7;  // nothing to do
  study["plots"] = {{{"type", "table"}, {"where", {{"size", {8, 16}}}}}};
  const StudyRun run(study_of(study));
  CHECK(run.rows().size() == 22000);
  CHECK(page_of(run).size() < 1'000'000);
}

}  // namespace calculon::test
