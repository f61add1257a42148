#include "calculon/hardware/network.h"

#include <catch2/catch.hpp>

namespace calculon {
namespace {

constexpr std::array kCollectives = {NetworkOp::kReduceScatter, NetworkOp::kAllGather,
                                     NetworkOp::kAllReduce};

// Rings: 2Q(g-1)/g for an all-reduce, half of that for its two parts.
Network ring_network() {
  Network network;
  network.bytes_per_second = 1e11;
  network.efficiency = 0.5;
  network.size = 64;
  network.latency_seconds = 1e-5;
  network.ops = {{{1, 0, 0.5}, {1, -1, 0.5}, {1, -1, 0.5}, {2, -1, 0.5}, {1, 0, 0.5}}};
  return network;
}

}  // namespace

TEST_CASE("a ring all-reduce carries twice the buffer less a share", "[network]") {
  const Network network = ring_network();
  for (const double group : {2.0, 4.0, 8.0, 64.0}) {
    const double traffic = 2 * 1e6 * (group - 1) / group;
    CHECK(network.seconds(NetworkOp::kAllReduce, 1e6, group) == Approx(1e-5 + traffic / 5e10));
  }
}

TEST_CASE("a ring all-reduce takes a reduce-scatter and an all-gather", "[network]") {
  Network network = ring_network();
  network.latency_seconds = 0;
  const double parts = network.seconds(NetworkOp::kReduceScatter, 1e6, 8) +
                       network.seconds(NetworkOp::kAllGather, 1e6, 8);
  CHECK(network.seconds(NetworkOp::kAllReduce, 1e6, 8) == Approx(parts));
}

TEST_CASE("a message of no bytes takes the latency", "[network]") {
  const Network network = ring_network();
  CHECK(network.seconds(NetworkOp::kP2p, 0, 2) == network.latency_seconds);
  for (const NetworkOp op : kCollectives) {
    CHECK(network.seconds(op, 0, 8) == network.latency_seconds);
  }
}

TEST_CASE("at zero latency everything takes half as long on twice the bandwidth", "[network]") {
  Network network = ring_network();
  network.latency_seconds = 0;
  Network faster = network;
  faster.bytes_per_second *= 2;
  for (std::size_t op = 0; op < kEnumSize<NetworkOp>; ++op) {
    const auto which = static_cast<NetworkOp>(op);
    CHECK(faster.seconds(which, 1e6, 8) == network.seconds(which, 1e6, 8) / 2);
  }
}

TEST_CASE("an offset of 1 charges the buffer and a share, one of 0 the buffer", "[network]") {
  Network network = ring_network();
  network.latency_seconds = 0;
  network.ops[3] = {1, 1, 0.5};
  CHECK(network.seconds(NetworkOp::kAllReduce, 1e6, 8) == Approx(1e6 * 9 / 8 / 5e10));
  network.ops[3] = {1, 0, 0.5};
  CHECK(network.seconds(NetworkOp::kAllReduce, 1e6, 8) == Approx(1e6 / 5e10));
}

TEST_CASE("an operation with an efficiency of its own does not ask the network's", "[network]") {
  Network network = ring_network();
  network.latency_seconds = 0;
  const double before = network.seconds(NetworkOp::kAllToAll, 1e6, 2);
  network.ops[4].efficiency = 0.25;
  CHECK(network.seconds(NetworkOp::kAllToAll, 1e6, 2) == 2 * before);
  network.efficiency = 0.1;
  CHECK(network.seconds(NetworkOp::kAllToAll, 1e6, 2) == 2 * before);
}

}  // namespace calculon
