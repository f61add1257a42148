#include <catch2/catch.hpp>
#include <map>

#include "base/json_reader.h"
#include "calculon/base/files.h"
#include "support/json_change.h"
#include "support/program.h"
#include "support/source_tree.h"
#include "support/temp_folder.h"

namespace calculon::test {

TEST_CASE("every bundled model has its published number of parameters", "[cli]") {
  const std::map<std::string, std::string> published = {
      {"anthropic-52B", "52.033 G"},  {"chinchilla", "64.869 G"}, {"gopher-280B", "258.587 G"},
      {"gpt3-13B", "12.941 G"},       {"gpt3-175B", "174.616 G"}, {"lamda", "103.526 G"},
      {"megatron-126M", "125.949 M"}, {"megatron-1T", "1.008 T"}, {"megatron-22B", "22.074 G"},
      {"megatron-40B", "39.096 G"},   {"megatron-5B", "5.051 G"}, {"palm-540B", "428.625 G"},
      {"turing-530B", "529.601 G"},   {"gpt-1.8T", "167.083 G"},  {"gpt-29T", "341.052 G"},
  };
  for (const auto& [name, count] : published) {
    const std::string path = source_path("models/" + name + ".json");
    const ProgramResult result = run_program({"lpc", "-a", "15", path});
    CHECK(result.status == 0);
    CHECK(result.out == name + std::string(15 - name.size(), ' ') + " -> " + count + "\n");
  }
}

TEST_CASE("every bundled model is counted", "[cli]") {
  const auto files = source_files("models", {".json"});
  CHECK(files.size() >= 13);
  for (const std::string& file : files) {
    INFO(file);
    CHECK(run_program({"llm-parameter-calculator", source_path(file)}).status == 0);
  }
}

TEST_CASE("names fill a column of 13, or of the given width, and are never cut", "[cli]") {
  const auto line = [](const Arguments& options) {
    Arguments arguments = {"lpc"};
    arguments.insert(arguments.end(), options.begin(), options.end());
    arguments.push_back(source_path("models/lamda.json"));
    return run_program(arguments).out;
  };
  CHECK(line({}) == "lamda         -> 103.526 G\n");
  CHECK(line({"--alignment", "6"}) == "lamda  -> 103.526 G\n");
  CHECK(line({"-a", "0"}) == "lamda -> 103.526 G\n");
}

TEST_CASE("a model may be compressed, or come on standard input", "[cli]") {
  const TempFolder folder;
  const std::string text = source_text("models/lamda.json");
  const std::string packed = folder.write("lamda.json.gz", gzip_member(text));
  CHECK_THAT(run_program({"lpc", packed}).out, Catch::EndsWith(" -> 103.526 G\n"));
  folder.write("lamda.json", text);
  const ProgramResult piped = run_shell(program_path() + " lpc - <lamda.json", folder.path());
  CHECK(piped.status == 0);
  CHECK_THAT(piped.out, Catch::EndsWith(" -> 103.526 G\n"));
}

TEST_CASE("a model that cannot be read is one line and status 2", "[cli]") {
  for (const std::string path : {"none.json", "model.txt", "json"}) {
    const ProgramResult result = run_program({"lpc", path});
    CHECK(result.status == 2);
    CHECK(is_one_line(result.err));
    CHECK_THAT(result.err, Catch::StartsWith("calculon: " + path + ": "));
  }
}

TEST_CASE("an execution tells how many experts there are to count", "[cli]") {
  struct Row {
    std::string model;
    std::string execution;
    std::string out;
  };
  const std::string of_blocks = " in the blocks of the execution, ";
  for (const Row& row : std::vector<Row>{
           {"gpt-1.8T", "gpt_1.8_training_4096",
            "gpt-1.8T      -> 167.083 G\n              -> 1.831 T" + of_blocks +
                "277.660 G active per token\n"},
           {"nemo-mixtral-8x3b-moe", "nemo-mixtral-8x3b-8EP",
            "nemo-mixtral-8x3b-moe -> 2.449 G\n              -> 18.456 G" + of_blocks +
                "5.244 G active per token\n"},
           {"megatron-1T", "megatron_1T_training_4096_original",
            "megatron-1T   -> 1.008 T\n              -> 1.007 T" + of_blocks +
                "1.007 T active per token\n"},
       }) {
    const ProgramResult result =
        run_program({"lpc", source_path("models/" + row.model + ".json"), "--execution",
                     source_path("examples/" + row.execution + ".json")});
    CHECK(result.status == 0);
    CHECK(result.out == row.out);
  }
}

TEST_CASE("an execution that cannot be counted is one line and nothing else", "[cli]") {
  const TempFolder folder;
  const std::string model = source_path("models/nemo-mixtral-8x3b-moe.json");
  const std::string example = source_text("examples/nemo-mixtral-8x3b-8EP-2TP+SP-32GPUs.json");
  const std::vector<std::pair<std::string, std::string>> mistakes = {
      {folder.file("none.json"), ": cannot be opened: "},
      {folder.write("empty.json", "{}"), " lacks the keys 'num_procs', 'tensor_par', "},
      {folder.write("odd.json",
                    changed(changed(example, {"/tensor_par", "3"}), {"/data_par", "8"})),
       ": tensor_par is 3, expected a divisor of the model's microbatch_size * seq_size = 4096"},
  };
  for (const auto& [execution, message] : mistakes) {
    const ProgramResult result = run_program({"lpc", model, "--execution", execution});
    CHECK(result.status == 2);
    CHECK(result.out.empty());
    CHECK(is_one_line(result.err));
    CHECK_THAT(result.err, Catch::StartsWith("calculon: " + execution + message));
  }
}

TEST_CASE("a packed model is named without its endings", "[cli]") {
  const TempFolder folder;
  const std::string path =
      folder.write("m.json.gz", gzip_member(source_text("models/megatron-22B.json")));
  CHECK(run_program({"lpc", path}).out == "m             -> 22.074 G\n");
}

TEST_CASE("a configuration of Hugging Face is counted as it is", "[cli]") {
  const TempFolder folder;
  const std::string path = folder.write("config.json", R"({
      "architectures": ["LlamaForCausalLM"], "model_type": "llama", "hidden_act": "silu",
      "hidden_size": 4096, "intermediate_size": 14336, "num_hidden_layers": 32,
      "num_attention_heads": 32, "num_key_value_heads": 8, "vocab_size": 128256,
      "max_position_embeddings": 131072, "tie_word_embeddings": false})");
  const ProgramResult result = run_program({"lpc", path});
  CHECK(result.status == 0);
  CHECK(result.err == "note: " + path + ": seq_size is 4096, the smaller of 4096 and " +
                          "max_position_embeddings 131072; --seq N sets another\n");
  CHECK_THAT(result.out, Catch::StartsWith("config        -> 8.030 G\n") &&
                             Catch::Contains("Parameters                       8,030,261,248\n") &&
                             Catch::Contains("Head                               525,336,576\n"));
  const ProgramResult asked = run_program({"lpc", path, "--seq", "8192", "--explain"});
  CHECK(asked.err.empty());
  CHECK_THAT(asked.out, Catch::Contains("Keys of a configuration of the family llama\n") &&
                            Catch::Contains("  left alone\n    architectures\n    hidden_act\n"));
}

TEST_CASE("several models are counted as a list of objects", "[cli]") {
  const TempFolder folder;
  const std::string path = folder.write("m.json", R"({
      "hidden": 8, "feedforward": 32, "seq_size": 16, "attn_heads": 4, "attn_size": 2,
      "num_blocks": 3, "vocab_size": 100, "num_experts": 4, "top_k_experts": 1,
      "moe_first_dense_blocks": 1, "mtp_blocks": 1})");
  const std::string published = source_path("models/lamda.json");
  const Json one = Json::parse(run_program({"lpc", path, "--json"}).out);
  CHECK(one["model"] == "m");
  CHECK(one["embedding_parameters"] == 800);
  CHECK(one["head_parameters"] == 0);
  CHECK(one["parameters"] == 6936);
  CHECK(one["active_parameters"] == 3624);
  CHECK(one["blocks"].size() == 2);
  CHECK(one["blocks"][1]["experts"] == 4 * 552);
  const Json list = Json::parse(run_program({"lpc", path, published, "--json"}).out);
  REQUIRE(list.size() == 2);
  CHECK(list[0] == one);
  CHECK(list[1]["published_parameters"] == 103525908480.0);
}

}  // namespace calculon::test
