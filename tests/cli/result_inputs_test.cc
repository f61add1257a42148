// Files of results say what they were computed from, where their format is ours, and pages tell it.
#include "text/result_inputs.h"

#include <algorithm>
#include <catch2/catch.hpp>

#include "base/json_reader.h"
#include "support/json_change.h"
#include "support/program.h"
#include "support/search_files.h"
#include "support/source_tree.h"
#include "support/tiny.h"

namespace calculon::test {
namespace {

struct Evaluation {
  TempFolder folder;
  std::string model = source_path("models/megatron-1T.json");
  std::string execution = source_path("examples/3072_t4_p64_d12_mbs4_full.json");
  std::string system = source_path("systems/a100_80g.json");

  // The text of the statistics.
  std::string statistics(const std::string& name, const Arguments& options) const {
    Arguments arguments = {"llm", model, execution, system, folder.file(name)};
    arguments.insert(arguments.end(), options.begin(), options.end());
    const ProgramResult result = run_program(arguments);
    INFO(result.err);
    REQUIRE(result.status == 0);
    return raw_bytes(folder.file(name));
  }
  Json inputs(const std::string& methodology) const {
    return {{"calculon", CALCULON_VERSION},
            {"methodology", methodology},
            {"model", "megatron-1T"},
            {"system", "a100_80g"},
            {"num_procs", 3072},
            {"batch_size", 3072},
            {"datatype", "float16"},
            {"date", modification_date({model, execution, system})}};
  }
};

std::string page_of_file(const TempFolder& folder, const std::string& name) {
  const ProgramResult result =
      run_program({"report", folder.file(name), "-o", folder.file("page.html")});
  INFO(result.err);
  REQUIRE(result.status == 0);
  return raw_bytes(folder.file("page.html"));
}

}  // namespace

TEST_CASE("published statistics keep their keys unless inputs are asked for", "[cli]") {
  const Evaluation evaluation;
  const Json plain = Json::parse(evaluation.statistics("plain.json", {}));
  CHECK(plain.size() == 96);
  Json more = Json::parse(evaluation.statistics("more.json", {"--inputs"}));
  CHECK(more["inputs"] == evaluation.inputs("calculon"));
  more.erase("inputs");
  CHECK(more == plain);
}

TEST_CASE("statistics of the other methodologies say what they are of", "[cli][calibrated]") {
  const Evaluation evaluation;
  for (const std::string methodology : {"corrected", "calibrated"}) {
    INFO(methodology);
    const Arguments options = {"--methodology", methodology};
    const std::string text = evaluation.statistics("one.json", options);
    CHECK(Json::parse(text)["inputs"] == evaluation.inputs(methodology));
    CHECK(evaluation.statistics("again.json", options) == text);
  }
}

TEST_CASE("the first result of a search says what all are of", "[cli]") {
  const SearchFiles files;
  for (const std::string methodology : {"calculon", "corrected"}) {
    INFO(methodology);
    REQUIRE(files.run("loe", "best.json", {"-t", "2", "--methodology", methodology}).status == 0);
    const Json results = Json::parse(files.text("best.json"));
    REQUIRE(results.size() == 2);
    const Json& inputs = results["0"]["inputs"];
    CHECK(inputs["methodology"] == methodology);
    CHECK(inputs["model"] == input_name(files.model));
    CHECK(inputs["system"] == input_name(files.system));
    CHECK(inputs["num_procs"] == 4);
    CHECK(inputs["max_batch_size"] == 3);
    CHECK(inputs["date"] == modification_date({files.model, files.system}));
    CHECK(results["1"].size() == 2);
  }
  CHECK(run_program({"llm", files.model, files.folder.file("best.json") + "#0", files.system,
                     files.folder.file("stats.json")})
            .status == 0);
}

TEST_CASE("pages of results say what they were computed from", "[cli]") {
  const Evaluation evaluation;
  evaluation.statistics("one.json", {"--inputs"});
  const std::string page = page_of_file(evaluation.folder, "one.json");
  CHECK_THAT(page, Catch::Contains("<title>one.json: megatron-1T on a100_80g, 3,072 processors, "
                                   "batch 3,072, float16, published methodology</title>"));
  for (const char* cell :
       {"<td data-head=\"results\">one.json</td>", "<td data-head=\"model\">megatron-1T</td>",
        "<td data-head=\"system\">a100_80g</td>", "<td data-head=\"methodology\">published</td>",
        "<td data-head=\"processors\">3,072</td>", "<td data-head=\"batch\">3,072</td>",
        "<td data-head=\"datatype\">float16</td>",
        "<td data-head=\"computed by\">calculon " CALCULON_VERSION "</td>",
        "<td data-head=\"inputs of\">20"}) {
    CHECK_THAT(page, Catch::Contains(cell));
  }
  CHECK(page.find("inputs.model") == std::string::npos);  // no column of the table
  const SearchFiles files;
  REQUIRE(files.run("loe", "best.json", {"-t", "2"}).status == 0);
  CHECK_THAT(
      page_of_file(files.folder, "best.json"),
      Catch::Contains("4 processors, batch up to 3, float16, published methodology</title>"));
  REQUIRE(files.run("loe", "best.csv", {"-t", "1"}).status == 0);
  CHECK_THAT(page_of_file(files.folder, "best.csv"),
             Catch::Contains("<title>best.csv: 4 processors, batch 3, float16</title>"));
}

TEST_CASE("tables of published executions tell their inputs when asked", "[cli]") {
  const SearchFiles files;
  const std::string cells = "," + input_name(files.model) + "," + input_name(files.system) +
                            ",calculon," CALCULON_VERSION "," +
                            modification_date({files.model, files.system});
  for (const std::string command : {"lae", "loe"}) {
    INFO(command);
    REQUIRE(files.run(command, "plain.csv").status == 0);
    REQUIRE(files.run(command, "more.csv.gz", {"--inputs"}).status == 0);
    std::vector<std::string> expected = files.lines("plain.csv");
    CHECK_THAT(expected.at(0), !Catch::Contains("methodology"));
    for (std::size_t i = 0; i < expected.size(); ++i) {
      expected[i] += i == 0 ? ",model,system,methodology,calculon,date" : cells;
    }
    CHECK((files.lines("more.csv.gz") == expected));
    const std::string page = page_of_file(files.folder, "more.csv.gz");
    CHECK_THAT(page, Catch::Contains("<title>more.csv.gz: " + input_name(files.model) + " on " +
                                     input_name(files.system) + ", 4 processors, batch "));
    CHECK_THAT(page, Catch::Contains("<td data-head=\"methodology\">published</td>") &&
                         Catch::Contains("<td data-head=\"inputs of\">20") &&
                         Catch::Contains(">calculon " CALCULON_VERSION "</td>"));
    CHECK(page.find("\"methodology\"") == page.rfind("\"methodology\""));  // no column of rows
  }
  REQUIRE(files.run("lae", "some.csv", {"--inputs", "--columns", "tensor_par"}).status == 0);
  CHECK(files.lines("some.csv").at(0) == "tensor_par,model,system,methodology,calculon,date");
  CHECK_THAT(files.lines("some.csv").at(1), Catch::EndsWith(cells));
}

TEST_CASE("tables of our own methodologies always tell their inputs", "[cli][calibrated]") {
  const SearchFiles files;
  const std::string date = modification_date({files.model, files.system});
  const std::string end = ",model,system,calculon,date";
  for (const std::string methodology : {"corrected", "calibrated"}) {
    for (const std::string command : {"lae", "loe"}) {
      INFO(methodology << " " << command);
      const Arguments options = {"--methodology", methodology};
      REQUIRE(files.run(command, "rows.csv", options).status == 0);
      CHECK_THAT(files.lines("rows.csv").at(0), Catch::EndsWith(end));
      CHECK_THAT(files.lines("rows.csv").at(1), Catch::EndsWith("," CALCULON_VERSION "," + date));
      CHECK(cells_of(files.lines("rows.csv").at(0)).size() ==
            cells_of(files.lines("rows.csv").at(1)).size());
      CHECK_THAT(page_of_file(files.folder, "rows.csv"),
                 Catch::Contains(methodology + " methodology</title>"));
    }
    const std::string columns = methodology == "corrected" ? "datatype" : "gemm_datatype";
    REQUIRE(
        files.run("lae", "rows.csv", {"--methodology", methodology, "--columns", columns}).status ==
        0);
    CHECK(files.lines("rows.csv").at(0) == columns);
    REQUIRE(files
                .run("lae", "rows.csv",
                     {"--methodology", methodology, "--columns", columns, "--inputs"})
                .status == 0);
    CHECK(files.lines("rows.csv").at(1) == "float16," + input_name(files.model) + "," +
                                               input_name(files.system) + "," + methodology +
                                               "," CALCULON_VERSION "," + date);
  }
}

TEST_CASE("executions of tables that tell their inputs can be asked again", "[cli]") {
  const SearchFiles files;
  files.folder.write("system.json", tiny_moe_system_text());
  for (const Arguments& options :
       {Arguments{}, Arguments{"--moe", "2", "--flexible"}, Arguments{"--quirks", "fixed"},
        Arguments{"--methodology", "calibrated"}}) {
    INFO(options.size());
    Arguments all = options;
    all.emplace_back("--inputs");
    REQUIRE(files.run("lae", "rows.csv", all).status == 0);
    const auto lines = files.lines("rows.csv");
    const auto header = cells_of(lines.at(0));
    const auto rate = std::find(header.begin(), header.end(), "sample_rate") - header.begin();
    const ProgramResult again =
        run_program({"llm", files.model, files.folder.file("rows.csv") + "#2", files.system,
                     files.folder.file("stats.json")});
    INFO(again.err);
    REQUIRE(again.status == 0);
    CHECK(Json::parse(files.text("stats.json"))["sample_rate"].get<double>() ==
          Approx(std::stod(cells_of(lines.at(3)).at(static_cast<std::size_t>(rate)))));
  }
}

TEST_CASE("rows of several inputs in one table keep the columns that differ", "[cli]") {
  SearchFiles files;
  REQUIRE(files.run("lae", "one.csv", {"--inputs"}).status == 0);
  const std::string one = files.text("one.csv");
  files.model = files.folder.write(  // smaller, so that the page has its rows
      "other.json", changed(tiny_transformer_text(), {"/num_blocks", "2"}));
  REQUIRE(files.run("lae", "two.csv", {"--inputs"}).status == 0);
  const std::string two = files.text("two.csv");
  files.folder.write("both.csv", one + two.substr(two.find('\n') + 1));
  const std::string page = page_of_file(files.folder, "both.csv");
  CHECK_THAT(page, Catch::Contains("<td data-head=\"model\">other, model</td>") &&
                       Catch::Contains("\"name\":\"model\"") &&
                       !Catch::Contains("\"name\":\"system\""));
}

TEST_CASE("names of inputs may be any", "[cli]") {
  SearchFiles files;
  for (const auto& [name, told] :
       std::vector<std::pair<std::string, std::string>>{{"007", "007"},
                                                        {"a,\"b\"", "a,&quot;b&quot;"},
                                                        {"=1+1", "=1+1"},
                                                        {"x\ny", "x?y"},
                                                        {"None", "None"},
                                                        {"\xff", "?"}}) {
    files.model = files.folder.write(name + ".json", tiny_transformer_text());
    REQUIRE(files.run("lae", "rows.csv", {"--inputs"}).status == 0);
    CHECK_THAT(page_of_file(files.folder, "rows.csv"),
               Catch::Contains("<title>rows.csv: " + told + " on system, 4 processors"));
    CHECK(run_program({"llm", files.model, files.folder.file("rows.csv") + "#0", files.system, "-"})
              .status == 0);
  }
}

TEST_CASE("a front is drawn over its own statistics", "[cli]") {
  const SearchFiles files;
  REQUIRE(
      files.run("loe", "front.json", {"--pareto", "total_time,proc_mem_tier1_cap_req"}).status ==
      0);
  CHECK(Json::parse(files.text("front.json"))["0"]["inputs"]["pareto"] ==
        "total_time,proc_mem_tier1_cap_req");
  const std::string page = page_of_file(files.folder, "front.json");
  CHECK_THAT(page, Catch::Contains("<h2>Time of the batch against tier-1 memory</h2>"));
  CHECK_THAT(page, Catch::Contains("which no other beats in both the tier-1 memory (less is "
                                   "better) and the time of the batch (less is better)."));
  CHECK(page.find("<h2>Sample rate against") == std::string::npos);
}

TEST_CASE("--scatter draws any two columns with numbers", "[cli]") {
  const SearchFiles files;
  REQUIRE(files.run("loe", "best.json", {"-t", "9"}).status == 0);
  const std::string best = files.folder.file("best.json");
  const auto report = [&](const std::string& columns) {
    return run_program(
        {"report", best, "-o", files.folder.file("page.html"), "--scatter", columns});
  };
  REQUIRE(report("tensor_par,total_time").status == 0);
  CHECK_THAT(raw_bytes(files.folder.file("page.html")),
             Catch::Contains("<section id=\"plot-1\" class=\"plot\">\n"
                             "<h2>Time of the batch against tensor parallelism</h2>"));
  for (const auto& [columns, message] : std::vector<std::pair<std::string, std::string>>{
           {"total_time", "--scatter is \"total_time\", expected two columns"},
           {"a,b,c", "--scatter is \"a,b,c\", expected two columns"},
           {"tensor_par,total_tme",
            "--scatter names 'total_tme', which is no column with numbers here (did you mean"},
           {"datatype,total_time",
            "--scatter names 'datatype', which is no column with numbers"}}) {
    const ProgramResult result = report(columns);
    CHECK(result.status == 2);
    CHECK(is_one_line(result.err));
    CHECK_THAT(result.err, Catch::StartsWith("calculon: " + message));
  }
}

TEST_CASE("pages call executions by their split and count the rows of their files", "[cli]") {
  const SearchFiles files;
  REQUIRE(files.run("lae", "all.csv").status == 0);
  const std::size_t count = files.lines("all.csv").size() - 1;
  const std::string all = page_of_file(files.folder, "all.csv");
  CHECK_THAT(all, Catch::Contains("\"total\":" + std::to_string(count) + ","));
  CHECK_THAT(all, Catch::Contains(" executions by sample rate</h2>"));
  REQUIRE(files.run("loe", "best.json", {"-t", "9"}).status == 0);
  const std::string best = page_of_file(files.folder, "best.json");
  CHECK_THAT(best, Catch::Contains("\"total\":9,") && Catch::Contains("Split: t tensor, "));
  CHECK(best.find(" executions by sample rate</h2>") == std::string::npos);
  CHECK_THAT(best, Catch::Contains("<h2>Sample rate against tier-1 memory</h2>"));
}

}  // namespace calculon::test
