// calculon report on what the other commands write.
#include <fmt/format.h>

#include <catch2/catch.hpp>

#include "calculon/base/files.h"
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
              "The best sample rate of each split", "Batch time", "Memory consumption",
              grouped_digits(static_cast<std::int64_t>(count)) + " executions by sample rate",
              "The " + std::to_string(std::min<std::size_t>(count, 100)) + " best by sample rate"});
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

TEST_CASE("report reads more best executions than a configuration may have values", "[cli]") {
  const TempFolder folder;
  std::string json = "{";
  std::string csv = ",tensor_par,pipeline_par,sample_rate\n";
  constexpr int kCount = 40'000;
  for (int i = 0; i < kCount; ++i) {
    const int tensor_par = i < 2000 ? 1 : 1 << i % 3;
    json += fmt::format(
        "{}\n\"{}\": {{\"execution\": {{\"tensor_par\": {}, \"pipeline_par\": 2}}, \"stats\": "
        "{{\"layers\": [{{\"fw_time\": 1}}], \"total_time\": 1, \"sample_rate\": {}}}}}",
        i == 0 ? "" : ",", i, tensor_par, kCount - i);
    csv += fmt::format("{},{},2,{}\n", i, tensor_par, kCount - i);
  }
  json += "}\n";
  REQUIRE(json.size() > std::size_t{4} << 20);
  for (const std::string& path :
       {folder.write("best.json", json), folder.write("best.json.gz", gzip_member(json)),
        folder.write("best.csv", csv), folder.write("best.csv.gz", gzip_member(csv))}) {
    const Report report = report_of({path});
    INFO(path << report.result.err);
    REQUIRE(report.result.status == 0);
    CHECK_THAT(report.html,
               Catch::Contains("this page holds 1,002: the first 1,000 and the best "
                               "one of each split over tensor and pipeline parallelism"));
    CHECK_THAT(report.html, Catch::Contains("\"total\":40000,"));
    CHECK_THAT(report.html, !Catch::Contains("\"fw_time\""));
  }
  if (has_browser()) {
    const SeenPage page = see_page(report_of({folder.file("best.json")}).html);
    CHECK(page.faults() == Titles());
    CHECK_THAT(page.text, Catch::Contains("Of the 40,000 rows of best.json"));
  }
}

TEST_CASE("report shows the rates of short files beside those of long ones", "[cli]") {
  const TempFolder folder;
  std::string longer = "tensor_par,sample_rate\n";
  for (int i = 0; i < 3000; ++i) {
    longer += fmt::format("1,{}\n", 3000 - i);
  }
  const Report report = report_of({folder.write("long.csv", longer),
                                   folder.write("short.csv", "tensor_par,sample_rate\n8,7\n")});
  REQUIRE(report.result.status == 0);
  CHECK_THAT(report.html, Catch::Contains("3,001 executions by sample rate"));
}

TEST_CASE("report refuses early what says nothing without end", "[cli]") {
  const TempFolder folder;
  const auto error_of = [&](const std::string& text) {
    const ProgramResult result = report_of({folder.write("x", text)}).result;
    CHECK(result.status == 2);
    CHECK(is_one_line(result.err));
    return result.err;
  };
  const std::string much(std::size_t{5} << 20, '\n');
  std::string nulls = "{\"a\": [null";
  while (nulls.size() < much.size()) {
    nulls += ",null";
  }
  const std::string no_result =
      "x: has a value or white space of more than 1 MiB, as no result has";
  CHECK_THAT(error_of("{" + much), Catch::Contains(no_result));
  CHECK_THAT(error_of("{\"" + std::string(much.size(), 'x')), Catch::Contains(no_result));
  CHECK_THAT(error_of(nulls), Catch::Contains("x: has an entry of more than 100000 values"));
  CHECK_THAT(error_of("{\"a\":" + std::string(100, '[')), Catch::Contains("deeper than 64"));
  CHECK_THAT(error_of("sample_rate\n1\n" + much),
             Catch::Contains("x: has more than 10000 empty lines in a row behind row 1"));
  CHECK_THAT(error_of(std::string(much.size(), ' ')),
             Catch::Contains("x: has a line of more than 4 MiB"));
  CHECK_THAT(error_of("sample_rate,sample_rate\n1,2\n"),
             Catch::Contains("x: has two columns sample_rate"));
  CHECK_THAT(error_of("sample_rate\nnan\n"),
             Catch::Contains("row 1: sample_rate is nan, expected a number"));
  CHECK_THAT(error_of(std::string("{}\0 and more", 12)), Catch::Contains("NUL"));
}

TEST_CASE("bytes that are no UTF-8 in cells and names of files end up in a page", "[cli]") {
  const TempFolder folder;
  const std::string cell = folder.write("cell.csv", "tensor_par,sample_rate\n\xff,1\n8,3\n");
  const std::string name = folder.write("m\xff.csv", "tensor_par,sample_rate\n1,1\n2,3\n");
  const std::string json = folder.write("j\xff.json", "{\"total_time\": 1, \"sample_rate\": 1}");
  for (const Arguments& files : {Arguments{cell}, Arguments{name, cell}, Arguments{json}}) {
    const Report report = report_of(files);
    INFO(report.result.err);
    REQUIRE(report.result.status == 0);
    CHECK(report.html.find('\xff') == std::string::npos);
    CHECK_THAT(report.html, Catch::Contains("\xef\xbf\xbd"));
  }
  CHECK_THAT(report_of({folder.file("n\xff.json")}).result.err,
             Catch::Contains("cannot be opened: No such file"));
}

}  // namespace calculon::test
