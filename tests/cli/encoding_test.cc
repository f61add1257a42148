// Inputs as editors of other systems save them.
#include <catch2/catch.hpp>

#include "support/program.h"
#include "support/source_tree.h"
#include "support/temp_folder.h"

namespace calculon::test {
namespace {

std::string utf16(const std::string& text) {
  std::string wide = "\xff\xfe";
  for (const char c : text) {
    wide += c;
    wide += '\0';
  }
  return wide;
}

// A command that reads one file that is told, which holds `text`.
struct Use {
  std::string name;
  std::string text;
  Arguments before;
  Arguments behind;
};

// What a small search writes into a file of this name.
std::string search_result(const std::string& name) {
  const TempFolder folder;
  const std::string path = folder.file(name);
  REQUIRE(run_program({"loe", source_path("models/megatron-22B.json"), "8", "8", "float16",
                       source_path("systems/a100_80g.json"), path})
              .status == 0);
  return raw_bytes(path);
}

std::vector<Use> uses() {
  const std::string model = source_path("models/megatron-1T.json");
  const std::string execution = source_path("examples/3072_t4_p64_d12_mbs4_full.json");
  const std::string system = source_path("systems/a100_80g.json");
  const Arguments plan = {"hetero-plan",
                          "--format",
                          "json",
                          "--global-batch-size",
                          "4",
                          "--top",
                          "1",
                          "--model",
                          source_path("models/gpt3-13B.json"),
                          "--system",
                          "A100=" + system,
                          "--hostfile"};
  return {
      {"m.json", source_text("models/megatron-1T.json"), {"lpc"}, {}},
      {"e.json",
       source_text("examples/3072_t4_p64_d12_mbs4_full.json"),
       {"llm", model},
       {system, "-"}},
      {"s.json", source_text("systems/a100_80g.json"), {"llm", model, execution}, {"-"}},
      {"study.json",
       R"({"calculon_study": 1, "title": "one", "model": "megatron-22B", "system": "a100_80g",
           "search": {"num_procs": 8, "max_batch": 8, "datatype": "float16"}})",
       {"study", "check"},
       {}},
      {"chips.json",
       source_text("systems/chips.json"),
       {"train-estimate", "--n_layers", "8", "--d_model", "1024", "--batch_size", "64",
        "--chip_type", "H100", "--chips"},
       {}},
      {"hosts", "A100 slots=4\n", plan, {}},
      {"rows.csv", search_result("rows.csv"), {"report"}, {"-o", "/dev/null"}},
      {"best.json", search_result("best.json"), {"report"}, {"-o", "/dev/null"}},
  };
}

ProgramResult run_use(const Use& use, const std::string& path) {
  Arguments arguments = use.before;
  arguments.push_back(path);
  arguments.insert(arguments.end(), use.behind.begin(), use.behind.end());
  return run_program(arguments);
}

}  // namespace

TEST_CASE("a byte-order mark changes no answer, whatever kind of file begins with it", "[cli]") {
  const TempFolder folder;
  for (const Use& use : uses()) {
    INFO(use.name);
    const ProgramResult plain = run_use(use, folder.write(use.name, use.text));
    const ProgramResult marked = run_use(use, folder.write(use.name, "\xef\xbb\xbf" + use.text));
    CHECK(plain.err == "");
    CHECK(plain.status == 0);
    CHECK(marked.status == 0);
    CHECK(marked.err == plain.err);
    CHECK(marked.out == plain.out);
  }
}

TEST_CASE("UTF-16 is named, whatever kind of file is written in it", "[cli]") {
  const TempFolder folder;
  for (const Use& use : uses()) {
    const std::string path = folder.write(use.name, utf16(use.text));
    const ProgramResult result = run_use(use, path);
    CHECK(result.status == 2);
    CHECK(result.err == "calculon: " + path + ": is UTF-16 text, expected UTF-8\n");
  }
}

}  // namespace calculon::test
