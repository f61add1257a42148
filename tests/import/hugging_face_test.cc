#include "import/hugging_face.h"

#include <algorithm>
#include <catch2/catch.hpp>

#include "calculon/workload/parameter_count.h"
#include "support/input_error_of.h"
#include "support/model_config.h"

namespace calculon::test {
namespace {

Transformer model_of(const std::string& text, const ModelChoices& choices = {}) {
  return model_file(text, choices).transformer;
}

ModelDetails details_of(const std::string& model_type, const std::string& keys = "") {
  return model_of(config(model_type, keys)).details;
}

std::int64_t parameters_of(const std::string& text) {
  return count_parameters(model_of(text)).total;
}

std::string message_of(const std::string& text, const ModelChoices& choices = {}) {
  return input_error_of([&] { model_file(text, choices); });
}

bool is_left_alone(const std::string& text, const std::string& key) {
  const auto keys = model_file(text).keys.left_alone;
  return std::find(keys.begin(), keys.end(), key) != keys.end();
}

}  // namespace

TEST_CASE("the family is told by model_type, else by the architecture", "[import]") {
  CHECK(details_of("mistral").attn_kv_heads == 8);
  CHECK(model_of(R"({"architectures": ["MistralForCausalLM"]})").details.attn_kv_heads == 8);
  CHECK(model_of(config("llama", R"("architectures": ["MistralForCausalLM"])"))
            .details.attn_kv_heads == 32);
  CHECK(details_of("kimi_k2").attn_kind == AttentionKind::kMla);
}

TEST_CASE("what no family is called lists the known ones", "[import]") {
  CHECK_THAT(message_of(config("gptj")),
             Catch::StartsWith("config.json: model_type is \"gptj\", expected llama, mistral, ") &&
                 Catch::Contains("or grok-1; --as NAME"));
  CHECK_THAT(message_of(R"({"architectures": ["FooForCausalLM"]})"),
             Catch::StartsWith("config.json: architectures[0] is \"FooForCausalLM\", which"));
  CHECK_THAT(message_of(R"({"hidden_size": 64})"),
             Catch::StartsWith("config.json has neither a model_type nor architectures; --as "));
  CHECK_THAT(message_of(config("llama"), {0, "lama"}),
             Catch::StartsWith("config.json: --as is 'lama', expected llama, "));
  CHECK(model_of(config("gptj"), {0, "llama"}).hidden == 4096);
  CHECK(model_of(R"({"hidden_size": 64, "num_attention_heads": 4})", {0, "llama"}).hidden == 64);
}

TEST_CASE("shapes may stand in a text_config", "[import]") {
  const std::string nested =
      config("gemma3", R"("vision_config": {}, "text_config": {"model_type": "gemma3_text",
                   "hidden_size": 512})");
  CHECK(model_of(nested).hidden == 512);
  CHECK(model_file(nested).notes.back() ==
        "config.json: vision_config is left out, the model is that of texts alone");
  const std::string untyped = config("llama4", R"("text_config": {"hidden_size": 1280})");
  CHECK(model_of(untyped).details.num_experts == 16);
  CHECK(message_of(config("llama4")) ==
        "config.json lacks the key 'text_config', where llama4 has its shapes");
  CHECK(message_of(config("llama4", R"("text_config": {"hidden_size": "wide"})")) ==
        "config.json: text_config.hidden_size is \"wide\", expected an integer from 1 to "
        "1000000000");
}

TEST_CASE("the head may be tied on the outer level alone", "[import]") {
  const std::string inner = R"("text_config": {"model_type": "gemma3_text"})";
  CHECK(details_of("gemma3", inner).tie_embeddings);
  CHECK_FALSE(details_of("gemma3", inner + R"(, "tie_word_embeddings": false)").tie_embeddings);
}

TEST_CASE("a missing key has the default of its family", "[import]") {
  CHECK(parameters_of(config("llama")) == 6'738'415'616);  // Llama-1 7B
  CHECK(details_of("llama").attn_kv_heads == 32);
  CHECK(details_of("llama", R"("num_attention_heads": 16)").attn_kv_heads == 16);
  CHECK(details_of("mistral").attn_window == 4096);
  CHECK(details_of("mixtral").attn_window == 0);
  CHECK(parameters_of(config("mixtral")) == 46'702'792'704);
  CHECK(details_of("gemma2").tie_embeddings);
  CHECK_FALSE(details_of("llama").tie_embeddings);
  CHECK(model_of(config("qwen3")).attn_size == 128);
  CHECK(model_of(config("qwen3_moe")).attn_size == 2048 / 32);
  CHECK(model_of(config("gemma2")).attn_size == 256);
  CHECK(model_of(config("gpt_oss")).attn_size == 64);
  CHECK(details_of("deepseek_v3").moe_first_dense_blocks == 3);
  CHECK(parameters_of(config("deepseek_v3")) == 671'026'419'200);
  CHECK(parameters_of(config("gpt_oss")) == 116'829'156'672);
  CHECK(parameters_of(config("gpt_neox")) == 20'554'567'680);
  CHECK(parameters_of(config("gpt2")) == 124'439'808);  // GPT-2 small
  CHECK(parameters_of(config("opt")) == 125'239'296);   // OPT-125M
  CHECK(message_of(config("deepseek_v2")) ==
        "config.json lacks the key 'num_experts_per_tok', which has no default in deepseek_v2");
}

TEST_CASE("null is what the family makes of it", "[import]") {
  CHECK(details_of("mistral", R"("sliding_window": null)").attn_window == 0);
  CHECK(details_of("mistral", R"("num_key_value_heads": null)").attn_kv_heads == 32);
  CHECK(details_of("deepseek_v3", R"("q_lora_rank": null)").mla_q_rank == 0);
  CHECK(details_of("deepseek_v3", R"("n_shared_experts": null)").moe_shared_feedforward == 0);
  CHECK(model_of(config("gpt2", R"("n_inner": null)")).feedforward == 4 * 768);
  CHECK(model_of(config("gpt2", R"("n_inner": 100)")).feedforward == 100);
  CHECK_THAT(message_of(config("llama", R"("hidden_size": null)")),
             Catch::StartsWith("config.json: hidden_size is null, expected "));
}

TEST_CASE("keys have other names in other versions", "[import]") {
  CHECK(model_of(config("gpt2", R"("n_embd": 96, "n_head": 12)")).hidden == 96);
  CHECK(model_of(config("bloom", R"("n_embed": 96)")).hidden == 96);
  CHECK(details_of("mixtral", R"("num_experts": 4)").num_experts == 4);
  CHECK(details_of("gpt_oss", R"("experts_per_token": 3)").top_k_experts == 3);
  CHECK(details_of("deepseek_v3", R"("num_local_experts": 16)").num_experts == 16);
  CHECK(message_of(config("mixtral", R"("num_experts": 4, "num_local_experts": 8)")) ==
        "config.json: num_experts is 4, but num_local_experts is 8, expected one of them");
}

TEST_CASE("what changes no shape is left alone", "[import]") {
  const std::string text =
      config("llama", R"("dtype": "bfloat16", "rope_parameters": {"rope_theta": 500000},
                         "quantization_config": {"quant_method": "fp8"})");
  CHECK(parameters_of(text) == parameters_of(config("llama")));
  CHECK(model_file(text).keys.left_alone ==
        std::vector<std::string>{"dtype", "rope_parameters", "quantization_config"});
  CHECK(is_left_alone(config("deepseek_v3", R"("head_dim": 64)"), "head_dim"));
  CHECK(is_left_alone(config("deepseek_v3", R"("num_key_value_heads": 2)"), "num_key_value_heads"));
  CHECK(is_left_alone(config("qwen2", R"("sliding_window": 1024)"), "sliding_window"));
}

TEST_CASE("the sequence is 4096 tokens, fewer positions or what is asked for", "[import]") {
  const ModelFile file = model_file(config("llama", R"("max_position_embeddings": 131072)"));
  CHECK(file.transformer.seq_size == 4096);
  CHECK(file.notes ==
        std::vector<std::string>{"config.json: seq_size is 4096, the smaller of 4096 and "
                                 "max_position_embeddings 131072; --seq N sets another"});
  CHECK(model_of(config("llama", R"("max_position_embeddings": 1000)")).seq_size == 1000);
  CHECK(model_of(config("gpt2")).seq_size == 1024);
  CHECK(model_of(config("bloom", R"("seq_length": 512)")).seq_size == 512);
  CHECK(model_of(config("llama"), {8192, ""}).seq_size == 8192);
  CHECK(model_file(config("llama"), {8192, ""}).notes.empty());
  CHECK(message_of(config("gpt2"), {2048, ""}) ==
        "config.json: --seq is 2048, expected at most n_positions 1024");
}

TEST_CASE("biases stand where the family has them", "[import]") {
  CHECK(details_of("qwen2").attn_bias == AttentionBias::kQkv);
  CHECK_FALSE(details_of("qwen2").linear_bias);
  CHECK(details_of("qwen2_moe", R"("qkv_bias": false)").attn_bias == AttentionBias::kAsLinear);
  CHECK(details_of("glm4_moe", R"("attention_bias": true, "head_dim": 128)").attn_bias ==
        AttentionBias::kQkv);
  CHECK(details_of("llama", R"("attention_bias": true)").attn_bias == AttentionBias::kAll);
  CHECK(details_of("llama", R"("mlp_bias": true)").attn_bias == AttentionBias::kNone);
  CHECK(details_of("gpt_oss").linear_bias);
  CHECK(details_of("gpt_oss").attn_bias == AttentionBias::kAsLinear);
  CHECK(details_of("gpt_oss", R"("attention_bias": false)").attn_bias == AttentionBias::kNone);
  CHECK(details_of("opt", R"("enable_bias": false)") == [] {
    ModelDetails details = details_of("opt");
    details.linear_bias = false;
    return details;
  }());
}

TEST_CASE("Falcon has three kinds of heads and norms", "[import]") {
  CHECK(details_of("falcon").attn_kv_heads == 1);
  CHECK(details_of("falcon").norms_per_block == 1);
  CHECK(details_of("falcon", R"("multi_query": false)").attn_kv_heads == 71);
  CHECK(details_of("falcon", R"("parallel_attn": false)").norms_per_block == 2);
  const std::string falcon_40b =
      config("falcon", R"("hidden_size": 8192, "num_hidden_layers": 60, "num_attention_heads": 128,
                   "num_kv_heads": 8, "new_decoder_architecture": true, "vocab_size": 65024)");
  CHECK(parameters_of(falcon_40b) == 41'303'293'952);
  CHECK(parameters_of(config("falcon")) == 6'921'720'704);  // Falcon-7B
}

TEST_CASE("Falcon-180B counts with a tied head and with one of its own", "[import]") {
  const std::string keys = R"("hidden_size": 14848, "num_hidden_layers": 80,
      "num_attention_heads": 232, "num_kv_heads": 8, "new_decoder_architecture": true)";
  CHECK(parameters_of(config("falcon", keys)) == 178'557'088'768);
  CHECK(parameters_of(config("falcon", keys + R"(, "tie_word_embeddings": false)")) ==
        179'522'565'120);
}

TEST_CASE("Llama-3.1-405B differs with 16 key/value heads", "[import]") {
  const auto of_heads = [](const std::string& heads) {
    return parameters_of(config(
        "llama", R"("hidden_size": 16384, "intermediate_size": 53248, "num_hidden_layers": 126,
                    "num_attention_heads": 128, "vocab_size": 128256, "num_key_value_heads": )" +
                     heads));
  };
  CHECK(of_heads("8") == 405'853'388'800);
  CHECK(of_heads("16") - of_heads("8") == std::int64_t{126} * 2 * 8 * 128 * 16384);
  CHECK(message_of(config("llama", R"("num_key_value_heads": 5)")) ==
        "config.json: num_key_value_heads is 5, expected a divisor of num_attention_heads 32");
}

TEST_CASE("heads times their width need not be the hidden width", "[import]") {
  const Transformer gemma = model_of(
      config("gemma2", R"("hidden_size": 4608, "num_attention_heads": 32, "head_dim": 128)"));
  CHECK(gemma.attn_heads * gemma.attn_size == 4096);
  CHECK(message_of(config("llama", R"("hidden_size": 100)")) ==
        "config.json: hidden_size is 100, expected a multiple of num_attention_heads 32, or a "
        "head_dim");
  CHECK(model_of(config("llama", R"("hidden_size": 100, "head_dim": 3)")).attn_size == 3);
}

TEST_CASE("a table of positions has two rows more in OPT", "[import]") {
  CHECK(details_of("opt").max_positions == 2050);
  CHECK(details_of("gpt2").max_positions == 1024);
  CHECK(details_of("bloom").position_embedding == PositionEmbedding::kNone);
  CHECK(details_of("bloom").embedding_norm);
  CHECK_FALSE(details_of("opt", R"("do_layer_norm_before": false)").final_norm);
  CHECK_THAT(message_of(config("opt", R"("word_embed_proj_dim": 512)")),
             Catch::StartsWith("config.json: word_embed_proj_dim is 512, expected hidden_size"));
}

TEST_CASE("each family says in its own way which blocks have experts", "[import]") {
  const auto pattern = [](const std::string& family, const std::string& keys) {
    const ModelDetails details = details_of(family, keys);
    return std::pair(details.moe_first_dense_blocks, details.moe_block_period);
  };
  using Pattern = std::pair<std::int64_t, std::int64_t>;
  CHECK(pattern("deepseek_v3", R"("first_k_dense_replace": 1)") == Pattern{1, 1});
  CHECK(pattern("deepseek_v3", R"("num_hidden_layers": 4, "moe_layer_freq": [0, 1, 1, 1])") ==
        Pattern{3, 1});
  CHECK(pattern("deepseek_v3", R"("num_hidden_layers": 4, "moe_layer_freq": [0, 1, 1, 1],
                                  "first_k_dense_replace": 0)") == Pattern{1, 1});
  CHECK(pattern("deepseek_v3", R"("moe_layer_freq": 2)") == Pattern{3, 2});  // 4, 6, ...
  CHECK(pattern("qwen3_moe", R"("decoder_sparse_step": 2)") == Pattern{0, 2});
  CHECK(pattern("qwen3_moe", R"("mlp_only_layers": [0, 1])") == Pattern{2, 1});
  CHECK(pattern("llama4_text", R"("interleave_moe_layer_step": 2)") == Pattern{0, 2});
  CHECK(pattern("llama4_text", R"("num_hidden_layers": 4, "moe_layers": [1, 3])") == Pattern{0, 2});
  CHECK(details_of("deepseek_v3", R"("first_k_dense_replace": 61)").num_experts == 0);
  CHECK(message_of(config("qwen3_moe", R"("mlp_only_layers": [5])")) ==
        "config.json has experts in blocks that moe_first_dense_blocks and moe_block_period "
        "cannot tell");
  CHECK_THAT(message_of(config("deepseek_v3", R"("moe_layer_freq": [1, 1])")),
             Catch::Contains("moe_layer_freq is an array of 2, expected an array of 61"));
}

TEST_CASE("shared experts are a number of experts or a width", "[import]") {
  CHECK(details_of("deepseek_v3", R"("n_shared_experts": 2)").moe_shared_feedforward == 4096);
  const ModelDetails qwen = details_of("qwen2_moe");
  CHECK(qwen.moe_shared_feedforward == 5632);
  CHECK(qwen.moe_shared_gate);
  const ModelDetails llama = details_of("llama4_text");
  CHECK(llama.moe_shared_feedforward == 8192);
  CHECK_FALSE(llama.moe_shared_gate);
  CHECK(model_of(config("llama4_text")).feedforward == 16384);
  CHECK(parameters_of(config("qwen2_moe")) == 14'315'784'192);  // Qwen1.5-MoE-A2.7B
}

TEST_CASE("windows are those of the family", "[import]") {
  const auto window = [](const std::string& family, const std::string& keys = "") {
    const ModelDetails details = details_of(family, keys);
    return std::pair(details.attn_window, details.attn_window_period);
  };
  using Window = std::pair<std::int64_t, std::int64_t>;
  CHECK(window("mistral") == Window{4096, 0});
  CHECK(window("qwen2") == Window{0, 0});
  CHECK(window("qwen2", R"("use_sliding_window": true, "max_window_layers": 16)") ==
        Window{4096, 2});
  CHECK(window("gemma2") == Window{4096, 2});
  CHECK(window("gpt_oss") == Window{128, 2});
  CHECK(window("gemma3_text") == Window{4096, 6});
  CHECK(window("gemma3_text", R"("num_hidden_layers": 3, "layer_types":
      ["sliding_attention", "full_attention", "sliding_attention"])") == Window{4096, 3});
  CHECK(window("llama4_text") == Window{8192, 4});
  CHECK(message_of(config("gpt_oss", R"("num_hidden_layers": 2,
                          "layer_types": ["linear_attention", "full_attention"])")) ==
        "config.json: layer_types[0] is \"linear_attention\", a kind of layer that is not "
        "modelled; expected full_attention, sliding_attention or chunked_attention");
}

TEST_CASE("blocks of kinds that are not modelled are refused by name", "[import]") {
  CHECK(message_of(config("nemotron_h")) ==
        "config.json: model_type is nemotron_h, which has what is not modelled: Mamba-2 blocks");
  CHECK_THAT(message_of(config("qwen3_next")), Catch::Contains("linear attention"));
  CHECK_THAT(message_of(config("deepseek_v32")), Catch::Contains("sparse attention"));
  CHECK_THAT(message_of(config("kimi_k3", R"("text_config": {"model_type": "kimi_linear"})")),
             Catch::Contains("text_config.model_type is kimi_linear, which has what is not "
                             "modelled: linear attention (KDA)"));
  CHECK_THAT(message_of(config("gemma4", R"("text_config": {})")),
             Catch::Contains("dense MLP beside the experts"));
  CHECK(message_of(config("deepseek_v3", R"("index_topk": 2048)")) ==
        "config.json has the key 'index_topk', which tells of what is not modelled: sparse "
        "attention by an indexer");
  CHECK(message_of(config("llama", R"("mamba_num_heads": null)")) == "(no error)");
}

TEST_CASE("keys that are read, defaulted and left alone are known", "[import]") {
  const KeyReport keys =
      model_file(config("llama", R"("hidden_size": 2048, "torch_dtype": "float16")")).keys;
  CHECK(keys.kind == "a configuration of the family llama");
  CHECK(keys.read == KeyReport::Keys{{"hidden_size", "2048"}});
  CHECK(keys.left_alone == std::vector<std::string>{"torch_dtype"});
  const auto defaulted = [&](const std::string& key, const std::string& value) {
    return std::find(keys.defaulted.begin(), keys.defaulted.end(), std::pair(key, value)) !=
           keys.defaulted.end();
  };
  CHECK(defaulted("num_attention_heads", "32"));
  CHECK(defaulted("head_dim", "64"));
  CHECK(defaulted("tie_word_embeddings", "false"));
}

}  // namespace calculon::test
