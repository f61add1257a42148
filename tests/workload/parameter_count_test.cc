#include "calculon/workload/parameter_count.h"

#include <catch2/catch.hpp>

#include "support/input_error_of.h"

namespace calculon::test {
namespace {

// Two blocks of width 8 with 4 heads of width 2 and an MLP of width 32.
Transformer small_model() {
  Transformer model;
  model.hidden = 8;
  model.feedforward = 32;
  model.seq_size = 16;
  model.attn_heads = 4;
  model.attn_size = 2;
  model.num_blocks = 2;
  return model;
}

// The same with RMSNorm, a gated MLP and no biases.
Transformer modern_model() {
  Transformer model = small_model();
  model.details.norm_kind = NormKind::kRmsNorm;
  model.details.mlp_gated = true;
  model.details.linear_bias = false;
  model.details.position_embedding = PositionEmbedding::kRope;
  return model;
}

BlockParameters first_block(const Transformer& model) {
  return count_parameters(model).blocks.front();
}

}  // namespace

TEST_CASE("a model of six keys has biases, LayerNorms and no vocabulary", "[workload]") {
  const ModelParameters count = count_parameters(small_model());
  const BlockParameters& block = count.blocks.front();
  CHECK(block.attention == 4 * 8 * 8 + 4 * 8);
  CHECK(block.mlp == 2 * 8 * 32 + 32 + 8);
  CHECK(block.norms == 2 * 2 * 8);
  CHECK(block.total == 288 + 552 + 32);
  CHECK(count.total == 2 * 872 + 2 * 8);
  CHECK(count.active == count.total);
  CHECK(count.embedding == 0);
  CHECK(count.head == 0);
  CHECK(count.positions == 0);
  CHECK(count.blocks.size() == 1);
}

TEST_CASE("a vocabulary has an embedding, a head and a table of positions", "[workload]") {
  Transformer model = small_model();
  model.details.vocab_size = 100;
  CHECK(count_parameters(model).embedding == 800);
  CHECK(count_parameters(model).head == 0);
  CHECK(count_parameters(model).positions == 16 * 8);
  CHECK(count_parameters(model).total == 2 * 872 + 16 + 800 + 128);
  model.details.tie_embeddings = false;
  model.details.max_positions = 20;
  model.details.embedding_norm = true;
  CHECK(count_parameters(model).head == 800);
  CHECK(count_parameters(model).positions == 160);
  CHECK(count_parameters(model).norms == 32);
  model.details.final_norm = false;
  model.details.position_embedding = PositionEmbedding::kNone;
  CHECK(count_parameters(model).total == 2 * 872 + 16 + 1600);
}

TEST_CASE("grouped heads, norms of queries and keys, sinks and biases count", "[workload]") {
  Transformer model = modern_model();
  CHECK(first_block(model).attention == 4 * 64);
  model.details.attn_kv_heads = 2;
  CHECK(first_block(model).attention == 2 * 64 + 2 * 32);
  model.details.qk_norm = true;
  model.details.attn_sinks = true;
  CHECK(first_block(model).attention == 192 + 2 * 2 + 4);
  model.details.attn_bias = AttentionBias::kQkv;
  CHECK(first_block(model).attention == 200 + 8 + 2 * 4);
  model.details.attn_bias = AttentionBias::kAll;
  CHECK(first_block(model).attention == 216 + 8);
  model.details.norms_per_block = 4;
  CHECK(first_block(model).norms == 4 * 8);
  CHECK(first_block(model).mlp == 3 * 8 * 32);
  model.details.linear_bias = true;
  model.details.attn_bias = AttentionBias::kNone;
  CHECK(first_block(model).attention == 200);
  CHECK(first_block(model).mlp == 3 * 8 * 32 + 2 * 32 + 8);
}

TEST_CASE("latent attention counts its projections and their two norms", "[workload]") {
  Transformer model = modern_model();
  model.details.attn_kind = AttentionKind::kMla;
  model.details.mla_kv_rank = 5;
  model.details.mla_nope_size = 3;
  model.details.mla_rope_size = 1;
  model.details.mla_value_size = 2;
  const std::int64_t keys_and_values = 8 * (5 + 1) + 5 + 5 * 4 * (3 + 2);
  const std::int64_t output = 4 * 2 * 8;
  CHECK(first_block(model).attention == 8 * 4 * (3 + 1) + keys_and_values + output);
  model.details.mla_q_rank = 6;
  const std::int64_t queries = 8 * 6 + 6 + 6 * 4 * (3 + 1);
  CHECK(first_block(model).attention == queries + keys_and_values + output);
  model.details.attn_kv_heads = 2;  // plays no part
  model.details.linear_bias = true;
  CHECK(first_block(model).attention == queries + keys_and_values + output);
  model.details.attn_bias = AttentionBias::kAll;
  CHECK(first_block(model).attention == queries + keys_and_values + output + 6 + (5 + 1) + 8);
}

TEST_CASE("of the experts a token meets some", "[workload]") {
  Transformer model = modern_model();
  model.num_blocks = 7;
  model.details.num_experts = 6;
  model.details.top_k_experts = 2;
  model.details.moe_feedforward = 5;
  model.details.moe_shared_feedforward = 10;
  model.details.moe_first_dense_blocks = 1;
  model.details.moe_block_period = 2;
  model.details.moe_router_bias = true;
  model.details.moe_shared_gate = true;
  const ModelParameters count = count_parameters(model);
  REQUIRE(count.blocks.size() == 2);
  const BlockParameters& dense = count.blocks[0];
  const BlockParameters& mixture = count.blocks[1];
  CHECK(dense.num_blocks == 4);
  CHECK(mixture.num_blocks == 3);
  CHECK(dense.mlp == 3 * 8 * 32);
  CHECK(dense.experts == 0);
  CHECK(mixture.mlp == 0);
  CHECK(mixture.experts == 6 * 3 * 8 * 5);
  CHECK(mixture.shared == 3 * 8 * 10 + 8);
  CHECK(mixture.router == 6 * 8 + 6);
  CHECK(mixture.total == 256 + 720 + 248 + 54 + 16);
  CHECK(mixture.active == 256 + 240 + 248 + 54 + 16);
  CHECK(count.total == 4 * dense.total + 3 * mixture.total + 8);
  CHECK(count.active == 4 * dense.total + 3 * mixture.active + 8);
}

TEST_CASE("a prediction block is like the last block and joins two states", "[workload]") {
  Transformer model = modern_model();
  CHECK(count_parameters(model).prediction == 0);
  const std::int64_t total = count_parameters(model).total;
  model.details.mtp_blocks = 2;
  const std::int64_t block = first_block(model).total;
  CHECK(count_parameters(model).prediction == 2 * (block + 2 * 8 * 8 + 3 * 8));
  CHECK(count_parameters(model).total == total);
}

TEST_CASE("GPT-3 175B has 174,604,259,328 parameters", "[workload]") {
  Transformer model;
  model.hidden = 12288;
  model.feedforward = 49152;
  model.seq_size = 2048;
  model.attn_heads = 96;
  model.attn_size = 128;
  model.num_blocks = 96;
  model.details.vocab_size = 50257;
  CHECK(count_parameters(model).total == 174'604'259'328);
}

TEST_CASE("more parameters than a number holds are refused", "[workload]") {
  Transformer model = small_model();
  model.hidden = 1'000'000'000;
  model.feedforward = 1'000'000'000;
  model.num_blocks = 1'000'000'000;
  CHECK(input_error_of([&] { count_parameters(model); }) ==
        "the model has 2^63 parameters or more, which are not counted");
}

}  // namespace calculon::test
