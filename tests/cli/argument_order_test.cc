// Files that stand in each other's place.
#include <fmt/format.h>

#include <algorithm>
#include <catch2/catch.hpp>

#include "support/program.h"
#include "support/search_files.h"
#include "support/source_tree.h"
#include "support/temp_folder.h"
#include "support/tiny.h"

namespace calculon::test {
namespace {

struct MixedFiles {
  TempFolder folder;
  std::string model = folder.write("a.json", tiny_transformer_text());
  std::string execution = folder.write("b.json", tiny_strategy_text());
  std::string system = folder.write("c.json", tiny_system_text());

  std::string kind_of(const std::string& file) const {
    return file == model ? "a model file" : file == system ? "a system file" : "an execution file";
  }

  // `wrong` is the first file that stands in another's place.
  void check(const Arguments& arguments, const std::string& wrong, const std::string& order) const {
    const ProgramResult result = run_program(arguments);
    CHECK(result.status == 2);
    CHECK(result.out.empty());
    CHECK(result.err ==
          fmt::format("calculon: {} is {}; the order is {}\n", wrong, kind_of(wrong), order));
  }
};

}  // namespace

TEST_CASE("files in any wrong order are told with the right one", "[cli]") {
  const MixedFiles files;
  const std::vector<std::string> right = {files.model, files.execution, files.system};
  std::vector<std::string> order = right;
  std::sort(order.begin(), order.end());
  int wrong_orders = 0;
  while (std::next_permutation(order.begin(), order.end())) {
    const auto wrong = std::mismatch(order.begin(), order.end(), right.begin()).first;
    files.check({"llm", order[0], order[1], order[2], "-"}, *wrong, "MODEL EXECUTION SYSTEM");
    ++wrong_orders;
  }
  CHECK(wrong_orders == 5);
}

TEST_CASE("searches tell their own order", "[cli]") {
  const MixedFiles files;
  const std::string order = "MODEL NUM_PROCS MAX_BATCH_SIZE DATATYPE SYSTEM";
  for (const std::string command : {"loe", "lae", "loe-moe", "loe-moe-flex"}) {
    const std::string output = files.folder.file(command == "lae" ? "out.csv" : "out.json");
    const auto run_on = [&](const std::string& first, const std::string& second,
                            const std::string& wrong) {
      files.check({command, first, "4", "4", "float16", second, output}, wrong, order);
    };
    run_on(files.system, files.model, files.system);
    run_on(files.execution, files.system, files.execution);
    run_on(files.model, files.execution, files.execution);
    run_on(files.model, files.model, files.model);
  }
}

TEST_CASE("studies and results in place of a model are recognised", "[cli]") {
  const MixedFiles files;
  const auto err_of = [&](const std::string& model) {
    return run_program({"llm", model, files.execution, files.system, "-"}).err;
  };
  const std::string study = source_path("examples/studies/sensitivity-h100.json");
  CHECK(err_of(study) == fmt::format("calculon: {} is a study file; the order is MODEL EXECUTION "
                                     "SYSTEM\n",
                                     study));
  const std::string stats = files.folder.file("stats.json");
  REQUIRE(run_program({"llm", files.model, files.execution, files.system, stats}).status == 0);
  const std::string best = files.folder.file("best.json");
  REQUIRE(run_program({"loe", files.model, "4", "4", "float16", files.system, best}).status == 0);
  for (const std::string& results : {stats, best}) {
    CHECK(err_of(results) == fmt::format("calculon: {} is a file of results; the order is MODEL "
                                         "EXECUTION SYSTEM\n",
                                         results));
  }
  // Where an execution stands, one of the results may be meant.
  CHECK(run_program({"llm", files.model, best, files.system, "-"}).err ==
        fmt::format("calculon: {0} is a file of results, of which {0}#0 is the first; the order is "
                    "MODEL EXECUTION SYSTEM\n",
                    best));
  CHECK(run_program({"llm", files.model, stats, files.system, "-"}).err ==
        fmt::format("calculon: {} is a file of results; the order is MODEL EXECUTION SYSTEM\n",
                    stats));
}

TEST_CASE("a file in the place of a number is told with the order", "[cli]") {
  const MixedFiles files;
  for (const Arguments& arguments :
       {Arguments{"loe", files.model, files.system, "4", "4", "float16", "out.json"},
        Arguments{"lae", files.model, "4", "4", files.system, "float16", "out.csv"}}) {
    const ProgramResult result = run_program(arguments);
    CHECK(result.status == 2);
    CHECK(is_one_line(result.err));
    CHECK_THAT(result.err, Catch::Contains("; the order is MODEL NUM_PROCS MAX_BATCH_SIZE DATATYPE "
                                           "SYSTEM (--help tells more)"));
  }
}

TEST_CASE("files of the planner and of chips are recognised", "[cli]") {
  const MixedFiles files;
  const std::string profile = source_path("examples/hetero/profiles/DeviceType.A100_tp1_bs1.json");
  CHECK(run_program({"lpc", profile}).err ==
        fmt::format("calculon: {} is a layer profile, expected a model file\n", profile));
  CHECK(run_program({"hetero-plan", "--hostfile", source_path("examples/hetero/hostfile"),
                     "--clusterfile", files.system, "--profile-dir",
                     source_path("examples/hetero/profiles"), "--global-batch-size", "8"})
            .err ==
        fmt::format("calculon: {} is a system file, expected a clusterfile\n", files.system));
  CHECK(run_program({"train-estimate", "--n_layers", "12", "--d_model", "1024", "--microbatch_size",
                     "1", "--chips", files.system})
            .err ==
        fmt::format("calculon: {} is a system file, expected a file of chips\n", files.system));
}

TEST_CASE("a command with one file tells what it expects", "[cli]") {
  const MixedFiles files;
  CHECK(run_program({"lpc", files.system}).err ==
        fmt::format("calculon: {} is a system file, expected a model file\n", files.system));
  CHECK(run_program({"lpc", files.model, "--execution", files.system}).err ==
        fmt::format("calculon: {} is a system file, expected an execution file\n", files.system));
  CHECK(run_program({"study", "check", files.model}).err ==
        fmt::format("calculon: {} is a model file, expected a study file\n", files.model));
  CHECK(run_program({"train-estimate", "--n_layers", "12", "--d_model", "1024", "--microbatch_size",
                     "1", "--system", files.model})
            .err ==
        fmt::format("calculon: {} is a model file, expected a system file\n", files.model));
}

}  // namespace calculon::test
