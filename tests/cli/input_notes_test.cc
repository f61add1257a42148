// What commands tell of the files behind their answers.
#include <fmt/format.h>

#include <catch2/catch.hpp>

#include "base/json_reader.h"
#include "support/json_change.h"
#include "support/program.h"
#include "support/search_files.h"
#include "support/source_tree.h"
#include "support/temp_folder.h"
#include "support/tiny.h"

namespace calculon::test {
namespace {

constexpr std::string_view kLeftOut =
    "note: the published model has no vocab_size, attn_kv_heads, mlp_gated: this answer is for the "
    "model without them\n";

// A model that says more than its six counts.
std::string modern_model() {
  std::string text = tiny_transformer_text();
  for (const JsonChange& change : std::initializer_list<JsonChange>{
           {"/mlp_gated", "true"}, {"/attn_kv_heads", "1"}, {"/vocab_size", "1000"}}) {
    text = changed(text, change);
  }
  return text;
}

std::string noted_system() {
  return changed(tiny_system_text(), {"/notes", R"("half of its rate is sparse")"});
}

std::string note_of(const std::string& system) {
  return "note: " + system + ": half of its rate is sparse\n";
}

std::string calibration_note_of(const std::string& system) {
  return "note: " + system + ": the published model does not use its calibration\n";
}

// A model with such keys, a system with notes and an execution for them.
struct NotedFiles {
  TempFolder folder;
  std::string model = folder.write("model.json", modern_model());
  std::string execution = folder.write("execution.json", tiny_strategy_text());
  std::string system = folder.write("system.json", noted_system());

  std::string err_of(const Arguments& arguments, int status = 0) const {
    const ProgramResult result = run_program(arguments);
    INFO(result.err);
    CHECK(result.status == status);
    return result.err;
  }
};

}  // namespace

TEST_CASE("a model with grouped key/value heads is not answered in silence", "[cli]") {
  const NotedFiles files;
  const std::string notes = std::string(kLeftOut) + note_of(files.system);
  const std::string out = files.folder.file("out.json");
  CHECK(files.err_of({"llm", files.model, files.execution, files.system, out}) == notes);
  CHECK(files.err_of({"llm", files.model, files.execution, files.system, "-"}) == notes);
  CHECK(files.err_of({"llm", files.model, files.execution, files.system, "-", "-p",
                      files.folder.file("peers.json")}) == notes);
  const Arguments search = {files.model, "4", "4", "float16", files.system, out};
  for (const std::string command : {"loe", "loe-moe", "loe-moe-flex", "lae"}) {
    Arguments arguments = search;
    arguments.insert(arguments.begin(), command);
    arguments.back() = command == "lae" ? files.folder.file("out.csv") : out;
    arguments.emplace_back("-n");
    if (command.starts_with("loe-moe")) {
      arguments.insert(arguments.end(), {"--moe", "2"});
      files.folder.write("system.json", changed(tiny_moe_system_text(),
                                                {"/notes", R"("half of its rate is sparse")"}));
    }
    INFO(command);
    CHECK(files.err_of(arguments) == notes);
    arguments.emplace_back("-d");  // only counts
    CHECK(files.err_of(arguments).empty());
  }
}

TEST_CASE("what is refused is told without notes", "[cli]") {
  const NotedFiles files;
  files.folder.write("execution.json", changed(tiny_strategy_text(), {"/datatype", "\"float4\""}));
  const std::string refused =
      files.err_of({"llm", files.model, files.execution, files.system, "-"}, 2);
  CHECK(is_one_line(refused));
  CHECK_THAT(refused, Catch::StartsWith("calculon: "));
}

TEST_CASE("an infeasible execution is told with what it leaves out", "[cli]") {
  const NotedFiles files;
  files.folder.write("system.json", changed(noted_system(), {"/mem1/GiB", "0.001"}));
  const std::string err = files.err_of({"llm", files.model, files.execution, files.system, "-"}, 1);
  CHECK_THAT(err, Catch::StartsWith(std::string(kLeftOut) + note_of(files.system) +
                                    "calculon: infeasible: "));
}

TEST_CASE("the count of parameters has all keys, that of an execution's blocks has not", "[cli]") {
  const NotedFiles files;
  CHECK(files.err_of({"lpc", files.model}).empty());
  CHECK(files.err_of({"lpc", files.model, "--execution", files.execution}) == kLeftOut);
}

TEST_CASE("files that say nothing more are answered without notes", "[cli]") {
  const NotedFiles files;
  std::string text = tiny_transformer_text();
  for (const JsonChange& change : std::initializer_list<JsonChange>{
           {"/name", "\"tiny\""}, {"/mlp_gated", "false"}, {"/vocab_size", "null"}}) {
    text = changed(text, change);
  }
  files.folder.write("model.json", text);
  files.folder.write("system.json", changed(tiny_system_text(), {"/source", "\"a data sheet\""}));
  CHECK(files.err_of({"llm", files.model, files.execution, files.system, "-"}).empty());
  CHECK(files.err_of({"lpc", files.model}).empty());
}

TEST_CASE("a calibration that is not used is told", "[cli]") {
  const NotedFiles files;
  files.folder.write("model.json", tiny_transformer_text());
  files.folder.write("system.json", changed(noted_system(), {"/calibration", "{}"}));
  CHECK(files.err_of({"llm", files.model, files.execution, files.system, "-"}) ==
        note_of(files.system) + calibration_note_of(files.system));
}

TEST_CASE("experts that an execution has are not left out", "[cli]") {
  const NotedFiles files;
  std::string text = tiny_transformer_text();
  for (const JsonChange& change : std::initializer_list<JsonChange>{
           {"/num_experts", "4"}, {"/top_k_experts", "2"}, {"/mlp_gated", "true"}}) {
    text = changed(text, change);
  }
  files.folder.write("model.json", text);
  files.folder.write("system.json", tiny_moe_system_text());
  std::string execution = tiny_moe_strategy_text();
  execution = changed(execution, {"/top_k_experts", "2"});
  execution = changed(execution, {"/activation_function", "\"silu\""});
  files.folder.write("execution.json", execution);
  const Arguments llm = {"llm", files.model, files.execution, files.system, "-"};
  CHECK(files.err_of(llm).empty());
  files.folder.write("execution.json", changed(execution, {"/top_k_experts", "1"}));
  CHECK(files.err_of(llm) ==
        "note: the published model has no num_experts: this answer is for the model without it\n");
}

TEST_CASE("a planner of mixed clusters tells of its model and of each system once", "[cli]") {
  const NotedFiles files;
  const std::string other = files.folder.write("other.json", noted_system());
  const std::string hosts =
      files.folder.write("hosts", "A slots=1\nB slots=1\nC slots=1\nD slots=1\n");
  Arguments plan = {"hetero-plan", "--hostfile", hosts,      "--global-batch-size",
                    "4",           "--model",    files.model};
  for (const std::string type : {"A", "B", "C"}) {
    plan.insert(plan.end(), {"--system", type + "=" + files.system});
  }
  plan.insert(plan.end(), {"--system", "D=" + other});
  // Its profiles have a vocabulary.
  const std::string notes =
      "note: the published model has no attn_kv_heads, mlp_gated: this answer is for the model "
      "without them\n" +
      note_of(files.system) + note_of(other);
  CHECK(files.err_of(plan) == notes);
  plan.insert(plan.end(), {"--format", "json"});
  const auto best = [&] { return Json::parse(run_program(plan).out).at("top"); };
  const Json with_own = best();
  files.folder.write("model.json", changed(modern_model(), {"/vocab_size", "51200"}));
  const Json with_usual = best();
  CHECK(with_own != with_usual);
  plan.insert(plan.end(), {"--vocab-size", "1000"});
  CHECK(best() == with_own);
  files.folder.write("model.json", changed(modern_model(), {"/vocab_size", ""}));
  plan.resize(plan.size() - 2);
  CHECK(best() == with_usual);
}

TEST_CASE("a training run on a system's chip tells of the system", "[cli]") {
  const NotedFiles files;
  CHECK(files.err_of({"train-estimate", "--n_layers", "12", "--d_model", "1024",
                      "--microbatch_size", "1", "--system", files.system}) ==
        note_of(files.system));
}

TEST_CASE("a study tells once of its documents, not at every point", "[cli]") {
  const NotedFiles files;
  const std::string study = files.folder.write("study.json", R"({
    "calculon_study": 1, "model": "model.json", "system": "system.json",
    "axes": [{"name": "batch", "path": "search.max_batch", "values": [1, 2, 3]},
             {"name": "memory", "path": "system.mem1.GiB", "values": [80, 40]}],
    "search": {"num_procs": 4, "max_batch": 4, "datatype": "fp16"}
  })");
  const std::string notes = std::string(kLeftOut) + note_of("system.json");
  const std::string results = files.folder.file("results");
  CHECK(files.err_of({"study", "check", study}) == notes);
  CHECK(files.err_of({"study", "run", study, "-o", results}) == notes);
  CHECK(files.err_of({"study", "merge", results, "-o", files.folder.file("t.csv")}) == notes);
  CHECK(files.err_of({"study", "report", results}) == notes);
  CHECK(files.err_of({"study", "status", results}).empty());
  CHECK(files.err_of({"study", "check", study, "--set", "model.mlp_gated=false"}) ==
        "note: the published model has no vocab_size, attn_kv_heads: this answer is for the model "
        "without them\n" +
            note_of("system.json"));
}

TEST_CASE("bundled examples of dense systems have no notes", "[cli]") {
  const NotedFiles files;
  CHECK(files
            .err_of({"llm", source_path("models/megatron-1T.json"),
                     source_path("examples/3072_t4_p64_d12_mbs4_full.json"),
                     source_path("systems/a100_80g.json"), "-"})
            .empty());
  CHECK(files.err_of({"lv"}).empty());
  CHECK(files.err_of({"study", "list"}).empty());
}

}  // namespace calculon::test
