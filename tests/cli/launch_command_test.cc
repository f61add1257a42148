#include <algorithm>
#include <catch2/catch.hpp>

#include "calculon/base/files.h"
#include "launch/framework.h"
#include "support/findings.h"
#include "support/program.h"
#include "support/source_tree.h"
#include "support/temp_folder.h"

namespace calculon::test {

TEST_CASE("launch writes a command line or a file", "[cli][launch]") {
  const ProgramResult result = run_program({"launch", "llama-3.1-70b", "llama-3.1-70b_512_t4_p4"});
  CHECK(result.status == 0);
  CHECK_THAT(result.out, Catch::StartsWith("#!/bin/sh\n# llama-3.1-70b on 512 processors") &&
                             Catch::Contains("torchrun --nnodes 64 --nproc_per_node 8") &&
                             Catch::Contains("--num-virtual-stages-per-pipeline-rank 5"));
  const TempFolder folder;
  const std::string path = folder.file("train.yaml");
  const ProgramResult written =
      run_program({"launch", "llama-3.1-70b", "llama-3.1-70b_512_t4_p4", "h100-80g-nemo",
                   "--framework", "megatron-bridge", "-o", path});
  CHECK(written.out == "Output: " + path + "\n");
  CHECK_THAT(read_text_file(path), Catch::Contains("virtual_pipeline_model_parallel_size: 5"));
}

TEST_CASE("launch tells why a framework does not run an execution", "[cli][launch]") {
  const ProgramResult rule =
      run_program({"launch", "llama-3.1-8b", "llama-3.1-8b_64_fsdp", "--framework", "nanotron"});
  CHECK(rule.status == 1);
  CHECK(rule.out.empty());
  CHECK(rule.err ==
        "calculon: infeasible: nanotron requires: data_par_sharding is none or zero1 (rule KL8)\n");
  const ProgramResult model = run_program({"launch", "gpt3-13B", "deepseek-v3_1024_p16"});
  CHECK(model.status == 1);
  CHECK_THAT(model.err, Catch::EndsWith("(rule KD4)\n"));
  const TempFolder folder;
  const std::string large =
      folder.write("e.json", R"({"methodology": "calibrated", "num_procs": 8, "batch_size": 8})");
  CHECK(run_program({"launch", "llama-3.1-70b", large}).status == 0);
  const ProgramResult memory = run_program({"launch", "llama-3.1-70b", large, "h100-80g-nemo"});
  CHECK(memory.status == 1);
  CHECK_THAT(memory.err, Catch::StartsWith("calculon: infeasible: a processor needs ") &&
                             Catch::EndsWith(" but has 79.100 GiB (rule KD7)\n"));
  const std::string config = folder.write(
      "config.json",
      R"({"model_type": "llama", "hidden_size": 2048, "num_hidden_layers": 16, "vocab_size": 32000,
          "num_attention_heads": 32, "num_key_value_heads": 8, "intermediate_size": 8192})");
  CHECK_THAT(run_program({"launch", config, large, "--seq", "1024"}).out,
             Catch::Contains("--seq-length 1024") && Catch::Contains("--num-query-groups 8"));
}

TEST_CASE("a published execution is launched as the calibrated model takes it", "[cli][launch]") {
  const std::string example = "3072_t4_p64_d12_mbs4_full";
  CHECK_THAT(run_program({"launch", "megatron-1T", example}).out,
             Catch::Contains("--sequence-parallel --fp16") &&
                 Catch::Contains("# calculon: attention_kernel = \"unfused\"") &&
                 Catch::Contains("# seq_par_ag_redo false: there is no switch"));
  const TempFolder folder;
  std::string text = source_text("examples/" + example + ".json");
  const auto replace = [&](const std::string& from, const std::string& to) {
    text.replace(text.find(from), from.size(), to);
  };
  replace("\"pipeline_par_net\": 1", "\"pipeline_par_net\": 0");
  CHECK_THAT(run_program({"launch", "megatron-1T", folder.write("e.json", text)}).out,
             Catch::Contains("placement not expressible with 8 processors"));
  replace("\"pipeline_par\": 64", "\"pipeline_par\": 2");
  replace("\"data_par\": 12", "\"data_par\": 384");
  CHECK_THAT(run_program({"launch", "megatron-1T", folder.write("e.json", text)}).out,
             Catch::Contains(" --use-tp-pp-dp-mapping\n"));
  replace("\"weight_offload\": false", "\"weight_offload\": true");
  const ProgramResult refused =
      run_program({"launch", "megatron-1T", folder.write("e.json", text)});
  CHECK(refused.status == 2);
  CHECK_THAT(refused.err, Catch::EndsWith("(rule KC30)\n") && Catch::StartsWith("calculon: "));
}

// Every bundled execution, with every model that it suits.
TEST_CASE("bundled executions are launched by every framework that runs them", "[cli][launch]") {
  Findings findings;
  std::size_t launched = 0;
  for (const std::string& execution : source_files("examples", {".json"})) {
    const bool own = execution.find('/') == execution.rfind('/');
    bool suits = !own;
    for (const std::string& model :
         own ? source_files("models", {".json"}) : std::vector<std::string>()) {
      for (const std::string_view framework : EnumNames<Framework>::kNames) {
        const ProgramResult result =
            run_program({"launch", source_path(model), source_path(execution), "--framework",
                         std::string(framework)});
        launched += result.status == 0 ? 1 : 0;
        const bool refused = result.err.find("(rule KC30)") != std::string::npos;  // it offloads
        suits = suits || result.status == 0 || refused;
        const auto mistakes = std::count(result.err.begin(), result.err.end(), '\n') -
                              (result.err.starts_with("note: ") ? 1 : 0);
        const bool sound = result.status == 0 ? mistakes == 0 : result.out.empty() && mistakes == 1;
        findings.add_unless(sound, model + " " + execution + ": " + result.err);
      }
    }
    findings.add_unless(suits, execution + " suits no model");
  }
  CHECK(launched > 100);
  INFO(findings.text());
  CHECK(findings.empty());
}

}  // namespace calculon::test
