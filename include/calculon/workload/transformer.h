#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "calculon/base/field.h"
#include "calculon/workload/model_details.h"

namespace calculon {

// The model to train: a stack of equal transformer blocks (docs/model.md, "Notation"). Embedding,
// output head and loss are no part of it (quirk A7). The rows below say what each count means; all
// are positive once a file has been read.
struct Transformer {
  std::int64_t hidden = 0;
  std::int64_t feedforward = 0;
  std::int64_t seq_size = 0;
  std::int64_t attn_heads = 0;
  std::int64_t attn_size = 0;
  std::int64_t num_blocks = 0;
  ModelDetails details;

  // Parameters of the stack with biases and embeddings, as `lpc` counts them: a vocabulary of
  // 51200 is assumed and multi-head attention (quirk A6).
  double num_parameters() const;

  // What details stand for where 0 (or -1, of positions) leaves them to the counts.
  std::int64_t kv_heads() const {
    return details.attn_kv_heads > 0 ? details.attn_kv_heads : attn_heads;
  }
  std::int64_t expert_feedforward() const {
    return details.moe_feedforward > 0 ? details.moe_feedforward : feedforward;
  }
  std::int64_t positions() const {
    return details.max_positions >= 0 ? details.max_positions : seq_size;
  }
};

// Blocks with experts among the first `blocks` of a model, and among all; whether its last block
// has experts.
std::int64_t expert_blocks(const Transformer& transformer, std::int64_t blocks);
inline std::int64_t expert_blocks(const Transformer& transformer) {
  return expert_blocks(transformer, transformer.num_blocks);
}
inline bool ends_with_experts(const Transformer& transformer) {
  return expert_blocks(transformer) > expert_blocks(transformer, transformer.num_blocks - 1);
}

inline constexpr std::tuple kTransformerFields = {
    TypedField{"hidden", &Transformer::hidden, "width of the hidden state, elements"},
    TypedField{"feedforward", &Transformer::feedforward,
               "total width of the MLP's inner layer, elements"},
    TypedField{"seq_size", &Transformer::seq_size, "sequence length, tokens"},
    TypedField{"attn_heads", &Transformer::attn_heads, "attention heads"},
    TypedField{"attn_size", &Transformer::attn_size,
               "width of one head, elements; heads times width may differ from hidden"},
    TypedField{"num_blocks", &Transformer::num_blocks, "transformer blocks"},
};

// What a model says of itself that the published models do not know and that would change their
// answer: keys whose value differs from theirs. Keys that only describe what another of these keys
// brings are left out.
std::vector<std::string_view> unused_details(const Transformer& transformer);

// What is wrong with the details of a model as a whole (rules KC4 - KC7); empty if nothing is.
std::string contradiction(const Transformer& transformer);

// Reads and checks a model file: the six keys, each a positive integer (rule U01), any of
// kModelDetailFields, and kFreeKeys; `null` is as good as absent.
// `text` is the content, `file` its name in messages. Throws InputError.
Transformer parse_transformer(const std::string& file, const std::string& text);
Transformer read_transformer(const std::string& path);

}  // namespace calculon
