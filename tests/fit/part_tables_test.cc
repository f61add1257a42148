// Tables that tell single constants: collectives between hosts, and matrix products.
#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <cmath>

#include "fit/collective_table.h"
#include "fit/fit.h"
#include "fit/fit_constants.h"
#include "fit/product_table.h"
#include "support/input_error_of.h"
#include "support/source_tree.h"

namespace calculon::test {
namespace {

const std::atomic<bool> kNoStop{false};

// As nccl-tests writes it, with `factor` times the rate of the algorithm as that of the bus.
std::string collective_text(int ranks, int hosts, double factor,
                            const std::vector<std::pair<double, double>>& sizes_and_seconds,
                            const std::string& first = "") {
  std::string text = first +
                     "# nThread 1 nGpus 1 minBytes 8 maxBytes 8589934592 step: 2(factor)\n"
                     "#\n# Using devices\n";
  for (int rank = 0; rank < ranks; ++rank) {
    text +=
        fmt::format("#  Rank {:2} Group  0 Pid {:6} on node-{:03} device {:2} [0x1b] NVIDIA H100\n",
                    rank, 1000 + rank, rank * hosts / ranks, rank % 8);
  }
  text +=
      "#\n"
      "#                                                              out-of-place               "
      "        in-place          \n"
      "#       size         count      type   redop    root     time   algbw   busbw #wrong     "
      "time   algbw   busbw #wrong\n"
      "#        (B)    (elements)                               (us)  (GB/s)  (GB/s)            "
      "(us)  (GB/s)  (GB/s)       \n";
  for (const auto& [bytes, seconds] : sizes_and_seconds) {
    const double rate = bytes / seconds / 1e9;
    text += fmt::format(
        "{:12.0f} {:13.0f}     float     sum      -1 {:8.2f} {:7.3f} {:7.3f}      0 {:8.2f} "
        "{:7.3f} "
        "{:7.3f}    N/A\n",
        bytes, bytes / 4, seconds * 1e6, rate, factor * rate, seconds * 1e6, rate, factor * rate);
  }
  return text + "# Out of bounds values : 0 OK\n# Avg bus bandwidth    : 44.1\n";
}

const std::vector<std::pair<double, double>> kSizes = {{8, 50e-6}, {1e6, 120e-6}, {1e9, 45e-3}};

std::string collective_error(const std::string& text) {
  return input_error_of([&] { parse_collective_table("nccl.txt", text); });
}

std::string product_error(const std::string& text) {
  return input_error_of([&] { parse_product_table("gemm.csv", text); });
}

System h100() {
  return read_system(source_path("systems/h100.json"));
}

double fitted_value(const FitResult& result, std::string_view name) {
  for (const FittedConstant& each : result.constants) {
    if (each.constant->name == name) {
      return each.after;
    }
  }
  return 0;
}

}  // namespace

TEST_CASE("the output of nccl-tests is read, and which collective it was", "[fit]") {
  const auto all = parse_collective_table("nccl.txt", collective_text(16, 2, 1.875, kSizes));
  CHECK(all.op == GroupOp::kAllReduce);
  CHECK(all.ranks == 16);
  CHECK(all.hosts == 2);
  REQUIRE(all.runs.size() == 3);
  CHECK(all.runs[1].bytes == 1e6);
  CHECK(all.runs[1].seconds == Approx(120e-6));
  const auto half = parse_collective_table(
      "nccl.txt",
      collective_text(16, 2, 0.9375, kSizes, "# Collective test starting: all_gather_perf\n"));
  CHECK(half.op == GroupOp::kScatterOrGather);
}

TEST_CASE("other outputs than those of three collectives are refused", "[fit]") {
  CHECK(collective_error("hello\n") ==
        "nccl.txt: has no measured sizes, expected the output of a test of nccl-tests");
  CHECK(collective_error(collective_text(16, 2, 1, kSizes)) ==
        "nccl.txt: busbw is 1 times algbw on 16 ranks, expected that of all_reduce_perf, "
        "all_gather_perf or reduce_scatter_perf");
  CHECK(collective_error(collective_text(16, 2, 0.9375, kSizes,
                                         "# Collective test starting: alltoall_perf\n")) ==
        "nccl.txt: is the output of alltoall_perf, expected that of all_reduce_perf, "
        "all_gather_perf or reduce_scatter_perf");
  CHECK(collective_error(collective_text(0, 1, 1.875, kSizes)) ==
        "nccl.txt: has 0 lines '# Rank ... on HOST', expected one for each of two ranks or more");
}

TEST_CASE("collectives within a domain tell no constant", "[fit]") {
  const System system = h100();
  const auto table = parse_collective_table("nccl.txt", collective_text(8, 1, 1.75, kSizes));
  CHECK_THAT(
      input_error_of([&] { collective_rows("nccl.txt", table, system); }),
      Catch::StartsWith("nccl.txt: its 8 ranks stand within the 8 processors of networks[0]"));
  // A domain of many hosts holds neighbours.
  System rack = system;
  rack.networks[0].size = 72;
  const auto racks = parse_collective_table("nccl.txt", collective_text(64, 16, 1.96875, kSizes));
  CHECK_THROWS_AS(collective_rows("nccl.txt", racks, rack), InputError);
  CHECK(collective_rows("nccl.txt", racks, system).size() == 3);
}

// Sixteen ranks on two hosts: 8 members in a domain, a rate of 8 * 50e9 * efficiency bytes/s that
// is at most 0.8 * 450e9, and 10 us * log2(16) with 2 * 15 steps of the ring.
TEST_CASE("the time of a collective is that of the model", "[fit]") {
  const auto table = parse_collective_table("nccl.txt", collective_text(16, 2, 1.875, {{1e9, 1}}));
  const auto rows = collective_rows("nccl.txt", table, h100());
  Calibration constants;
  constants.network_efficiency = 0.8;
  constants.network_step_seconds = 2e-6;
  const double rate = 8 * 50e9 * 0.8 * 1e9 / (1e9 + 4e6);
  CHECK(rows.at(0).seconds(constants) == Approx(15.0 / 16 * 1e9 / rate * 2 + 40e-6 + 30 * 2e-6));
}

TEST_CASE("a fit to collectives finds the network's constants", "[fit]") {
  const auto times = [](const Calibration& truth) {
    std::vector<std::pair<double, double>> sizes;
    for (double bytes = 1024; bytes < 5e9; bytes *= 4) {
      sizes.emplace_back(bytes, 1);
    }
    const auto rows = collective_rows(
        "x", parse_collective_table("x", collective_text(64, 8, 1.96875, sizes)), h100());
    for (std::size_t i = 0; i < rows.size(); ++i) {
      sizes[i].second = rows[i].seconds(truth);
    }
    return sizes;
  };
  Calibration truth;
  truth.network_efficiency = 0.55;
  truth.network_step_seconds = 4e-6;
  const auto table =
      parse_collective_table("nccl.txt", collective_text(64, 8, 1.96875, times(truth)));
  const auto rows = collective_rows("nccl.txt", table, h100());
  const std::vector<const FitConstant*> constants = {find_fit_constant("network_efficiency"),
                                                     find_fit_constant("network_step_seconds")};
  const FitResult result = fit(rows, constants, Calibration{}, {}, kNoStop);
  CHECK(fitted_value(result, "network_efficiency") == Approx(0.55).epsilon(0.01));
  CHECK(fitted_value(result, "network_step_seconds") == Approx(4e-6).epsilon(0.01));
}

TEST_CASE("a table of matrix products has times or rates", "[fit]") {
  const auto times = parse_product_table(
      "gemm.csv", "m,n,k,datatype,seconds,note\n4096,4096,8192,fp8,0.0002,\"a, b\"\n\n");
  REQUIRE(times.size() == 1);
  CHECK(times[0].datatype == Datatype::kFloat8);
  CHECK(times[0].seconds == 0.0002);
  const auto rates = parse_product_table("gemm.csv", "k,tflops,n,m\n8192,600,4096,1024\n");
  CHECK(rates.at(0).datatype == Datatype::kBfloat16);
  CHECK(rates.at(0).seconds == Approx(2 * 1024.0 * 4096 * 8192 / 600e12));
}

TEST_CASE("a table of matrix products is refused by row and column", "[fit]") {
  CHECK(product_error("") == "gemm.csv: is empty, expected a table of matrix products");
  CHECK(product_error("m,n,k,seconds\n") == "gemm.csv: has no rows of matrix products");
  CHECK(product_error("m,n,seconds\n1,1,1\n") ==
        "gemm.csv: has no column k, expected m, n, k and seconds or tflops");
  CHECK(product_error("m,n,k\n1,1,1\n") ==
        "gemm.csv: has neither of the columns seconds and tflops, expected one of them");
  CHECK(product_error("m,n,k,seconds,tflops\n1,1,1,1,1\n") ==
        "gemm.csv: has both of the columns seconds and tflops, expected one of them");
  CHECK(product_error("m,n,k,seconds\n1,1\n") == "gemm.csv: row 2 has 2 cells, expected 4");
  CHECK(product_error("m,n,k,seconds\n1,1,1,1\n8,1.5,8,1\n") ==
        "gemm.csv: row 3: n is '1.5', expected an integer from 1 to 1000000000");
  CHECK(product_error("m,n,k,tflops\n1,1,1,-3\n") ==
        "gemm.csv: row 2: tflops is '-3', expected a number above 0");
  CHECK(product_error("m,n,k,tflops\n1,1,1,nan\n") ==
        "gemm.csv: row 2: tflops is 'nan', expected a number above 0");
  CHECK(product_error("m,n,k,seconds,datatype\n1,1,1,1,float32\n") ==
        "gemm.csv: row 2: datatype is 'float32', expected float16, bfloat16, float8 or float4");
}

// 8192 x 8192 x 8192 on 132 units in tiles of 256 x 128: 2048 / 132 waves, of which 0.4 are whole.
TEST_CASE("a fit to matrix products finds their efficiency", "[fit]") {
  const double waves = 2048.0 / 132;
  const double flops = (0.4 * 16 + 0.6 * waves) * 132 * 2 * 256 * 128 * (8192 + 300);
  const double seconds = flops / (989e12 * 0.66);
  const auto runs =
      parse_product_table("gemm.csv", fmt::format("m,n,k,seconds\n8192,8192,8192,{}\n", seconds));
  const auto rows = product_rows(runs, h100());
  Calibration start = h100().calibration.value();
  start.clock_scale = 1;
  const FitConstant* efficiency = find_fit_constant("gemm_efficiency_16bit");
  const FitResult result = fit(rows, {&efficiency, 1}, start, {}, kNoStop);
  CHECK(result.constants[0].after == Approx(0.66).epsilon(0.002));
}

}  // namespace calculon::test
