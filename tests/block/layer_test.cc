// Every layer builder on sizes small enough to work its figures by hand from the catalogues of
// docs/model.md. Elements have 2 bytes (float16).
#include "block/layer.h"

#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "calculon/strategy/strategy.h"

namespace calculon::test {
namespace {

// Microbatches of 2 sequences of 4 tokens with 6 elements: 8 tokens, A = 48 elements.
Transformer model() {
  Transformer transformer;
  transformer.hidden = 6;
  transformer.seq_size = 4;
  transformer.feedforward = 24;
  transformer.attn_heads = 2;
  transformer.attn_size = 3;
  transformer.num_blocks = 1;
  return transformer;
}

BlockChoices choices(std::int64_t tensor_par = 1, TensorParCommType type = TensorParCommType::kAr) {
  BlockChoices block;
  block.tensor_par = tensor_par;
  block.tensor_par_comm_type = type;
  block.microbatch_size = 2;
  return block;
}

// What is expected of a layer; passes are forward, activation gradient, weight gradient.
struct Figures {
  std::array<double, kNumPasses> flops{};
  std::array<double, kNumPasses> traffic_bytes{};
  double input = 0;  // elements
  double output = 0;
  double activation_bytes = 0;
  double gradient_bytes = 0;  // of the activation
  double weights = 0;
  double collective_bytes = 0;
  double group = 1;
};

std::string text(const Figures& f) {
  return fmt::format(
      "flops {} {} {}, traffic {} {} {}, in {}, out {}, activation {}, gradient {}, weights {}, "
      "collective {} in {}",
      f.flops[0], f.flops[1], f.flops[2], f.traffic_bytes[0], f.traffic_bytes[1],
      f.traffic_bytes[2], f.input, f.output, f.activation_bytes, f.gradient_bytes, f.weights,
      f.collective_bytes, f.group);
}

// A layer's figures as the same text. Output bytes and moments follow from the others.
std::string text(const Layer& layer) {
  CHECK(layer.output_bytes == 2 * layer.output_elements);
  CHECK(layer.moments == 2 * layer.weights);
  return text(Figures{layer.flops, layer.traffic_bytes, layer.input_elements, layer.output_elements,
                      layer.activation_bytes, layer.activation_grad_bytes, layer.weights,
                      layer.collective.bytes, layer.collective.group});
}

struct Expected {
  Layer layer;
  Figures figures;
};

void check(const std::vector<Expected>& cases, bool on_matrix_engine) {
  for (const Expected& expected : cases) {
    INFO(expected.layer.name);
    CHECK(text(expected.layer) == text(expected.figures));
    CHECK(expected.layer.on_matrix_engine == on_matrix_engine);
  }
}

}  // namespace

TEST_CASE("products have the flops and bytes of their sizes", "[block]") {
  const Transformer transformer = model();
  const BlockChoices block = choices();
  const BlockShape shape(transformer, block);
  check(
      {
          // Linear(2, 3, 5): 2mnk = 60; in 6, out 10, w 15: forward (6 + 10 + 15) * 2 bytes,
          // backward the weights, the kept input and the gradient, as many.
          {linear(shape, "linear", 2, 3, 5), {{60, 60, 60}, {62, 62, 62}, 6, 10, 12, 20, 15}},
          // BatchMatMul(7; 2, 3, 5): 2qmnk = 420, backward two products; both operands are kept:
          // 7 * (6 + 15) = 147 elements, 7 * 10 = 70 come out; no weights.
          {batch_matmul(shape, "batch_matmul", 7, 7, 2, 3, 5),
           {{420, 840, 0}, {434, 434, 0}, 147, 70, 294, 140}},
          // ExpertLinear(7; 2, 3, 5): seven times the Linear above.
          {expert_linear(shape, "expert_linear", 7, 2, 3, 5),
           {{420, 420, 420}, {434, 434, 434}, 42, 70, 84, 140, 105}},
      },
      true);
}

TEST_CASE("layers of the vector engine count passes over their elements", "[block]") {
  const Transformer transformer = model();
  const BlockChoices block = choices();
  const BlockShape shape(transformer, block);
  check(
      {
          // LayerNorm(10, 6): 9x, 14x, 7x; w = 2h = 12; (10 + 10 + 12) * 2 bytes in every pass.
          {layer_norm(shape, "layer_norm", 10), {{90, 140, 70}, {64, 64, 64}, 10, 10, 20, 20, 12}},
          // DropOut(10): a mask of one byte per element; 2 * 10 * 2 + 10 bytes move.
          {dropout(shape, "dropout", 10), {{10, 10, 0}, {50, 50, 0}, 10, 10, 10, 10}},
          // GeLU(10): 8x, 13x; 2x * e = 40 bytes both ways, which fusion leaves as they are (A1).
          {gelu(shape, "gelu", 10, false), {{80, 130, 0}, {40, 40, 0}, 10, 10, 20, 20}},
          {gelu(shape, "fused gelu", 10, true), {{80, 130, 0}, {40, 40, 0}, 10, 10, 0, 0}},
          // SwiGLU(10): 9y, 15y; keeps 2y elements of each (M19).
          {swiglu(shape, "swiglu", 10, false), {{90, 150, 0}, {40, 40, 0}, 10, 10, 40, 40}},
          {swiglu(shape, "fused swiglu", 10, true), {{90, 150, 0}, {40, 40, 0}, 10, 10, 0, 0}},
          // SoftMax(10): 5x, 8x.
          {softmax(shape, "softmax", 10), {{50, 80, 0}, {40, 40, 0}, 10, 10, 20, 20}},
          // ElementWise(4, 10): max(x, y) and x + y flops; 14 elements in, 10 out.
          {element_wise(shape, "element_wise", 4, 10), {{10, 14, 0}, {48, 48, 0}, 14, 10, 28, 20}},
          // Fork(10, 3): free in forward; three gradients come in and one goes out.
          {fork(shape, "fork", 10, 3), {{0, 30, 0}, {0, 80, 0}, 10, 0, 20, 0}},
          // TopK(10) of 4 experts, k = 3: ky = 30; floor(10 / 4) * 3 = 6 results (M17).
          {top_k(shape, "top_k", 10, 4, 3), {{30, 30, 0}, {20, 20, 0}, 10, 6}},
          // Transform(10): one flop and one pass for each element.
          {transform(shape, "transform", 10, 1), {{10, 10, 0}, {20, 20, 0}, 10, 10}},
      },
      false);
}

TEST_CASE("collectives that stand alone count additions and memory passes", "[block]") {
  const Transformer transformer = model();
  const BlockChoices all_reduce = choices(4);
  const BlockChoices split = choices(4, TensorParCommType::kRsAg);
  const BlockShape ar(transformer, all_reduce);
  const BlockShape rs_ag(transformer, split);
  // A = 48 elements or 96 bytes, over 4 processors: 48 * 3 / 4 = 36 additions where it reduces.
  check(
      {
          // F reduces in backward: 2A * e = 192 bytes move there, and the gradient is A * e.
          {collective_layer(ar, "F", CollectiveKind::kGather),
           {{0, 36, 0}, {0, 192, 0}, 48, 48, 0, 96, 0, 96, 4}},
          // G is the mirror image.
          {collective_layer(ar, "G", CollectiveKind::kReduce),
           {{36, 0, 0}, {192, 0, 0}, 48, 48, 96, 0, 0, 96, 4}},
          // Split collectives move 2A * e bytes both ways and keep A * e / t = 24 bytes of each.
          {collective_layer(rs_ag, "split F", CollectiveKind::kGather),
           {{0, 36, 0}, {192, 192, 0}, 48, 48, 24, 24, 0, 96, 4}},
          {collective_layer(rs_ag, "split G", CollectiveKind::kReduce),
           {{36, 0, 0}, {192, 192, 0}, 48, 48, 24, 24, 0, 96, 4}},
      },
      false);
}

TEST_CASE("collectives between experts count as split ones of their own group", "[block]") {
  const Transformer transformer = model();
  BlockChoices block = choices();
  block.model_MoE = true;
  block.expert_par = block.expert_slice = 5;
  const BlockShape shape(transformer, block);
  check(
      {
          // SliceComm(F, 20) over 5: 20 * 4 / 5 = 16 additions in backward; 2 * 20 * 2 bytes move
          // both ways; 40 / 5 bytes are kept of each.
          {slice_collective_layer(shape, "slice gather", CollectiveKind::kGather, 20),
           {{0, 16, 0}, {80, 80, 0}, 20, 20, 8, 8, 0, 40, 5}},
          {slice_collective_layer(shape, "slice reduce", CollectiveKind::kReduce, 20),
           {{16, 0, 0}, {80, 80, 0}, 20, 20, 8, 8, 0, 40, 5}},
          // AllToAll(20): 20 elements in and out, both ways.
          {all_to_all(shape, "all_to_all", 20), {{0, 0, 0}, {80, 80, 0}, 20, 20, 40, 40, 0, 40, 5}},
      },
      false);
}

TEST_CASE("a collective of one processor is nothing", "[block]") {
  const Transformer transformer = model();
  const BlockChoices block = choices();
  const BlockShape shape(transformer, block);
  check(
      {
          {collective_layer(shape, "F", CollectiveKind::kGather), {}},
          {slice_collective_layer(shape, "slice", CollectiveKind::kReduce, 20), {}},
          {all_to_all(shape, "all_to_all", 20), {}},
      },
      false);
}

TEST_CASE("a tiled product keeps what its communication type leaves it", "[block]") {
  const Transformer transformer = model();
  const BlockChoices all_reduce = choices(4);
  const BlockChoices split = choices(4, TensorParCommType::kRsAg);
  const BlockShape ar(transformer, all_reduce);
  const BlockShape rs_ag(transformer, split);
  const auto gather = CollectiveKind::kGather;
  const auto reduce = CollectiveKind::kReduce;
  check(
      {
          // Column, (8, 6, 20) with the width over 4: 2 * 8 * 6 * 5 = 480; in 48, out 40, w 30;
          // forward (48 + 40 + 30) * 2 bytes. The collective carries the input.
          // rs_ag keeps mn/t = 12 elements and mk = 40 of gradient: (30 + 12 + 40) * 2 bytes.
          {tiled_linear(rs_ag, "split column", gather, 8, 6, 20),
           {{480, 480, 480}, {236, 164, 164}, 48, 40, 24, 80, 30, 96, 4}},
          // ar keeps mn = 48 elements and no gradient: (30 + 48) * 2 bytes.
          {tiled_linear(ar, "column", gather, 8, 6, 20),
           {{480, 480, 480}, {236, 156, 156}, 48, 40, 96, 0, 30, 96, 4}},
          // Row, (8, 20, 6) with the depth over 4: as many flops; in 40, out 48, w 30. The
          // collective carries the output. rs_ag keeps mn = 40 and 2mk/t = 24 of gradient.
          {tiled_linear(rs_ag, "split row", reduce, 8, 20, 6),
           {{480, 480, 480}, {236, 188, 188}, 40, 48, 80, 48, 30, 96, 4}},
          // ar keeps nothing and 2mk = 96 of gradient: (30 + 96) * 2 bytes.
          {tiled_linear(ar, "row", reduce, 8, 20, 6),
           {{480, 480, 480}, {236, 252, 252}, 40, 48, 0, 192, 30, 96, 4}},
      },
      true);
  CHECK(tiled_linear(ar, "row", reduce, 8, 20, 6).collective.tiled);
}

TEST_CASE("embedding, head and loss share the vocabulary in the tensor group", "[block]") {
  const Transformer transformer = model();
  const BlockChoices block = choices(4);
  const BlockShape shape(transformer, block);
  // A vocabulary of 80 rows, 20 on a processor.
  check(
      {
          // Rows are read and written in forward, 2A * e = 192 bytes; gradients are read and added
          // to rows, 3A * e. Weights: (80 + 4 positions) / 4 rows of 6.
          {embedding(shape, "embedding", 80, 4), {{0, 0, 0}, {192, 0, 288}, 0, 0, 0, 0, 126}},
          // 160 logits: 5 and 2 flops for each, which are read and written both ways.
          {loss(shape, "loss", 80), {{800, 320, 0}, {640, 640, 0}}},
      },
      false);
  // Linear(8, 6, 20): 2 * 8 * 6 * 20 = 1920; in 48, out 160, w 120.
  check({{head(shape, "head", 80), {{1920, 1920, 1920}, {656, 656, 656}, 48, 160, 96, 320, 120}}},
        true);
}

}  // namespace calculon::test
