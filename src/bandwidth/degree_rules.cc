// Rules RA13 to RA28 of the bandwidth model in the order in which they are tested: whether the
// degrees divide what they split. RA20 to RA27 are what "scattered degrees divide local elements"
// amounts to for the tensors of the block.
#include "bandwidth/bandwidth_checks.h"
#include "bandwidth/exact.h"
#include "bandwidth/rule_check.h"

namespace calculon {
namespace {

// The shares of one worker, once rules RA13 to RA19 have made them whole.
struct LocalSizes {
  std::int64_t experts;
  std::int64_t tokens;
  std::int64_t width;
  std::int64_t heads;
  std::int64_t key_heads;
  std::int64_t hidden;
  std::int64_t written_tokens;  // in their role as keys and values
};

struct DegreeCase {
  const BandwidthInputs& in;
  const BandwidthShape& shape;
  LocalSizes local = {};
};

LocalSizes local_sizes(const BandwidthInputs& in, const BandwidthShape& shape) {
  LocalSizes local{};
  local.experts = in.num_experts / in.p_exp;
  local.tokens = shape.tokens_per_expert / in.p_seq;
  local.width = in.d_model / in.p_tensor_ext;
  local.heads = shape.num_heads / in.p_tensor_int;
  local.key_heads = in.no_multi_query_attn ? local.heads : 1;
  local.hidden = shape.d_ffn / in.p_tensor_int;
  local.written_tokens = shape.tokens_per_expert / in.p_tensor_ext;
  return local;
}

bool weights_scatter(const DegreeCase& c) {
  return divides({c.in.p_data, c.in.p_seq},
                 {c.local.experts, c.local.width, c.local.heads, c.in.d_head});
}

bool key_weights_scatter(const DegreeCase& c) {
  return c.in.no_multi_query_attn ? weights_scatter(c)
                                  : divides({c.in.p_data, c.in.p_seq, c.in.p_tensor_int},
                                            {c.local.experts, c.local.width, c.in.d_head});
}

constexpr TrainingRunRule kHidden = {
    "A26",
    "p_tensor_ext must divide a worker's hidden elements num_experts / p_exp * tokens / "
    "p_seq * d_ffn / p_tensor_int",
    {"p_tensor_ext", "tokens", "p_exp", "p_seq", "d_ffn", "p_tensor_int"},
    {"p_tensor_ext"}};
constexpr TrainingRunRule kOutput = {
    "A27",
    "p_tensor_int must divide a worker's output elements num_experts / p_exp * tokens / "
    "p_seq * d_model / p_tensor_ext",
    {"p_tensor_int", "tokens", "p_exp", "p_seq", "d_model", "p_tensor_ext"},
    {"p_tensor_int"}};

bool hidden_scatters(const DegreeCase& c) {
  return divides({c.in.p_tensor_ext}, {c.local.experts, c.local.tokens, c.local.hidden});
}
bool output_scatters(const DegreeCase& c) {
  return divides({c.in.p_tensor_int}, {c.local.experts, c.local.tokens, c.local.width});
}

using DegreeCheck = RuleCheck<DegreeCase>;

constexpr DegreeCheck kDegreeChecks[] = {
    {{"A13", "p_pipe must divide num_layers", {"p_pipe", "num_layers"}, {"p_pipe"}},
     [](const DegreeCase& c) { return divides(c.in.p_pipe, c.in.num_layers); }},
    {{"A14", "p_exp must divide num_experts", {"p_exp", "num_experts"}, {"p_exp"}},
     [](const DegreeCase& c) { return divides(c.in.p_exp, c.in.num_experts); }},
    {{"A15", "p_seq must divide the tokens per expert", {"p_seq", "tokens"}, {"p_seq"}},
     [](const DegreeCase& c) { return divides(c.in.p_seq, c.shape.tokens_per_expert); }},
    {{"A16",
      "p_tensor_ext must divide the tokens per expert",
      {"p_tensor_ext", "tokens"},
      {"p_tensor_ext"}},
     [](const DegreeCase& c) { return divides(c.in.p_tensor_ext, c.shape.tokens_per_expert); }},
    {{"A17", "p_tensor_ext must divide d_model", {"p_tensor_ext", "d_model"}, {"p_tensor_ext"}},
     [](const DegreeCase& c) { return divides(c.in.p_tensor_ext, c.in.d_model); }},
    {{"A18", "p_tensor_int must divide d_ffn", {"p_tensor_int", "d_ffn"}, {"p_tensor_int"}},
     [](const DegreeCase& c) { return divides(c.in.p_tensor_int, c.shape.d_ffn); }},
    {{"A19",
      "p_tensor_int must divide the number of heads",
      {"p_tensor_int", "num_heads"},
      {"p_tensor_int"}},
     [](const DegreeCase& c) { return divides(c.in.p_tensor_int, c.shape.num_heads); }},
};

constexpr DegreeCheck kScatterChecks[] = {
    {{"A20",
      "p_data * p_seq must divide a worker's query weights num_experts / p_exp * d_model / "
      "p_tensor_ext * num_heads / p_tensor_int * d_head",
      {"p_data", "p_seq", "d_model", "num_heads", "d_head"},
      {"p_data", "p_seq"}},
     weights_scatter},
    {{"A21",
      "p_data * p_seq (with multi-query attention * p_tensor_int) must divide a worker's "
      "key weights",
      {"p_data", "p_seq", "p_tensor_int", "d_model", "p_tensor_ext", "d_head"},
      {"p_data", "p_seq"}},
     key_weights_scatter},
    {{"A22",
      "p_data * p_seq must divide a worker's feed-forward weights num_experts / p_exp * "
      "d_model / p_tensor_ext * d_ffn / p_tensor_int",
      {"p_data", "p_seq", "d_model", "d_ffn"},
      {"p_data", "p_seq"}},
     [](const DegreeCase& c) {
       return divides({c.in.p_data, c.in.p_seq}, {c.local.experts, c.local.width, c.local.hidden});
     }},
    {{"A23",
      "p_tensor_ext must divide a worker's queries num_experts / p_exp * tokens / p_seq * "
      "num_heads / p_tensor_int * d_head",
      {"p_tensor_ext", "tokens", "p_seq", "num_heads", "p_tensor_int", "d_head"},
      {"p_tensor_ext"}},
     [](const DegreeCase& c) {
       return divides({c.in.p_tensor_ext},
                      {c.local.experts, c.local.tokens, c.local.heads, c.in.d_head});
     }},
    {{"A24",
      "p_seq must divide a worker's keys num_experts / p_exp * tokens / p_tensor_ext * "
      "d_head * key heads",
      {"p_seq", "tokens", "p_exp", "p_tensor_ext", "d_head"},
      {"p_seq"}},
     [](const DegreeCase& c) {
       return divides({c.in.p_seq},
                      {c.local.experts, c.local.written_tokens, c.in.d_head, c.local.key_heads});
     }},
    {{"A25",
      "p_tensor_ext must divide a worker's softmax denominators num_experts / p_exp * "
      "tokens / p_seq * num_heads / p_tensor_int",
      {"p_tensor_ext", "tokens", "p_exp", "p_seq", "num_heads", "p_tensor_int"},
      {"p_tensor_ext"}},
     [](const DegreeCase& c) {
       return divides({c.in.p_tensor_ext}, {c.local.experts, c.local.tokens, c.local.heads});
     }},
    // One block after the other reduces the attention output before the hidden units.
    {kOutput,
     [](const DegreeCase& c) { return !c.in.consecutive_attn_and_ffn || output_scatters(c); }},
    {kHidden, hidden_scatters},
    {kOutput, output_scatters},
    {{"A28",
      "dataset_size must be more than half a batch of tokens",
      {"dataset_size", "batch_size", "seq_len"},
      {"batch_size"},
      "give more training tokens"},
     [](const DegreeCase& c) { return c.shape.num_batches >= 1; }},
    {{"LIMIT",
      "the product of the degrees is beyond 2^53",
      {"p_data", "p_pipe", "p_exp", "p_seq", "p_tensor_int", "p_tensor_ext"},
      {"p_data"}},
     [](const DegreeCase& c) { return c.shape.workers > 0; }},
};

}  // namespace

const TrainingRunRule* check_degrees(const BandwidthInputs& in, const BandwidthShape& shape) {
  DegreeCase c{in, shape};
  if (const TrainingRunRule* rule = first_violated(kDegreeChecks, c)) {
    return rule;
  }
  c.local = local_sizes(in, shape);
  return first_violated(kScatterChecks, c);
}

}  // namespace calculon
