#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "calculon/bandwidth/input_field.h"
#include "calculon/bandwidth/model_version.h"

namespace calculon {

// A training run as the bandwidth model sees it: a mixture-of-experts transformer on a grid of
// workers ("clusters") with six axes. Counts are int64, members have the published names.
struct BandwidthInputs {
  std::int64_t batch_size = 2048;
  std::int64_t num_experts = 1;
  std::int64_t seq_len = 2048;
  bool use_glu = false;
  bool no_multi_query_attn = false;
  bool activation_checkpointing = false;
  bool consecutive_attn_and_ffn = false;
  double dataset_size = 0;
  std::int64_t num_layers = 0;
  std::int64_t d_model = 0;
  std::optional<std::int64_t> d_ffn_ratio;
  std::optional<std::int64_t> d_ffn;
  std::int64_t d_head = 64;
  std::optional<std::int64_t> num_heads;
  std::optional<double> total_attn_width_ratio;
  std::int64_t p_data = 1;
  std::int64_t p_pipe = 1;
  std::int64_t p_exp = 1;
  std::int64_t p_seq = 1;
  std::int64_t p_tensor_int = 1;
  std::int64_t p_tensor_ext = 1;
  std::optional<double> cluster_flop_rate;
  bool skip_efficiency_check = false;
  bool fwd_only = false;
  std::int64_t net_precision_bytes = 2;
};

inline constexpr std::array<InputField<BandwidthInputs>, 25> kBandwidthInputFields = [] {
  using In = BandwidthInputs;
  using Row = InputField<In>;
  constexpr bool kRequired = true;
  return std::array<Row, 25>{
      Row{"batch_size", &In::batch_size, "sequences of a batch"},
      Row{"num_experts", &In::num_experts, "experts, of which a token goes to one"},
      Row{"seq_len", &In::seq_len, "tokens of a sequence"},
      Row{"use_glu", &In::use_glu, "gated feed-forward: a second up-projection"},
      Row{"no_multi_query_attn", &In::no_multi_query_attn,
          "a key and value head for every query head instead of one for all"},
      Row{"activation_checkpointing", &In::activation_checkpointing,
          "backward repeats the forward pass"},
      Row{"consecutive_attn_and_ffn", &In::consecutive_attn_and_ffn,
          "the feed-forward reads the reduced output of attention instead of the block's input"},
      Row{"dataset_size", &In::dataset_size, "training tokens", kRequired},
      Row{"num_layers", &In::num_layers, "layers", kRequired},
      Row{"d_model", &In::d_model, "width of the residual stream", kRequired},
      Row{"d_ffn_ratio", &In::d_ffn_ratio,
          "width of the feed-forward as a multiple of d_model (default: 4)"},
      Row{"d_ffn", &In::d_ffn, "width of the feed-forward"},
      Row{"d_head", &In::d_head, "width of a head"},
      Row{"num_heads", &In::num_heads, "query heads (default: d_model / d_head)"},
      Row{"total_attn_width_ratio", &In::total_attn_width_ratio,
          "width of all heads together as a multiple of d_model"},
      Row{"p_data", &In::p_data, "data parallelism"},
      Row{"p_pipe", &In::p_pipe, "pipeline parallelism"},
      Row{"p_exp", &In::p_exp, "expert parallelism"},
      Row{"p_seq", &In::p_seq, "sequence parallelism"},
      Row{"p_tensor_int", &In::p_tensor_int, "tensor parallelism over hidden units and heads"},
      Row{"p_tensor_ext", &In::p_tensor_ext, "tensor parallelism over the residual width"},
      Row{"cluster_flop_rate", &In::cluster_flop_rate,
          "FLOP/s of a worker; without it neither rates nor the run time are known"},
      Row{"skip_efficiency_check", &In::skip_efficiency_check, "do not test rules A6 to A12"},
      Row{"fwd_only", &In::fwd_only, "report the forward pass only"},
      Row{"net_precision_bytes", &In::net_precision_bytes, "bytes of a transmitted element"},
  };
}();

}  // namespace calculon
