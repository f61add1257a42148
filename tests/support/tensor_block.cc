// A transformer block as tensors on six axes. EXPERT and TOKEN together enumerate the positions of
// a sequence, WRITE_EXPERT and WRITE_TOKEN the same positions in their role as keys and values. A
// tensor with SAMPLE and LAYER covers a sequence per replica and a layer per stage; the multipliers
// of the meter supply the rest.
#include "support/tensor_block.h"

#include "support/tensor.h"

namespace calculon {
namespace {

using tensors::Axis;
using tensors::Dimension;
using tensors::Tensor;
using tensors::TensorSpace;

struct Axes {
  const Axis& data;
  const Axis& pipe;
  const Axis& exp;
  const Axis& seq;
  const Axis& tensor_int;
  const Axis& tensor_ext;
};

Axes make_axes(TensorSpace& space, const BandwidthInputs& in) {
  constexpr bool kRotational = true;
  return {space.axis("DATA", in.p_data),
          space.axis("PIPE", in.p_pipe, kRotational),
          space.axis("EXP", in.p_exp),
          space.axis("SEQ", in.p_seq),
          space.axis("TENSOR_INT", in.p_tensor_int),
          space.axis("TENSOR_EXT", in.p_tensor_ext)};
}

struct Dimensions {
  const Dimension& sample;
  const Dimension& layer;
  const Dimension& expert;
  const Dimension& token;
  const Dimension& write_expert;
  const Dimension& write_token;
  const Dimension& d_model;
  const Dimension& d_ffn;
  const Dimension& attn_head;
  const Dimension& d_head;
};

Dimensions make_dimensions(TensorSpace& space, const Axes& axes, const BandwidthInputs& in,
                           const BandwidthShape& shape) {
  constexpr bool kAutoreduce = true;
  const std::int64_t tokens = shape.tokens_per_expert;
  return {space.dimension({"SAMPLE", in.p_data, &axes.data}),
          space.dimension({"LAYER", in.p_pipe, &axes.pipe, false, in.num_layers}),
          space.dimension({"EXPERT", in.num_experts, &axes.exp}),
          space.dimension({"TOKEN", tokens, &axes.seq}),
          space.dimension({"WRITE_EXPERT", in.num_experts, nullptr, kAutoreduce}),
          space.dimension({"WRITE_TOKEN", tokens, &axes.tensor_ext, kAutoreduce}),
          space.dimension({"D_MODEL", in.d_model, &axes.tensor_ext, kAutoreduce}),
          space.dimension({"D_FFN", shape.d_ffn, &axes.tensor_int, kAutoreduce}),
          space.dimension({"ATTN_HEAD", shape.num_heads, &axes.tensor_int}),
          space.dimension({"D_HEAD", in.d_head, nullptr, kAutoreduce})};
}

struct Weights {
  Tensor query, key, value, output;
  Tensor up, gate, down;
};

class Block {
 public:
  Block(const BandwidthInputs& inputs, const BandwidthShape& shape)
      : in_(inputs),
        shape_(shape),
        axes_(make_axes(space_, inputs)),
        dims_(make_dimensions(space_, axes_, inputs, shape)) {}

  RunCosts run() {
    const double layers_per_stage =
        static_cast<double>(in_.num_layers) / static_cast<double>(in_.p_pipe);
    const double sequences = static_cast<double>(in_.batch_size) / static_cast<double>(in_.p_data);
    space_.metered(shape_.num_batches, [&] {
      Weights weights;
      space_.metered(layers_per_stage, [&] { weights = gathered_weights(); });
      space_.metered(layers_per_stage * sequences, [&] { block(weights); });  // quirk TA15
    });
    return space_.total();
  }

 private:
  // A weight is scattered over the workers that share it, and gathered once per batch.
  Tensor weight(std::vector<const Dimension*> own, bool shared_by_heads = false) {
    own.insert(own.end(), {&dims_.layer, &dims_.expert, &dims_.d_model});
    std::set<const Axis*> scattered = {&axes_.data, &axes_.seq};
    if (shared_by_heads) {
      scattered.insert(&axes_.tensor_int);
    }
    return space_.broadcast(space_.tensor(std::move(own), std::move(scattered)));
  }

  Weights gathered_weights() {
    const bool multi_query = !in_.no_multi_query_attn;
    const std::vector<const Dimension*> heads = {&dims_.attn_head, &dims_.d_head};
    const std::vector<const Dimension*> one_head = {&dims_.d_head};
    Weights weights;
    weights.query = weight(heads);
    weights.output = weight(heads);
    weights.key = weight(multi_query ? one_head : heads, multi_query);
    weights.value = weight(multi_query ? one_head : heads, multi_query);
    weights.up = weight({&dims_.d_ffn});
    weights.down = weight({&dims_.d_ffn});
    if (in_.use_glu) {
      weights.gate = weight({&dims_.d_ffn});
    }
    return weights;
  }

  // Keys or values: every worker gets those of the positions it writes to.
  Tensor written(const Tensor& weight, const Tensor& x) {
    const Tensor read =
        space_.reduce(space_.product(weight, x), dims_.d_model, {&dims_.token, &dims_.write_token});
    return space_.broadcast(space_.scatter_transpose(read, dims_.expert, dims_.write_expert));
  }

  Tensor attention(const Weights& weights, const Tensor& x) {
    const Tensor queries = space_.dot(weights.query, x);
    const Tensor keys = written(weights.key, x);
    const Tensor values = written(weights.value, x);
    const Tensor scores = space_.dot(queries, keys);
    const Tensor denominators =
        space_.allreduce(space_.reduce(scores, dims_.write_expert), dims_.write_token);
    const Tensor normalized = space_.product(scores, denominators);
    const Tensor heads = space_.dot(normalized, values);
    return space_.dot(weights.output, heads);  // not yet summed over the heads
  }

  Tensor feed_forward(const Weights& weights, const Tensor& x) {
    Tensor hidden = space_.dot(weights.up, x);
    if (in_.use_glu) {
      hidden = space_.product(hidden, space_.dot(weights.gate, x));
    }
    return space_.product(weights.down, hidden);  // not yet summed over the hidden units
  }

  void block(const Weights& weights) {
    Tensor x =
        space_.tensor({&dims_.sample, &dims_.layer, &dims_.expert, &dims_.token, &dims_.d_model});
    const std::vector<const Dimension*> next_block = {&dims_.layer, &dims_.expert};
    const Tensor attended = attention(weights, x);
    if (in_.consecutive_attn_and_ffn) {
      x = space_.allreduce(attended, dims_.attn_head);
      space_.allreduce(feed_forward(weights, x), dims_.d_ffn, next_block);
    } else {
      const Tensor fed = feed_forward(weights, x);
      space_.broadcast(space_.reduce_with(attended, fed, dims_.attn_head, dims_.d_ffn), next_block);
    }
  }

  const BandwidthInputs& in_;
  const BandwidthShape& shape_;
  TensorSpace space_;
  Axes axes_;
  Dimensions dims_;
};

}  // namespace

RunCosts tensor_costs(const BandwidthInputs& inputs, const BandwidthShape& shape) {
  return Block(inputs, shape).run();
}

}  // namespace calculon
