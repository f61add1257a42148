#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "calculon/hardware/system.h"
#include "calculon/strategy/strategy.h"

namespace calculon {

// One layer of a block on one processor: what each pass computes, moves and communicates, before
// any machine is asked how long that takes (docs/model.md, "Layers").

enum class Pass { kForward, kAgrad, kWgrad };
inline constexpr std::size_t kNumPasses = 3;

// A chunk's last block, the edge block, hands over to the next pipeline stage; the others are base
// blocks. They differ in communication only.
enum class BlockKind { kBase, kEdge };
inline constexpr std::size_t kNumBlockKinds = 2;

// Where a layer's tensor-parallel collective stands. A gather comes before a column-split product:
// forward all-gathers the input (or has it already), backward reduces its gradient. A reduction
// comes after a row-split product and is the mirror image. An all-to-all sends tokens to their
// experts or back, in both passes alike.
enum class CollectiveKind { kNone, kGather, kReduce, kAllToAll };

// Among which processors a collective runs, and in which sums its time stands.
enum class CommFamily { kTensor, kExpert, kExpertSlice };

struct Collective {
  CollectiveKind kind = CollectiveKind::kNone;
  CommFamily family = CommFamily::kTensor;
  double group = 1;    // processors
  bool tiled = false;  // overlapped with the product it stands in
  // Reduce-scatter and all-gather whatever the communication type, in all blocks.
  bool always_splits = false;
  double bytes = 0;  // the full buffer
};

struct Layer {
  std::string_view name;
  bool on_matrix_engine = false;

  std::array<double, kNumPasses> flops{};
  std::array<double, kNumPasses> traffic_bytes{};  // between processor and tier-1 memory
  double input_elements = 0;
  double output_elements = 0;
  double output_bytes = 0;
  double activation_bytes = 0;  // kept for backward
  double activation_grad_bytes = 0;
  double weights = 0;  // elements; as many weight gradients
  double moments = 0;  // elements of the optimizer's state
  Collective collective;
  bool of_experts = false;  // its weights are replicated as the experts are

  bool recompute = false;          // forward is repeated in backward
  bool recommunicate = false;      // forward communication is repeated in backward
  bool activation_reused = false;  // shares another layer's buffer: no working space of its own
  bool activation_stored = true;   // activation is kept until backward
  bool output_stored = true;       // output is kept until backward
};

// What the layers of one block have in common.
struct BlockShape {
  BlockShape(const Transformer& transformer, const BlockChoices& choices);

  const Transformer& transformer;
  const BlockChoices& choices;
  double element_bytes;
  double tensor_par;
  TensorParCommType comm_type;
  double tokens;                // of a microbatch
  double scattered_tokens;      // a processor's share of them under sequence parallelism
  double full_activation;       // tokens * hidden, elements
  double scattered_activation;  // a processor's share of it under sequence parallelism
  double block_activation;      // what layers outside the split products work on: one of the two
  bool recompute_all;
  bool recompute_attention;
  bool regather_attention;     // the gathered input of attention is gathered again in backward
  bool drops_attention_input;  // and not kept till then
  bool regather_mlp;
  bool regather_tokens;  // of experts, among their slices

  // What of the model's details (model_details.h) the rules let in.
  double key_value_heads() const;
  bool gated() const;  // the MLP, or the experts
  double norm_weights() const;
  double expert_feedforward() const;
};

// The builders below make one layer each and leave the flags at their defaults. Sizes are elements.
Layer linear(const BlockShape&, std::string_view name, double m, double n, double k);
// `batch` products of [m, n] and [n, k], of whose second factors `shared` are different ones.
Layer batch_matmul(const BlockShape&, std::string_view name, double batch, double shared, double m,
                   double n, double k);
Layer layer_norm(const BlockShape&, std::string_view name, double size);
Layer dropout(const BlockShape&, std::string_view name, double size);
Layer gelu(const BlockShape&, std::string_view name, double size, bool fused);
Layer swiglu(const BlockShape&, std::string_view name, double size, bool fused);
Layer softmax(const BlockShape&, std::string_view name, double size);
Layer element_wise(const BlockShape&, std::string_view name, double left, double right);
Layer fork(const BlockShape&, std::string_view name, double size, double users);

// Products of all local experts, as one operation (quirk M21).
Layer expert_linear(const BlockShape&, std::string_view name, double experts, double m, double n,
                    double k);
// The choice of k of the experts for each of `tokens`, and what puts `size` elements into the order
// of the experts or back.
Layer top_k(const BlockShape&, std::string_view name, double tokens, double experts, double k);
Layer transform(const BlockShape&, std::string_view name, double size, double flops_per_element);

// A collective of the tensor group that stands alone and overlaps nothing. All zero without tensor
// parallelism.
Layer collective_layer(const BlockShape&, std::string_view name, CollectiveKind kind);
// The same among the slices of an expert, on `size` elements.
Layer slice_collective_layer(const BlockShape&, std::string_view name, CollectiveKind kind,
                             double size);
Layer all_to_all(const BlockShape&, std::string_view name, double size);
// The all-gather of `size` elements of keys and values among the processors that share heads.
Layer shared_key_gather(const BlockShape&, std::string_view name, double size, double group);

// A product split over the tensor group whose collective is overlapped tile by tile: a gather
// splits the output width k, a reduction the input width n; both are given whole.
Layer tiled_linear(const BlockShape&, std::string_view name, CollectiveKind kind, double m,
                   double n, double k);

// What stands before and behind the blocks of a model (docs/hetero.md, "Profiles from the model").
// `vocabulary` is the model's, which the tensor group shares, as it does `positions`, the rows of a
// learned table. The embedding looks up a row per token and adds gradients to rows: memory traffic
// alone. The head is the product with the
// vocabulary, the loss softmax and cross entropy over its logits. None of the three has its
// collective with it.
Layer embedding(const BlockShape&, std::string_view name, double vocabulary, double positions);
Layer head(const BlockShape&, std::string_view name, double vocabulary);
Layer loss(const BlockShape&, std::string_view name, double vocabulary);

}  // namespace calculon
