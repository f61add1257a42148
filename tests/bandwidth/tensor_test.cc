// The operations of the tensor language, each counted by hand.
#include "support/tensor.h"

#include <catch2/catch.hpp>

namespace calculon::test {
namespace {

using namespace tensors;

// Four ranks along X, three along Y, and a pipeline of two stages for six layers.
struct Space {
  TensorSpace space;
  const Axis& x = space.axis("X", 4);
  const Axis& y = space.axis("Y", 3);
  const Axis& pipe = space.axis("PIPE", 2, true);
  const Dimension& rows = space.dimension({"ROWS", 8, &x, true});
  const Dimension& columns = space.dimension({"COLUMNS", 5, nullptr, true});
  const Dimension& other_rows = space.dimension({"OTHER_ROWS", 8});
  const Dimension& places = space.dimension({"PLACES", 8, &x});
  const Dimension& layers = space.dimension({"LAYERS", 2, &pipe, false, 6});
};

void check(const RunCosts& got, const RunCosts& expected) {
  CHECK(got.flop_fwd == expected.flop_fwd);
  CHECK(got.flop_bwd == expected.flop_bwd);
  CHECK(got.tx_fwd == expected.tx_fwd);
  CHECK(got.tx_bwd == expected.tx_bwd);
  CHECK(got.rx_fwd == expected.rx_fwd);
  CHECK(got.rx_bwd == expected.rx_bwd);
}

}  // namespace

TEST_CASE("a product is done by every worker that holds a copy", "[bandwidth]") {
  Space s;
  const Tensor result = s.space.product(s.space.tensor({&s.rows}), s.space.tensor({&s.columns}));
  CHECK(result.dimensions == std::vector<const Dimension*>{&s.rows, &s.columns});
  const double elements = 8 * 5 * 3 * 2;  // copies along Y and the pipeline
  check(s.space.total(), {elements, 4 * elements, 0, 0, 0, 0});
}

TEST_CASE("a reduction along an axis leaves its results scattered over it", "[bandwidth]") {
  Space s;
  const Tensor result = s.space.reduce(s.space.tensor({&s.rows, &s.other_rows}), s.rows);
  CHECK(result.dimensions == std::vector<const Dimension*>{&s.other_rows});
  CHECK(result.scattered == std::set<const Axis*>{&s.x});
  const double results = 8 * 3 * 2;
  check(s.space.total(),
        {results * (8 - 1), 0, results * (4 - 1), results, results * (4 - 1), results * (4 - 1)});
}

TEST_CASE("a local reduction sends nothing", "[bandwidth]") {
  Space s;
  s.space.reduce(s.space.tensor({&s.rows, &s.columns}), s.columns);
  check(s.space.total(), {8 * 3 * 2 * (5 - 1), 0, 0, 0, 0, 0});
}

TEST_CASE("gathering sends each element once and receives it everywhere", "[bandwidth]") {
  Space s;
  const Tensor scattered = s.space.tensor({&s.other_rows}, {&s.x});
  const Tensor whole = s.space.broadcast(scattered);
  CHECK(whole.scattered.empty());
  const double received = 8 * (3 * 2) * (4 - 1);
  check(s.space.total(), {0, received, 8, received, received, received});
}

TEST_CASE("moving along a pipeline crosses a boundary between some layers", "[bandwidth]") {
  Space s;
  s.space.broadcast(s.space.tensor({&s.layers}), {&s.layers});
  const double crossing = 1 - (1 - 1.0 / 6);  // one boundary in six layers
  CHECK(s.space.total().tx_fwd == Approx(2 * crossing));
  CHECK(s.space.total().rx_fwd == Approx(2 * 12 * crossing));
}

TEST_CASE("a transposition lets another dimension take over the axis", "[bandwidth]") {
  Space s;
  const Tensor result =
      s.space.reduce(s.space.tensor({&s.rows, &s.other_rows}), s.rows, {&s.other_rows, &s.places});
  CHECK(result.dimensions == std::vector<const Dimension*>{&s.places});
  CHECK(result.scattered.empty());
}

TEST_CASE("a meter counts what happens in it as often as it says", "[bandwidth]") {
  Space s;
  const Tensor rows = s.space.tensor({&s.rows});
  s.space.metered(3, [&] {
    s.space.product(rows, rows);
    s.space.metered(10, [&] { s.space.product(rows, rows); });
  });
  CHECK(s.space.total().flop_fwd == 3 * (1 + 10) * 8 * 3 * 2);
}

TEST_CASE("a placement that is not whole is rejected", "[bandwidth]") {
  Space s;
  CHECK_THROWS_AS(s.space.dimension({"D", 7, &s.x}), ShapeError);
  CHECK_THROWS_AS(s.space.dimension({"D", 4, &s.x, false, 6}), ShapeError);
  CHECK_THROWS_AS(s.space.dimension({"D", 2, &s.pipe, false, 5}), ShapeError);
  CHECK_THROWS_AS(s.space.tensor({&s.rows, &s.places}), ShapeError);
  CHECK_THROWS_AS(s.space.tensor({&s.rows, &s.rows}), ShapeError);
  CHECK_THROWS_AS(s.space.tensor({&s.rows}, {&s.x}), ShapeError);
  CHECK_THROWS_AS(s.space.tensor({&s.columns}, {&s.y}), ShapeError);
  const Tensor scattered = s.space.tensor({&s.other_rows}, {&s.x});
  CHECK_THROWS_AS(s.space.product(scattered, scattered), ShapeError);
  CHECK_THROWS_AS(s.space.reduce(scattered, s.rows), ShapeError);
  CHECK_THROWS_AS(s.space.scatter_transpose(scattered, s.other_rows, s.columns), ShapeError);
}

}  // namespace calculon::test
