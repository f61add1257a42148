// calculon report on what the other commands write.
#include <catch2/catch.hpp>

#include "calculon/base/quantity_text.h"
#include "support/browser.h"
#include "support/program.h"
#include "support/search_files.h"
#include "support/source_tree.h"

namespace calculon::test {
namespace {

struct Report {
  ProgramResult result;
  std::string html;
};

Report report_of(const Arguments& results) {
  const TempFolder folder;
  Arguments arguments = {"report"};
  arguments.insert(arguments.end(), results.begin(), results.end());
  arguments.insert(arguments.end(), {"-o", folder.file("report.html")});
  Report report;
  report.result = run_program(arguments);
  if (report.result.status == 0) {
    report.html = raw_bytes(folder.file("report.html"));
  }
  return report;
}

// Statistics of an example in a file of the folder.
std::string statistics_file(const TempFolder& folder, const std::string& name) {
  const std::string path = folder.file(name);
  REQUIRE(run_program({"llm", source_path("models/megatron-1T.json"),
                       source_path("examples/3072_t4_p64_d12_mbs4_full.json"),
                       source_path("systems/a100_80g.json"), path, "--layers"})
              .status == 0);
  return path;
}

std::vector<std::string> titles_of(const SeenPage& page) {
  std::vector<std::string> titles;
  for (const SeenPlot& plot : page.plots) {
    titles.push_back(plot.title);
  }
  return titles;
}

using Titles = std::vector<std::string>;

}  // namespace

TEST_CASE("report draws statistics_file side by side under the names of their files",
          "[cli][browser]") {
  const TempFolder folder;
  const Report report =
      report_of({statistics_file(folder, "one.json"), statistics_file(folder, "two.json.gz")});
  CHECK(report.result.status == 0);
  CHECK_THAT(report.result.out, Catch::StartsWith("Output: "));
  CHECK_THAT(report.html, Catch::Contains("<title>one.json, two.json.gz</title>"));
  if (has_browser()) {
    const SeenPage page = see_page(report.html);
    CHECK(page.faults() == Titles());
    REQUIRE(titles_of(page) == Titles{"Batch time", "Memory consumption"});
    CHECK(page.plots[0].marks == 2 * 8);  // eight parts of each
    CHECK_THAT(page.plots[0].hovers[0], Catch::Contains("one.json FW pass: 15.48 s (11.7%)"));
  }
}

TEST_CASE("report draws the best executions of a search", "[cli][browser]") {
  const SearchFiles files;
  for (const char* name : {"best.json", "best.csv", "best.csv.gz"}) {
    REQUIRE(files.run("loe", name, {"-t", "500"}).status == 0);
    const Report report = report_of({files.folder.file(name)});
    INFO(name << report.result.err);
    CHECK(report.result.status == 0);
    if (has_browser()) {
      const SeenPage page = see_page(report.html);
      CHECK(page.faults() == Titles());
      CHECK(page.plots.size() == 5);
      CHECK_THAT(page.plots[1].hovers[0],
                 Catch::Contains("tensor_par") && Catch::Contains("activation_recompute"));
    }
  }
}

TEST_CASE("report draws all executions, of which there may be any number", "[cli][browser]") {
  const SearchFiles files;
  REQUIRE(files.run("lae", "all.csv").status == 0);
  REQUIRE(files.run("lae", "some.csv", {"--columns", "data_par,sample_rate"}).status == 0);
  const std::size_t count = files.lines("all.csv").size() - 1;
  const Report report = report_of({files.folder.file("all.csv")});
  REQUIRE(report.result.status == 0);
  const Report narrow = report_of({files.folder.file("some.csv")});
  REQUIRE(narrow.result.status == 0);
  if (has_browser()) {
    const SeenPage page = see_page(report.html);
    CHECK(page.faults() == Titles());
    CHECK(titles_of(page) ==
          Titles{
              "The best sample_rate of each split", "Batch time", "Memory consumption",
              grouped_digits(static_cast<std::int64_t>(count)) + " executions by sample_rate",
              "The " + std::to_string(std::min<std::size_t>(count, 100)) + " best by sample_rate"});
    CHECK(see_page(narrow.html).plots.size() == 2);
  }
}

TEST_CASE("report writes to standard output and says nothing else there", "[cli]") {
  const TempFolder folder;
  const std::string path = statistics_file(folder, "one.json");
  const ProgramResult result = run_built_program({"report", path, "-o", "-"}, folder.path());
  CHECK(result.status == 0);
  CHECK_THAT(result.out, Catch::StartsWith("<!DOCTYPE html>") && Catch::EndsWith("</html>\n"));
  CHECK(run_shell(program_path() + " report - <one.json", folder.path()).status == 0);
  CHECK(folder.names() == Titles{"one.json", "report.html"});
  CHECK(raw_bytes(folder.file("report.html")).find("standard input") != std::string::npos);
}

TEST_CASE("what is no result is told in one line", "[cli]") {
  const TempFolder folder;
  const auto error_of = [&](const Arguments& files) {
    const ProgramResult result = report_of(files).result;
    CHECK(result.status == 2);
    CHECK(is_one_line(result.err));
    return result.err;
  };
  const std::string is_no_result =
      ": is no result, expected what llm, llm-optimal-execution or llm-all-executions wrote";
  for (const char* text :
       {"{}", "{\"a\": 1}", "{\"0\": {\"execution\": {}}}", "hello", "a,b\n1,2\n"}) {
    INFO(text);
    CHECK_THAT(error_of({folder.write("x", text)}), Catch::Contains(is_no_result));
  }
  CHECK_THAT(error_of({folder.write("x", "")}), Catch::Contains("x: is empty"));
  CHECK_THAT(error_of({folder.write("x", "{\"a\": }")}), Catch::Contains("x: "));
  CHECK_THAT(error_of({folder.write("x", "tensor_par\n8\n")}),
             Catch::Contains("x: has no column sample_rate"));
  CHECK_THAT(error_of({folder.write("x", "tensor_par,sample_rate\n")}),
             Catch::Contains("x: has no rows"));
  CHECK_THAT(error_of({folder.write("x", "tensor_par,sample_rate\n8,1\n8\n")}),
             Catch::Contains("x: row 2 has 1 cells, expected 2"));
  CHECK_THAT(error_of({folder.write("x", "tensor_par,sample_rate\n8,None\n")}),
             Catch::Contains("x: row 1: sample_rate is None, expected a number"));
  CHECK_THAT(error_of({statistics_file(folder, "one.json"),
                       folder.write("y", "tensor_par,sample_rate\n8,1\n")}),
             Catch::Contains("expected files of one kind"));
  CHECK_THAT(error_of({"-", "-"}), Catch::Contains("standard input can be read only once"));
  const ProgramResult result = run_program({"report", "x", "-o", folder.file("x.txt")});
  CHECK(result.status == 2);
  CHECK_THAT(result.err, Catch::Contains("unknown kind of file"));
}

}  // namespace calculon::test
