#include <catch2/catch.hpp>
#include <filesystem>

#include "base/json_reader.h"
#include "calculon/base/files.h"
#include "support/program.h"
#include "support/search_files.h"
#include "support/source_tree.h"
#include "support/temp_folder.h"

namespace calculon::test {
namespace {

// A search that takes a moment, with bundled files.
ProgramResult search(const std::string& command, const std::string& output,
                     const Arguments& options = {}) {
  Arguments arguments = {command, "llama-3.1-8b", "32", "64", "bf16", "h100", output};
  arguments.insert(arguments.end(), options.begin(), options.end());
  return run_program(arguments);
}

std::string error_of(const Arguments& options) {
  const TempFolder folder;
  const ProgramResult result = search("loe", folder.file("best.json"), options);
  CHECK(result.status == 2);
  CHECK(is_one_line(result.err));
  CHECK(folder.names().empty());
  return result.err;
}

}  // namespace

TEST_CASE("loe searches the calibrated space of a system with constants", "[cli][calibrated]") {
  const TempFolder folder;
  const ProgramResult result = search("loe", folder.file("best.json"), {"-t", "12"});
  REQUIRE(result.status == 0);
  const auto lines = lines_of(result.out);
  CHECK(lines.at(0) == "Methodology: calibrated, constants of h100");
  CHECK_THAT(lines.at(1), Catch::StartsWith("Total executions: "));
  CHECK_THAT(result.out, Catch::Contains("Best sample rate: ") && Catch::Contains(" samples/s\n"));
  CHECK_THAT(
      result.out,
      Catch::Contains("\nTimes are within 6.3 % in half of all cases, 18 % in nine of ten:\n"));
  CHECK_THAT(result.out,
             Catch::Contains("\nNot varied: tensor_par_overlap, cuda_graph_scope and 12 more "
                             "settings;\n  options of their names open them, llm --improve tries "
                             "each\n"));
  for (const std::string& line : lines) {
    if (line.find("closest:") == std::string::npos && line.find("Output:") == std::string::npos) {
      INFO(line);
      CHECK(line.size() <= 80);
    }
  }
  const Json best = Json::parse(read_text_file(folder.file("best.json")));
  REQUIRE(best.size() == 12);
  const Json& first = best["0"];
  CHECK(first["execution"]["methodology"] == "calibrated");
  CHECK(first["execution"]["batch_size"] == 64);
  CHECK(first["execution"]["loss_kind"] == "in_place");
  CHECK_FALSE(first["execution"].contains("expert_par"));
  CHECK(first["stats"]["uncertainty"]["p90_percent"] == 18);
  CHECK(first["stats"]["sample_rate"] >= best["1"]["stats"]["sample_rate"]);
}

TEST_CASE("a search says what it has not varied", "[cli][calibrated]") {
  const TempFolder folder;
  const auto told = [&](const std::vector<std::string>& options) {
    return search("loe", folder.file("best.json"), options).out;
  };
  CHECK_THAT(told({"--cuda_graph_scope", "none,full"}),
             Catch::Contains("Not varied: tensor_par_overlap, attention_kernel and 11 more "));
}

TEST_CASE("an execution that a calibrated search found is an input of llm", "[cli][calibrated]") {
  const TempFolder folder;
  const Arguments options = {"-t", "3", "--recompute_modules", "layernorm+mlp_act"};
  const auto time_of = [&](const std::string& execution) {
    const std::string stats = folder.file("stats.json");
    REQUIRE(run_program({"llm", "llama-3.1-8b", execution, "h100", stats}).status == 0);
    return Json::parse(read_text_file(stats))["total_time"];
  };
  for (const std::string name : {"best.csv", "best.csv.gz"}) {
    REQUIRE(search("loe", folder.file("best.json"), options).status == 0);
    REQUIRE(search("loe", folder.file(name), options).status == 0);
    CHECK(time_of(folder.file(name) + "#2") == time_of(folder.file("best.json") + "#2"));
  }
  for (const std::string name : {"best.json", "best.json.gz"}) {
    const std::string path = folder.file(name);
    REQUIRE(search("loe", path, options).status == 0);
    const Json found = Json::parse(read_text_file(path))["2"];
    CHECK(found["execution"]["recompute_modules"] == Json::parse(R"(["layernorm","mlp_act"])"));
    CHECK(time_of(path + "#2") == found["stats"]["total_time"]);
  }
}

TEST_CASE("lae writes all good executions of the calibrated space", "[cli][calibrated]") {
  const TempFolder folder;
  const ProgramResult result = search("lae", folder.file("all.csv"));
  REQUIRE(result.status == 0);
  const auto lines = lines_of(read_text_file(folder.file("all.csv")));
  const auto good = number_in(lines_of(result.out).at(2));
  CHECK(static_cast<std::int64_t>(lines.size()) == good + 1);
  CHECK_THAT(lines.at(0), Catch::StartsWith("methodology,num_procs,batch_size,tensor_par,"));
  CHECK_THAT(lines.at(0), Catch::Contains(",time.bubble,"));
  CHECK_THAT(lines.at(0),
             Catch::EndsWith(",memory.capacity,memory.verdict,model,system,calculon,date"));
  REQUIRE(search("lae", folder.file("all.csv.gz"), {"-j", "3"}).status == 0);
  CHECK(read_text_file(folder.file("all.csv.gz")) == read_text_file(folder.file("all.csv")));
  REQUIRE(
      search("lae", folder.file("some.csv"),
             {"--columns", "tensor_par,time.bubble", "--where", "time.bubble<0.01", "--tp", "1"})
          .status == 0);
  for (const std::string& line : lines_of(read_text_file(folder.file("some.csv")))) {
    CHECK((line == "tensor_par,time.bubble" || cells_of(line).at(0) == "1"));
  }
}

TEST_CASE("--methodology chooses the space", "[cli][calibrated]") {
  const TempFolder folder;
  const ProgramResult published =
      search("loe", folder.file("best.json"), {"--methodology", "calculon", "-d"});
  CHECK_THAT(published.out, Catch::StartsWith("Total executions: "));
  const ProgramResult calibrated =
      run_program({"loe", "llama-3.1-8b", "32", "64", "bfloat16", "a100_80g",
                   folder.file("best.json"), "-d", "--methodology", "calibrated"});
  CHECK_THAT(calibrated.out,
             Catch::StartsWith("Methodology: calibrated, neutral constants\nTotal executions: "));
}

TEST_CASE("options of the other space are refused", "[cli][calibrated]") {
  CHECK(error_of({"--nets", "0,0,1"}) ==
        "calculon: --moe, --nets, --no-offload, --fused_activation and --oversized-data-par are of "
        "the published methodologies; --methodology calculon asks for them\n");
  CHECK(error_of({"--mbs-break"}) == "calculon: -m and -l are of the published methodologies\n");
  CHECK(error_of({"--methodology", "calculon", "--cp", "2"}) ==
        "calculon: --context_par is of the calibrated methodology\n");
  CHECK(error_of({"--methodology", "calculon", "--launchable", "megatron"}) ==
        "calculon: --launchable is of the calibrated methodology\n");
  CHECK(error_of({"--weight_offload", "true"}) ==
        "calculon: weight_offload is no setting of a search by the calibrated methodology\n");
  CHECK_THAT(error_of({"--rank-by", "proc_mem_tier1_cap_req"}),
             Catch::StartsWith("calculon: there is no statistic 'proc_mem_tier1_cap_req'"));
}

TEST_CASE("a calibrated search that finds nothing says which rule came closest",
          "[cli][calibrated]") {
  const TempFolder folder;
  const ProgramResult result = run_program(
      {"loe", "llama-3.1-405b", "8", "8", "bfloat16", "h100", folder.file("best.json")});
  CHECK(result.status == 1);
  CHECK_THAT(result.out, Catch::Contains("  rule KD7\n                closest: a processor of "
                                         "stage"));
  CHECK(folder.names().empty());
}

TEST_CASE("llm tells which changes would be faster", "[cli][calibrated]") {
  const TempFolder folder;
  const Arguments inputs = {"llm", "llama-3.1-70b", "llama-3.1-70b_512_t4_p4", "h100-80g-nemo"};
  const auto llm = [&](const std::string& stats) {
    Arguments arguments = inputs;
    arguments.insert(arguments.end(), {stats, "--improve"});
    return run_program(arguments);
  };
  const ProgramResult text = llm("-");
  REQUIRE(text.status == 0);
  const auto begin = text.out.find("What would be faster\n");
  REQUIRE(begin != std::string::npos);
  const auto lines = lines_of(text.out.substr(begin));
  REQUIRE(lines.size() >= 4);
  CHECK_THAT(lines[1], Catch::Contains(" s   -") && Catch::Contains(" -> "));
  REQUIRE(llm(folder.file("stats.json")).status == 0);
  const Json stats = Json::parse(read_text_file(folder.file("stats.json")));
  REQUIRE(stats["improvements"].size() == 3);
  CHECK(stats["improvements"][0]["total_time"] < stats["total_time"]);
  CHECK(stats["improvements"][0]["changes"].size() == 1);
  const ProgramResult published = run_program({"llm", "megatron-1T", "3072_t4_p64_d12_mbs4_full",
                                               "a100_80e", folder.file("x.json"), "--improve"});
  CHECK(published.status == 2);
  CHECK_THAT(published.err,
             Catch::StartsWith("calculon: --improve changes executions of the calibrated"));
}

TEST_CASE("a system without a network is refused by all that predict", "[cli][calibrated]") {
  const TempFolder folder;
  Json system = Json::parse(source_text("systems/h100.json"));
  system["networks"] = Json::array();
  const std::string path = folder.write("lone.json", system.dump());
  const std::string execution = "llama-3.1-8b_64_fsdp";
  for (const Arguments& arguments :
       {Arguments{"llm", "llama-3.1-8b", execution, path, "-"},
        Arguments{"launch", "llama-3.1-8b", execution, path},
        Arguments{"loe", "llama-3.1-8b", "8", "8", "bf16", path, folder.file("best.json")}}) {
    const ProgramResult result = run_program(arguments);
    INFO(arguments.front() << ": " << result.err);
    CHECK(result.status == 2);
    CHECK_THAT(result.err, Catch::Contains("networks is empty, expected one or two (rule KC22)"));
    CHECK(is_one_line(result.err));
  }
}

TEST_CASE("steps that are no numbers are refused by searches, too", "[cli][calibrated]") {
  const TempFolder folder;
  Json system = Json::parse(source_text("systems/h100.json"));
  for (auto& [datatype, engine] : system["matrix"].items()) {
    engine["tflops"] = 1e-310;
  }
  const std::string path = folder.write("slow.json", system.dump());
  for (const auto& [command, output] :
       {std::pair("loe", "best.json"), std::pair("lae", "all.csv")}) {
    const ProgramResult result =
        run_program({command, "llama-3.1-8b", "8", "8", "bf16", path, folder.file(output)});
    CHECK(result.status == 2);
    CHECK_THAT(result.err, Catch::Contains("leaves the range of a number"));
    CHECK_FALSE(std::filesystem::exists(folder.file(output)));
  }
}

}  // namespace calculon::test
