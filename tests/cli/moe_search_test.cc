// The searches of mixtures of experts from end to end.
#include <catch2/catch.hpp>
#include <set>

#include "base/json_reader.h"
#include "support/golden_file.h"
#include "support/search_files.h"
#include "support/source_tree.h"
#include "support/tiny.h"
#include "text/csv_report.h"
#include "text/search_report.h"

namespace calculon::test {
namespace {

struct MoeFiles : SearchFiles {
  MoeFiles() {
    folder.write("system.json", tiny_moe_system_text());
    max_batch_size = "4";
  }

  // A search for mixtures of 2 experts, which has to succeed.
  std::string told(const std::string& command, const std::string& output,
                   Arguments options = {}) const {
    options.insert(options.begin(), {"--moe", "2"});
    const ProgramResult result = run(command, output, options);
    INFO(result.err);
    REQUIRE(result.status == 0);
    return result.out;
  }

  Json best(const std::string& command, const Arguments& options) const {
    told(command, "out.json", options);
    return Json::parse(text("out.json"));
  }

  // The different values of a setting among all good executions of lae.
  std::set<std::string> values(const std::string& setting, Arguments options) const {
    options.insert(options.end(), {"--columns", setting});
    told("lae", "out.csv", options);
    const auto rows = lines("out.csv");
    return {rows.begin() + 1, rows.end()};
  }
};

const std::vector<std::string> kCommands = {"loe-moe", "loe-moe-flex"};

}  // namespace

TEST_CASE("searches of mixtures tell what the published ones tell", "[cli]") {
  const MoeFiles files;
  for (const std::string& command : kCommands) {
    const auto lines = lines_of(files.told(command, "out.json"));
    CHECK(lines.at(0) == "Running Configs");
    CHECK_THAT(lines.at(1), Catch::StartsWith("number of param combinations: "));
    CHECK_THAT(lines.at(2), Catch::StartsWith("Total executions: "));
    CHECK(lines.back() == "Output: " + files.folder.file("out.json"));
    const Json best = Json::parse(files.text("out.json"))["0"];
    CHECK(best["execution"].size() == 33);
    CHECK(best["execution"]["model_MoE"] == true);
    CHECK(best["execution"]["num_experts"] == 2);
    CHECK(best["execution"]["activation_function"] == "gelu");
    CHECK(best["stats"].size() == 122);
    const auto counted = lines_of(files.told(command, "none.json", {"-d"}));
    CHECK(counted.at(1) == lines.at(1));
    CHECK(counted.at(2) == lines.at(2));
  }
}

TEST_CASE("a mixture that a search found evaluates to what the search says", "[cli]") {
  const MoeFiles files;
  for (const std::string& command : kCommands) {
    const Json best = files.best(command, {})["0"];
    const std::string execution = files.folder.write("best.json", best["execution"].dump());
    REQUIRE(
        run_program({"llm", files.model, execution, files.system, files.folder.file("stats.json")})
            .status == 0);
    CHECK(Json::parse(files.text("stats.json")) == best["stats"]);
  }
}

TEST_CASE("the number of experts is spelt -moe or --moe, and is 16 unless given", "[cli]") {
  const MoeFiles files;
  const auto counts = [&](const Arguments& options) {
    const ProgramResult result = files.run("loe-moe-flex", "out.json", options);
    CHECK(result.status == 0);
    return lines_of(result.out).at(2) + files.text("out.json");
  };
  const std::string published = counts({"-moe", "16"});
  CHECK(published == counts({"--moe", "16"}));
  CHECK(published == counts({"--moe=16"}));
  CHECK(published == counts({}));
  CHECK(published != counts({"-moe", "2"}));
}

TEST_CASE("threads and --exhaustive change no byte of a search of mixtures", "[cli]") {
  const MoeFiles files;
  for (const std::string& command : kCommands) {
    files.told(command, "alone.csv", {"-t", "9", "-c", "1"});
    for (const Arguments& options :
         std::vector<Arguments>{{"-c", "2"}, {"-c", "8"}, {"-c", "2", "--exhaustive"}}) {
      Arguments all = {"-t", "9"};
      all.insert(all.end(), options.begin(), options.end());
      files.told(command, "out.csv", all);
      CHECK(files.text("out.csv") == files.text("alone.csv"));
    }
  }
}

TEST_CASE("what the published searches of mixtures fix can be chosen", "[cli]") {
  struct Choice {
    Arguments options;
    std::string setting;
    Json value;
  };
  const MoeFiles files;
  for (const Choice& choice : std::vector<Choice>{
           {{}, "top_k_experts", 2},
           {{"--top-k", "1"}, "top_k_experts", 1},
           {{"--activation", "silu"}, "activation_function", "silu"},
           {{"--attention", "multiquery"}, "attention_type", "multiquery"},
           {{"--ep", "1"}, "expert_par", 1},
           {{"--expert_par", "1"}, "expert_par", 1},
           {{"--es", "1", "--tp", "2"}, "expert_slice", 1},
           {{"--expert_slice", "2", "--tp", "1"}, "expert_slice", 2},
           {{"--recompute", "full"}, "activation_recompute", "full"},
           {{"--seq_par_ag_redo", "true"}, "seq_par_ag_redo", true},
           {{"--weight_offload", "true"}, "weight_offload", true},
           {{"--activations_offload", "true"}, "activations_offload", true},
           {{"--optimizer_offload", "true"}, "optimizer_offload", true},
           {{"--data_par_exp", "2"}, "data_par_exp", 2},
           {{"--expert_par_net", "1"}, "expert_par_net", 1},
       }) {
    for (const std::string& command : kCommands) {
      INFO(command << " " << choice.setting);
      Arguments options = choice.options;
      if (choice.setting == "expert_par_net") {
        options.insert(options.end(), {"--ep", "2"});
      }
      CHECK(files.best(command, options)["0"]["execution"][choice.setting] == choice.value);
    }
  }
}

TEST_CASE("--independent opens tensor degrees beside expert parallelism", "[cli]") {
  MoeFiles files;
  files.num_procs = "2";
  const ProgramResult dependent =
      files.run("loe-moe-flex", "out.json", {"--moe", "2", "--ep", "2", "--tp", "2"});
  CHECK(dependent.status == 1);
  const Json best = files.best("loe-moe-flex", {"--ep", "2", "--tp", "2", "--independent"});
  CHECK(best["0"]["execution"]["tensor_par"] == 2);
  CHECK(best["0"]["execution"]["expert_par"] == 2);
}

TEST_CASE("--distinct lists every execution once, the best as before", "[cli]") {
  const MoeFiles files;
  for (const std::string& command : kCommands) {
    const Json repeated = files.best(command, {"-t", "30"});
    const Json distinct = files.best(command, {"-t", "30", "--distinct"});
    std::set<std::string> seen;
    for (const auto& item : distinct.items()) {
      CHECK(item.value()["execution"]["tensor_par_comm_type"] == "rs_ag");
      CHECK(seen.insert(item.value()["execution"].dump()).second);
    }
    CHECK(distinct["0"]["stats"] == repeated["0"]["stats"]);
  }
}

TEST_CASE("lae --moe writes all good mixtures with all their columns", "[cli]") {
  const MoeFiles files;
  for (const Arguments& options : std::vector<Arguments>{{}, {"--flexible"}}) {
    const std::string out = files.told("lae", "out.csv", options);
    const auto rows = files.lines("out.csv");
    REQUIRE(rows.at(0) == CsvColumns::all(Preset::kCalculonMoe).header());
    CHECK(number_in(lines_of(out).at(1)) == static_cast<std::int64_t>(rows.size()) - 1);
    bool even = true;
    for (const std::string& row : rows) {
      even = even && cells_of(row).size() == 33 + 122;
    }
    CHECK(even);
    const std::string command = options.empty() ? "loe-moe" : "loe-moe-flex";
    CHECK(lines_of(out).at(0) == lines_of(files.told(command, "best.csv")).at(2));
  }
  CHECK(files.values("activation_recompute", {}).size() == 3);
  CHECK(files.values("activation_recompute", {"--flexible"}).size() == 1);
  CHECK(files.values("expert_par", {}) == std::set<std::string>{"2"});
  CHECK(files.values("expert_par", {"--flexible"}) == std::set<std::string>{"1", "2"});
}

TEST_CASE("mistakes in a search of mixtures are one line and status 2", "[cli]") {
  const MoeFiles files;
  struct Mistake {
    std::string command;
    Arguments options;
    std::string message;
  };
  for (const Mistake& mistake : std::vector<Mistake>{
           {"loe-moe", {"-moe", "3"}, "num_procs is 4, expected a multiple of the 3 experts, "},
           {"lae", {"--moe", "3"}, "num_procs is 4, expected a multiple of the 3 experts, "},
           {"loe-moe", {"-moe", "0"}, "--moe: Value 0 not in range"},
           {"loe-moe", {"-moe"}, "--moe: 1 required"},
           {"loe-moe", {"--top-k", "0"}, "--top-k: Value 0 not in range"},
           {"loe-moe", {"--activation", "relu"}, "--activation: "},
           {"loe-moe", {"--attention", "none"}, "--attention: "},
           {"loe-moe", {"-m"}, "The following argument was not expected: -m"},
           {"loe-moe", {"--ep", "two"}, "expert_par is 'two', expected numbers and ranges "},
           {"loe", {"--moe", "2"}, "The following arguments were not expected: "},
           {"lae", {"--flexible"}, "--flexible requires --moe"},
           {"lae", {"--ep", "2"}, "--ep requires --moe"},
           {"lae",
            {"--moe", "2", "--columns", "baseblock_recomm_time"},
            "there is no column 'baseblock_recomm_time' (did you mean"},
           {"lae", {"--columns", "expert_par"}, "there is no column 'expert_par'; "},
       }) {
    const ProgramResult result = files.run(mistake.command, "out.csv", mistake.options);
    INFO(mistake.message);
    CHECK(result.status == 2);
    CHECK(result.out.empty());
    CHECK(is_one_line(result.err));
    CHECK_THAT(result.err, Catch::StartsWith("calculon: " + mistake.message));
  }
  CHECK(files.run("loe-moe", "out.csv", {"-moe", "3", "--ep", "1"}).status == 0);
}

TEST_CASE("a machine without all-to-all is refused for mixtures, not for dense models", "[cli]") {
  const SearchFiles files;
  const std::string expected = "calculon: " + files.system +
                               ": networks[0].ops lacks the key 'all_to_all', which a mixture of "
                               "experts needs\n";
  for (const std::string command : {"loe-moe", "loe-moe-flex", "lae"}) {
    const ProgramResult result = files.run(command, "out.csv", {"--moe", "2"});
    CHECK(result.status == 2);
    CHECK(result.err == expected);
  }
  const std::string execution = files.folder.write("execution.json", tiny_moe_strategy_text());
  const ProgramResult result = run_program({"llm", files.model, execution, files.system, "-"});
  CHECK(result.status == 2);
  CHECK(result.err == expected);
  CHECK(files.run("loe", "out.csv").status == 0);
}

TEST_CASE("--no-lost-work leaves out slices wider than the tensor degree", "[cli][notes]") {
  const MoeFiles files;
  const Arguments slices = {"--tp", "1", "--es", "2"};
  const std::string told = files.told("loe-moe-flex", "out.json", slices);
  CHECK_THAT(told, Catch::Contains("Notes\n"));
  CHECK_THAT(told, Catch::Contains("\n  quirk M1 (#0): "));
  CHECK_THAT(told, Catch::Contains("; --no-lost-work leaves such executions out, --quirks fixed "
                                   "answers without quirks\n"));
  const Json whole = files.best("loe-moe-flex", {"--no-lost-work", "-t", "50"});
  for (const auto& item : whole.items()) {
    const Json& execution = item.value()["execution"];
    CHECK(execution["expert_slice"] <= execution["tensor_par"]);
  }
  CHECK(files.values("expert_slice", {"--flexible", "--tp", "1", "--no-lost-work"}) ==
        std::set<std::string>{"1"});
}

}  // namespace calculon::test
