// The list of statistics, and that mistakes in their names lead to it.
#include <catch2/catch.hpp>
#include <map>

#include "base/json_reader.h"
#include "calculon/statistics/stats.h"
#include "support/program.h"
#include "support/search_files.h"
#include "support/source_tree.h"
#include "support/temp_folder.h"

namespace calculon::test {

TEST_CASE("every statistic is listed with its unit and meaning", "[cli]") {
  const ProgramResult result = run_program({"statistics"});
  CHECK(result.status == 0);
  CHECK(result.err.empty());
  const std::vector<std::string> lines = lines_of(result.out);
  REQUIRE(lines.size() == kStatsFields.size());
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const StatField& field = kStatsFields[i];
    CHECK_THAT(lines[i], Catch::StartsWith(std::string(field.name) + " "));
    CHECK_THAT(lines[i], Catch::Contains(" " + std::string(unit_name(field.unit)) + " "));
    CHECK_THAT(lines[i], Catch::Contains("  " + std::string(field.help)));
  }
  CHECK_THAT(result.out, Catch::Contains("(calculon-moe, corrected only)\n"));
}

TEST_CASE("statistics as JSON tell which presets have them", "[cli]") {
  const Json list = Json::parse(run_program({"statistics", "--json"}).out);
  REQUIRE(list.size() == kStatsFields.size());
  std::map<std::string, int> counts;
  for (std::size_t i = 0; i < list.size(); ++i) {
    CHECK(list[i].at("name") == kStatsFields[i].name);
    CHECK(list[i].at("unit") == unit_name(kStatsFields[i].unit));
    CHECK(list[i].at("meaning") == kStatsFields[i].help);
    for (const Json& preset : list[i].at("presets")) {
      ++counts[preset.get<std::string>()];
    }
  }
  CHECK((counts ==
         std::map<std::string, int>{{"calculon", 96}, {"calculon-moe", 122}, {"corrected", 123}}));
}

TEST_CASE("an unknown statistic is answered with the list", "[cli]") {
  const SearchFiles files;
  const std::string hint = "; `calculon statistics` lists them\n";
  const std::vector<std::pair<std::string, Arguments>> mistakes = {
      {"loe", {"--rank-by", "foo"}},
      {"loe", {"--rank-by", "sample_rat"}},
      {"loe", {"--pareto", "sample_rate,foo"}},
      {"loe", {"--where", "foo>1"}},
      {"lae", {"--where", "foo>1"}},
      {"lae", {"--columns", "foo"}},
  };
  for (const auto& [command, options] : mistakes) {
    const ProgramResult result = files.run(command, "out.csv", options);
    INFO(command << " " << options[0] << " " << options[1]);
    CHECK(result.status == 2);
    CHECK(is_one_line(result.err));
    CHECK_THAT(result.err, Catch::EndsWith(hint));
  }
  CHECK_THAT(files.run("loe", "out.csv", {"--rank-by", "sample_rat"}).err,
             Catch::Contains("(did you mean 'sample_rate'?)"));
}

TEST_CASE("an unknown column of a study is answered with the list", "[cli]") {
  const TempFolder folder;
  Json study = Json::parse(source_text("examples/studies/sc23-tab2.json"));
  const auto told = [&](const Json& changed) {
    const ProgramResult result =
        run_program({"study", "check", folder.write("study.json", changed.dump())});
    CHECK(result.status == 2);
    return result.err;
  };
  Json columns = study;
  columns["columns"] = Json::array({"sample_rat"});
  CHECK_THAT(told(columns), Catch::EndsWith("there is no column 'sample_rat' (did you mean "
                                            "'sample_rate'?); `calculon statistics` lists them\n"));
  Json plotted = study;
  const Json plot = {{"type", "line"}, {"x", "num_procs"}, {"y", "foo"}};
  plotted["plots"] = Json::array({plot});
  CHECK_THAT(told(plotted), Catch::EndsWith("lists them\n"));
}

}  // namespace calculon::test
