// Command lines of Megatron-LM as files of ours.
#include <catch2/catch.hpp>
#include <filesystem>

#include "calculon/base/files.h"
#include "calculon/calibrated/calibrated_execution.h"
#include "calculon/workload/transformer.h"
#include "launch/launch_job.h"
#include "support/findings.h"
#include "support/program.h"
#include "support/source_tree.h"
#include "support/temp_folder.h"

namespace calculon::test {
namespace {

const std::string kLine =
    "torchrun --nnodes 2 --nproc_per_node 8 pretrain_gpt.py --num-layers 24 --hidden-size 1024 "
    "--num-attention-heads 16 --seq-length 2048 --micro-batch-size 2 --global-batch-size 64 "
    "--bf16 --lr 1e-4 --train-iters 100\n";

// The details that stand for counts are written out, as an import does.
Json model_values(const std::string& path) {
  Transformer model = read_transformer(path);
  model.details.attn_kv_heads = model.kv_heads();
  model.details.moe_feedforward = model.expert_feedforward();
  model.details.max_positions = model.positions();
  return setting_values(model);
}

Json execution_values(const std::string& path) {
  return setting_values(parse_calibrated_execution(path, read_text_file(path)));
}

// A launch without what is for people.
std::string words_of_script(const std::string& path) {
  std::string words;
  for (const std::string& line : lines_of(read_text_file(path))) {
    if (!line.starts_with("# ") || line.starts_with("# calculon: ")) {
      words += line + "\n";
    }
  }
  return words;
}

}  // namespace

TEST_CASE("import makes a model and an execution of a script", "[cli][import][launch]") {
  const TempFolder folder;
  const std::string script = folder.write("train.sh", kLine);
  const std::string run = folder.file("runs/one");
  const ProgramResult result = run_program({"import", script, "-o", run});
  CHECK(result.status == 0);
  CHECK(result.out == "Output: " + run + "/model.json, " + run + "/execution.json\n");
  CHECK(result.err ==
        "note: there is no --vocab-size, so vocab_size is 0: the model has no embedding, head and "
        "loss\nnote: 9 of 11 arguments used; ignored: --lr, --train-iters\n");
  const Json model = Json::parse(read_text_file(run + "/model.json"));
  CHECK(model["hidden"] == 1024);
  CHECK(model["provenance"]["source"] == "train.sh");
  CHECK(execution_values(run + "/execution.json")["data_par"] == 16);
  std::string many = kLine.substr(0, kLine.size() - 1);
  for (int i = 100; i < 160; ++i) {
    many += " --an-argument-" + std::to_string(i);
  }
  const std::string ignored = run_program({"import", folder.write("many.sh", many), "-o", run}).err;
  CHECK_THAT(ignored, Catch::Contains("note: 9 of 71 arguments used; ignored: --lr, ") &&
                          Catch::Contains("note: ignored too: --an-argument-") &&
                          Catch::EndsWith(", --an-argument-159\n"));
  const ProgramResult piped =
      run_shell("'" + program_path() + "' import - -o two < train.sh", folder.path());
  CHECK(piped.status == 0);
  CHECK(read_text_file(folder.file("two/execution.json")).find("\"num_procs\": 16") !=
        std::string::npos);
}

TEST_CASE("import tells what it does not take", "[cli][import][launch]") {
  const TempFolder folder;
  const std::string script = folder.write("train.sh", kLine);
  const auto message = [&](const Arguments& arguments) {
    Arguments all = {"import"};
    all.insert(all.end(), arguments.begin(), arguments.end());
    const ProgramResult result = run_program(all);
    CHECK(result.status == 2);
    CHECK(result.out.empty());
    CHECK(is_one_line(result.err));
    return result.err;
  };
  const std::string run = folder.file("run");
  CHECK(message({script, "-o", "-"}) ==
        "calculon: --output is -, expected a folder for model.json and execution.json\n");
  CHECK_THAT(message({script, "-o", run, "--seq", "512"}), Catch::Contains("--seq and --as"));
  CHECK_THAT(message({folder.write("a.yaml", ""), "-o", run}), Catch::Contains(".sh"));
  CHECK_THAT(message({folder.write("b.sh", "echo 'x"), "-o", run}),
             Catch::Contains("line 1: a quote has no end"));
  CHECK_THAT(message({script, "-o", script + "/x"}), Catch::Contains("cannot be made"));
  CHECK_THAT(message({folder.write("c.sh", kLine + " --sequence-parallel"), "-o", run,
                      "--num-procs", "3"}),
             Catch::EndsWith("(rule KC12)\n"));
  CHECK_FALSE(std::filesystem::exists(run));
}

// Every bundled execution that Megatron-LM runs, with every model that it suits: what comes back is
// launched in the same words, and is the same execution where the bundled one is no published one.
TEST_CASE("what is imported from a bundled launch is what was launched", "[cli][import][launch]") {
  const TempFolder folder;
  const std::string script = folder.file("train.sh");
  const std::string again = folder.file("again.sh");
  const std::string run = folder.file("run");
  Findings findings;
  std::size_t compared = 0;
  for (const std::string& execution : source_files("examples", {".json"})) {
    if (execution.find('/') != execution.rfind('/')) {
      continue;
    }
    const bool published = !Json::parse(source_text(execution)).contains("methodology");
    for (const std::string& model : source_files("models", {".json"})) {
      if (run_program({"launch", source_path(model), source_path(execution), "-o", script})
              .status != 0) {
        continue;
      }
      ++compared;
      const ProgramResult imported = run_program({"import", script, "-o", run});
      const std::string back = run + "/execution.json";
      run_program({"launch", run + "/model.json", back, "-o", again});
      const bool same =
          imported.status == 0 && imported.err.find("ignored") == std::string::npos &&
          words_of_script(again) == words_of_script(script) &&
          (published || (model_values(run + "/model.json") == model_values(source_path(model)) &&
                         execution_values(back) == execution_values(source_path(execution))));
      findings.add_unless(same, model + " " + execution + ": " + imported.err);
    }
  }
  CHECK(compared > 100);
  INFO(findings.text());
  CHECK(findings.empty());
}

}  // namespace calculon::test
