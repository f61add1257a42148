#include <atomic>
#include <catch2/catch.hpp>

#include "base/json_reader.h"
#include "calculon/search/search.h"
#include "support/search_files.h"
#include "support/source_tree.h"
#include "text/csv_report.h"
#include "text/search_report.h"

namespace calculon::test {
namespace {

ProgramResult loe(const SearchFiles& files, const std::string& output,
                  const Arguments& options = {}) {
  return files.run("loe", output, options);
}

Json json_of(const SearchFiles& files, const Arguments& options) {
  const ProgramResult result = loe(files, "out.json", options);
  INFO(result.err);
  REQUIRE(result.status == 0);
  return Json::parse(files.text("out.json"));
}

// What a run with other options writes, byte for byte.
std::vector<std::string> outputs(const SearchFiles& files, const Arguments& options) {
  std::vector<std::string> texts;
  for (const std::string name : {"out.json", "out.csv", "out.json.gz", "out.csv.gz"}) {
    REQUIRE(loe(files, name, options).status == 0);
    texts.push_back(raw_bytes(files.folder.file(name)));
  }
  return texts;
}

}  // namespace

TEST_CASE("loe tells what it found and writes the best", "[cli]") {
  const SearchFiles files;
  const auto results = [&](const Arguments& arguments) {
    Json json = json_of(files, arguments);
    CHECK(json.at("0").erase("inputs") == 1);  // what all are of
    return json;
  };
  const Json json = results({"-t", "3"});
  const ProgramResult result = loe(files, "out.json", {"-t", "3"});
  CHECK(result.err.empty());
  const auto lines = lines_of(result.out);
  CHECK_THAT(lines.at(0), Catch::StartsWith("Total executions: "));
  CHECK_THAT(lines.at(1), Catch::StartsWith("Good executions: "));
  CHECK_THAT(lines.at(2), Catch::StartsWith("Bad executions: "));
  CHECK_THAT(lines.at(3), Catch::StartsWith("Calculation rate: "));
  CHECK_THAT(result.out, Catch::Contains("\nBest sample rate: "));
  CHECK(lines.back() == "Output: " + files.folder.file("out.json"));

  const Transformer transformer = read_transformer(files.model);
  const System system = read_system(files.system);
  SpaceOptions space_options;
  space_options.num_procs = std::stoll(files.num_procs);
  space_options.max_batch_size = std::stoll(files.max_batch_size);
  const StrategySpace space(transformer, system, space_options);
  SearchOptions options;
  options.top_n = 3;
  std::atomic<bool> stop{false};
  const SearchResult expected =
      search(transformer, system, space, options, stop, [](std::int64_t) {});
  CHECK(json == best_json(expected.best, transformer, system, false));
  CHECK_THAT(result.out, Catch::Contains(best_table(expected.best, transformer, system, false)));
  CHECK_THAT(result.out, Catch::StartsWith("Total executions: " + std::to_string(space.size())));
  CHECK(results({"-t", "3", "-l"}) == best_json(expected.best, transformer, system, true));
  REQUIRE(loe(files, "out.csv", {"-t", "3"}).status == 0);
  CHECK(files.text("out.csv") == best_csv(expected.best, Preset::kCalculon));
}

TEST_CASE("a search takes the short spelling of a datatype and writes the long one", "[cli]") {
  SearchFiles files;
  REQUIRE(loe(files, "long.json", {}).status == 0);
  files.datatype = "fp16";
  REQUIRE(loe(files, "short.json", {}).status == 0);
  CHECK(files.text("short.json") == files.text("long.json"));
  files.datatype = "half";
  const ProgramResult result = loe(files, "none.json", {});
  CHECK(result.status == 2);
  CHECK_THAT(result.err, Catch::StartsWith("calculon: datatype: half not in {float8,"));
}

TEST_CASE("an execution that loe found evaluates to what loe says", "[cli]") {
  const SearchFiles files;
  const Json best = json_of(files, {})["0"];
  const std::string execution = files.folder.write("best.json", best["execution"].dump());
  REQUIRE(
      run_program({"llm", files.model, execution, files.system, files.folder.file("stats.json")})
          .status == 0);
  CHECK(Json::parse(files.text("stats.json")) == best["stats"]);
}

TEST_CASE("threads and --exhaustive change no byte of any output", "[cli]") {
  const SearchFiles files;
  const Arguments options = {"-t", "7", "-m", "-c", "1"};
  const auto alone = outputs(files, options);
  for (const std::string threads : {"2", "3", "8"}) {
    CHECK((outputs(files, {"-t", "7", "-m", "-c", threads}) == alone));
  }
  CHECK((outputs(files, {"-t", "7", "-m", "--exhaustive"}) == alone));
}

TEST_CASE("packed outputs hold what plain ones hold", "[cli]") {
  const SearchFiles files;
  outputs(files, {"-t", "5"});
  CHECK(files.text("out.csv.gz") == files.text("out.csv"));
  CHECK(Json::parse(files.text("out.json.gz")) == Json::parse(files.text("out.json")));
}

TEST_CASE("-d counts and writes nothing", "[cli]") {
  const SearchFiles files;
  const auto total_with = [&](const Arguments& options) {
    return number_in(lines_of(loe(files, "out.json", options).out).at(0));
  };
  const std::int64_t total = total_with({"-d"});
  CHECK(files.folder.names() == std::vector<std::string>{"model.json", "system.json"});
  CHECK(total_with({}) == total);
  CHECK(total_with({"-d", "-m"}) < total);
}

TEST_CASE("a huge number of processors is answered at once", "[cli]") {
  SearchFiles files;
  files.num_procs = "1000000000";
  files.max_batch_size = "1000000000";
  for (const Arguments& options : std::vector<Arguments>{{"-d"}, {"-n"}}) {
    const ProgramResult result = loe(files, "out.json", options);
    CHECK(result.status == 0);
    CHECK_THAT(result.out,
               Catch::Matches("Total executions: [1-9][0-9]+\n(.|\n)*", Catch::CaseSensitive::Yes));
  }
}

TEST_CASE("nothing found is status 1 and no file", "[cli]") {
  const SearchFiles files;
  files.let_nothing_fit();
  const ProgramResult result = loe(files, "out.json");
  CHECK(result.status == 1);
  CHECK(result.err.empty());
  CHECK_THAT(result.out, Catch::EndsWith("No acceptable configurations found :(\n"));
  CHECK_THAT(result.out, Catch::Contains("tier-1 memory"));
  CHECK(files.folder.names() == std::vector<std::string>{"model.json", "system.json"});
}

TEST_CASE("with -n nothing found is an empty result", "[cli]") {  // F9
  const SearchFiles files;
  files.let_nothing_fit();
  CHECK(loe(files, "out.json", {"-n"}).status == 0);
  CHECK(raw_bytes(files.folder.file("out.json")) == "{}");
  CHECK(loe(files, "out.csv", {"-n"}).status == 0);
  CHECK(files.text("out.csv") == "," + CsvColumns::all(Preset::kCalculon).header() + "\n");
  CHECK(loe(files, "out.csv.gz", {"-n"}).status == 0);
  CHECK(files.text("out.csv.gz") == files.text("out.csv"));
  CHECK(loe(files, "out.json", {"-n", "--pareto", "sample_rate"}).status == 0);
  const SearchFiles hopeful;
  CHECK(loe(hopeful, "out.json", {"--tp", "7"}).status == 1);  // nothing to choose from
  CHECK(loe(hopeful, "out.json", {"--where", "total_time<0"}).status == 1);
  CHECK(loe(hopeful, "out.json", {"--where", "total_time<0", "-n"}).status == 0);
}

TEST_CASE("layers have no column", "[cli]") {  // F11
  const SearchFiles files;
  REQUIRE(loe(files, "out.csv", {"-t", "3"}).status == 0);
  REQUIRE(loe(files, "layers.csv", {"-t", "3", "-l"}).status == 0);
  CHECK(files.text("layers.csv") == files.text("out.csv"));
  for (const std::string& line : files.lines("out.csv")) {
    CHECK(cells_of(line).size() == 1 + 23 + 96);
  }
}

TEST_CASE("what is best, and how many, can be chosen", "[cli]") {
  const SearchFiles files;
  const Json by_memory = json_of(files, {"--rank-by", "proc_mem_tier1_cap_req", "-t", "4"});
  const Json by_rate = json_of(files, {"-t", "4"});
  const auto memory = [](const Json& json, const char* rank) {
    return json[rank]["stats"]["proc_mem_tier1_cap_req"].get<double>();
  };
  CHECK(by_memory.size() == 4);
  CHECK(memory(by_memory, "0") <= memory(by_memory, "3"));
  CHECK(memory(by_memory, "0") < memory(by_rate, "0"));
  const Json pareto = json_of(files, {"--pareto", "sample_rate,proc_mem_tier1_cap_req"});
  CHECK(pareto["0"]["stats"]["sample_rate"] == by_rate["0"]["stats"]["sample_rate"]);
  CHECK(memory(pareto, std::to_string(pareto.size() - 1).c_str()) == memory(by_memory, "0"));
}

TEST_CASE("mistakes in what is best are told before anything is read", "[cli]") {
  SearchFiles files;
  files.model = "nothing.json";
  const std::vector<std::pair<Arguments, std::string>> mistakes = {
      {{"-t", "0"}, "--top-n: Value 0 not in range"},
      {{"-t", "x"}, "--top-n: "},
      {{"--rank-by", "sample_rat"}, "there is no statistic 'sample_rat' (did you mean"},
      {{"--pareto", "sample_rate,totl_time"}, "there is no statistic 'totl_time' (did you mean"},
      {{"--pareto", "sample_rate,,total_time"}, "there is no statistic ''"},
  };
  for (const auto& [options, message] : mistakes) {
    const ProgramResult result = loe(files, "out.json", options);
    CHECK(result.status == 2);
    CHECK(result.out.empty());
    CHECK(is_one_line(result.err));
    CHECK_THAT(result.err, Catch::StartsWith("calculon: " + message));
  }
}

TEST_CASE("with - the result is all of standard output", "[cli]") {
  const SearchFiles files;
  const ProgramResult result = run_built_program(files.arguments("loe", "-"), files.folder.path());
  CHECK(result.status == 0);
  CHECK(Json::parse(result.out) == json_of(files, {}));
  CHECK_THAT(result.err, Catch::StartsWith("Total executions: "));
}

}  // namespace calculon::test
