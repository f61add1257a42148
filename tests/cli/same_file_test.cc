// Outputs that are inputs or other outputs are refused before anything is lost.
#include <catch2/catch.hpp>
#include <filesystem>

#include "support/program.h"
#include "support/source_tree.h"
#include "support/temp_folder.h"

namespace calculon::test {
namespace {

// Copies of what `llm` and searches read, so that they can be lost.
struct Inputs {
  TempFolder folder;
  std::string model = folder.write("m.json", source_text("models/megatron-1T.json"));
  std::string execution =
      folder.write("e.json", source_text("examples/3072_t4_p64_d12_mbs4_full.json"));
  std::string system = folder.write("s.json", source_text("systems/a100_80g.json"));

  void check_refused(const Arguments& arguments, const std::string& message) const {
    const auto names = folder.names();
    const std::string before = raw_bytes(model) + raw_bytes(execution) + raw_bytes(system);
    const ProgramResult result = run_program(arguments);
    CHECK(result.status == 2);
    CHECK(result.err == "calculon: " + message + "\n");
    CHECK(raw_bytes(model) + raw_bytes(execution) + raw_bytes(system) == before);
    CHECK(folder.names() == names);
  }
};

}  // namespace

TEST_CASE("a search does not overwrite its model or system", "[cli]") {
  const Inputs in;
  const std::string link = in.folder.file("link.json");
  std::filesystem::create_hard_link(in.model, link);
  for (const std::string& output : {in.model, in.system, link}) {
    in.check_refused(
        {"loe", in.model, "8", "8", "float16", in.system, output},
        output + (output == link ? ": is also the input " + in.model : ": is also an input"));
  }
}

TEST_CASE("statistics and peers are not written over inputs or each other", "[cli]") {
  const Inputs in;
  const std::string stats = in.folder.file("a.json");
  const auto arguments = [&](const std::string& output, const std::string& peers) {
    return Arguments{"llm", in.model, in.execution, in.system, output, "--peers", peers};
  };
  in.check_refused(arguments(stats, stats), stats + ": is given for two outputs");
  in.check_refused(arguments(stats, in.system), in.system + ": is also an input");
  in.check_refused(arguments(in.execution, stats), in.execution + ": is also an input");
  CHECK(run_program(arguments("/dev/null", "/dev/null")).status == 0);
}

TEST_CASE("an input that a shell opens is not overwritten either", "[cli]") {
  const Inputs in;
  const std::string before = raw_bytes(in.model);
  const ProgramResult result =
      run_shell(program_path() + " llm - e.json s.json m.json < m.json", in.folder.path());
  CHECK(result.status == 2);
  CHECK(result.err == "calculon: m.json: is also standard input\n");
  CHECK(raw_bytes(in.model) == before);
}

TEST_CASE("a log does not empty what is read", "[cli]") {
  const Inputs in;
  in.check_refused({"-l", in.model, "lpc", in.model}, in.model + ": is also an input");
  const std::string stats = in.folder.write("a.json", "precious");
  in.check_refused({"-l", stats, "llm", in.model, in.execution, in.system, stats},
                   stats + ": is given for two outputs");
  CHECK(raw_bytes(stats) == "precious");
}

TEST_CASE("a plan does not overwrite its hostfile, nor its timeline its report", "[cli]") {
  const Inputs in;
  const std::string hosts = in.folder.write("hosts", "A100 slots=4\n");
  const std::string plan = in.folder.file("plan.json");
  const auto arguments = [&](const std::string& output, const std::string& timeline) {
    return Arguments{"hetero-plan",
                     "--hostfile",
                     hosts,
                     "--model",
                     in.model,
                     "--system",
                     "A100=" + in.system,
                     "--global-batch-size",
                     "4",
                     "--output",
                     output,
                     "--timeline",
                     timeline};
  };
  in.check_refused(arguments(hosts, plan), hosts + ": is also an input");
  in.check_refused(arguments(plan, plan), plan + ": is given for two outputs");
  CHECK(raw_bytes(hosts) == "A100 slots=4\n");
}

TEST_CASE("a page is not written over the results that it shows", "[cli]") {
  const Inputs in;
  const std::string stats = in.folder.file("a.json");
  REQUIRE(run_program({"llm", in.model, in.execution, in.system, stats}).status == 0);
  const std::string link = in.folder.file("a.html");
  std::filesystem::create_symlink("a.json", link);
  in.check_refused({"report", stats, "-o", link}, link + ": is also the input " + stats);
}

TEST_CASE("a folder of results is not merged into its own study", "[cli]") {
  const TempFolder folder;
  const std::string study =
      folder.write("study.json",
                   R"({"calculon_study": 1, "title": "one point", "model": "megatron-22B",
          "system": "a100_80g", "search": {"num_procs": 8, "max_batch": 8, "datatype": "float16"}})");
  const std::string results = folder.file("results");
  REQUIRE(run_program({"study", "run", study, "-o", results}).status == 0);
  const std::string own = results + "/study.json";
  const std::string before = raw_bytes(own);
  const ProgramResult result = run_program({"study", "merge", results, "-o", own});
  CHECK(result.status == 2);
  CHECK(result.err == "calculon: " + own + ": is also an input\n");
  CHECK(raw_bytes(own) == before);
  CHECK(run_program({"study", "merge", results, "-o", results + "/table.csv"}).status == 0);
  CHECK(run_program({"study", "run", study, "-o", results}).status == 0);
}

}  // namespace calculon::test
