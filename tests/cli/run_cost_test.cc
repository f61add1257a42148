// --tokens on the commands that have it.
#include <catch2/catch.hpp>

#include "base/json_reader.h"
#include "calculon/base/files.h"
#include "support/json_change.h"
#include "support/program.h"
#include "support/search_files.h"
#include "support/source_tree.h"
#include "support/tiny.h"

namespace calculon::test {
namespace {

// The tiny model on one processor.
struct RunFiles {
  SearchFiles files;
  std::string execution = files.folder.write("execution.json", tiny_strategy_text());

  ProgramResult llm(const std::string& stats, const Arguments& options) const {
    Arguments arguments = {"llm", files.model, execution, files.system, stats};
    arguments.insert(arguments.end(), options.begin(), options.end());
    return run_program(arguments);
  }
  Json stats(const Arguments& options) const {
    const std::string path = files.folder.file("stats.json");
    const ProgramResult result = llm(path, options);
    INFO(result.err);
    REQUIRE(result.status == 0);
    return Json::parse(read_text_file(path));
  }
};

const Arguments kFailures = {"--mtbf-hours",      "8",   "--checkpoint-seconds", "288",
                             "--restart-seconds", "600", "--price-per-hour",     "2"};

Arguments with_tokens(Arguments options) {
  options.insert(options.begin(), {"--tokens", "1e12"});
  return options;
}

}  // namespace

TEST_CASE("llm tells what a run of so many tokens takes", "[cli][run_cost]") {
  const RunFiles run;
  for (const bool calibrated : {false, true}) {
    Arguments options = with_tokens(kFailures);
    if (calibrated) {
      options.insert(options.end(), {"--methodology", "calibrated"});
    }
    const Json stats = run.stats(options);
    const Json cost = stats["run_cost"];
    const double rate =
        stats["sample_rate"].get<double>() * static_cast<double>(tiny_transformer().seq_size);
    CHECK(cost["tokens"] == 1e12);
    CHECK(cost["days"].get<double>() == Approx(1e12 / rate / 86400));
    CHECK(cost["goodput"].get<double>() == Approx(0.84732742870513));
    CHECK(cost["gpu_hours"].get<double>() == Approx(24 * cost["days_with_failures"].get<double>()));
    CHECK(cost["dollars"].get<double>() == Approx(2 * cost["gpu_hours"].get<double>()));
    CHECK_FALSE(cost.contains("energy"));
    const ProgramResult text = run.llm("-", options);
    CHECK_THAT(text.out, Catch::Contains("\nThe whole run\n  Tokens            1.000 T\n") &&
                             Catch::Contains("\n  Goodput           84.73%, "));
  }
  CHECK_FALSE(run.stats({}).contains("run_cost"));
}

TEST_CASE("what a run takes can be asked for with all options or with few", "[cli][run_cost]") {
  const RunFiles run;
  CHECK(run.stats({"--tokens", "1e12"})["run_cost"].size() == 3);
  const ProgramResult alone = run.llm("-", kFailures);
  CHECK(alone.status == 2);
  CHECK(alone.err == "calculon: --price-per-hour needs --tokens\n");
  for (const char* number : {"0", "-1", "nan", "inf", "1e30", "many"}) {
    const ProgramResult result = run.llm("-", {"--tokens", number});
    CHECK(result.status == 2);
    CHECK(is_one_line(result.err));
    CHECK_THAT(result.err, Catch::Contains("--tokens"));
  }
  CHECK(run.llm("-", {"--tokens", "1e12", "--compare"}).status == 2);
  RunFiles inference;
  inference.execution = inference.files.folder.write(
      "inference.json", changed(tiny_strategy_text(), {"/training", "false"}));
  CHECK_THAT(inference.llm("-", {"--tokens", "1e12"}).err, Catch::Contains("has training false"));
}

TEST_CASE("loe tells what runs with the best executions take", "[cli][run_cost]") {
  const SearchFiles files;
  Arguments options = with_tokens(kFailures);
  options.insert(options.end(), {"-t", "2"});
  const ProgramResult result = files.run("loe", "best.json", options);
  INFO(result.err);
  REQUIRE(result.status == 0);
  CHECK_THAT(result.out, Catch::Contains("\nThe whole run\n   #          days  "));
  const Json best = Json::parse(files.text("best.json"));
  REQUIRE(files.run("loe", "plain.json", {"-t", "2"}).status == 0);
  Json plain = Json::parse(files.text("plain.json"));
  for (const char* rank : {"0", "1"}) {
    const Json& stats = best[rank]["stats"];
    const double rate =
        stats["sample_rate"].get<double>() * static_cast<double>(tiny_transformer().seq_size);
    CHECK(stats["run_cost"]["days"].get<double>() == Approx(1e12 / rate / 86400));
    plain[rank]["stats"]["run_cost"] = stats["run_cost"];
  }
  CHECK(plain == best);  // nothing else has changed

  REQUIRE(files.run("loe", "best.csv", options).status == 0);
  const auto lines = files.lines("best.csv");
  CHECK_THAT(lines.at(0),
             Catch::EndsWith(",run_cost.failures,run_cost.gpu_hours,run_cost.dollars"));
  CHECK(cells_of(lines.at(0)).size() == cells_of(lines.at(1)).size());
  CHECK(std::stod(cells_of(lines.at(2)).back()) ==
        Approx(best["1"]["stats"]["run_cost"]["dollars"].get<double>()));
  CHECK(files.run("loe", "best.csv", kFailures).status == 2);
}

TEST_CASE("results with costs are inputs of other commands", "[cli][run_cost]") {
  const RunFiles run;
  const SearchFiles& files = run.files;
  for (const char* name : {"best.json", "best.csv"}) {
    REQUIRE(files.run("loe", name, with_tokens(kFailures)).status == 0);
    const std::string path = files.folder.file(name);
    CHECK(run_program({"llm", files.model, path + "#0", files.system, "-"}).status == 0);
    const ProgramResult page = run_program({"report", path, "-o", files.folder.file("page.html")});
    INFO(page.err);
    CHECK(page.status == 0);
  }
}

}  // namespace calculon::test
