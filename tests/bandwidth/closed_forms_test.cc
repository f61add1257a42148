// The bandwidth model in its two ways: closed forms, and the transformer in the tensor language.
#include <catch2/catch.hpp>
#include <cmath>

#include "bandwidth/random_runs.h"
#include "support/findings.h"
#include "support/tensor.h"
#include "support/tensor_block.h"

namespace calculon::test {
namespace {

// 1e-12 of the larger one: an exchange of one way may be 0 up to what rounding left in the other.
bool agree(double x, double y) {
  return std::fabs(x - y) <= 1e-12 * std::max(std::fabs(x), std::fabs(y));
}

bool agree(const RunCosts& x, const RunCosts& y) {
  return agree(x.flop_fwd, y.flop_fwd) && agree(x.flop_bwd, y.flop_bwd) &&
         agree(x.tx_fwd, y.tx_fwd) && agree(x.tx_bwd, y.tx_bwd) && agree(x.rx_fwd, y.rx_fwd) &&
         agree(x.rx_bwd, y.rx_bwd);
}

// The published sample.
BandwidthInputs sample() {
  BandwidthInputs in;
  in.cluster_flop_rate = 156e12;
  in.num_experts = 8;
  in.batch_size = 8192;
  in.seq_len = 8192;
  in.dataset_size = 13e12;
  in.num_layers = 120;
  in.d_model = 15360;
  in.p_pipe = 15;
  in.p_data = 16;
  in.p_exp = 8;
  in.p_tensor_int = 8;
  return in;
}

BandwidthResult result_of(const BandwidthInputs& in) {
  BandwidthResult result;
  REQUIRE(evaluate_bandwidth(in, result) == nullptr);
  return result;
}

}  // namespace

TEST_CASE("closed forms and tensor language count the same in random runs", "[bandwidth]") {
  RandomRuns random(1);
  Findings findings;
  std::size_t valid = 0;
  std::size_t invalid = 0;
  for (int i = 0; i < 20'000; ++i) {
    const BandwidthInputs in = random.bandwidth();
    BandwidthShape shape;
    const TrainingRunRule* rule = check_bandwidth(in, shape);
    if (rule && rule->number() < 13) {
      continue;
    }
    try {
      const RunCosts costs = tensor_costs(in, shape);
      findings.add_unless(!rule, "the rules reject what the language accepts");
      findings.add_unless(agree(costs, closed_form_costs(in, shape)), "the totals differ");
      ++valid;
    } catch (const tensors::ShapeError& error) {
      findings.add_unless(rule != nullptr, std::string("the rules accept: ") + error.what());
      ++invalid;
    }
  }
  CHECK(valid > 500);
  CHECK(invalid > 500);
  INFO(findings.text());
  CHECK(findings.empty());
}

TEST_CASE("the published sample has its totals in both ways", "[bandwidth]") {
  const BandwidthInputs in = sample();
  BandwidthShape shape;
  REQUIRE(check_bandwidth(in, shape) == nullptr);
  const RunCosts published = {8.198143924891075e24,  1.6402968278972434e25, 1.9233150078717788e20,
                              2.3081829055951012e20, 3.745878196673839e20,  3.745878196673839e20};
  CHECK(agree(closed_form_costs(in, shape), published));
  CHECK(agree(tensor_costs(in, shape), published));
  CHECK(allowed_microbatches(in, shape) == std::vector<std::int64_t>{16, 32, 64, 128});
}

TEST_CASE("a single worker exchanges nothing", "[bandwidth]") {
  BandwidthInputs in = sample();
  in.p_pipe = in.p_data = in.p_exp = in.p_tensor_int = 1;
  const BandwidthResult result = result_of(in);
  CHECK(result.tx_total == 0);
  CHECK(result.rx_total == 0);
  CHECK(result.flop_bwd == Approx(2 * result.flop_fwd).epsilon(0.01));
}

TEST_CASE("checkpointing adds the forward pass to the backward pass", "[bandwidth]") {
  BandwidthInputs in = sample();
  const BandwidthResult plain = result_of(in);
  in.activation_checkpointing = true;
  const BandwidthResult again = result_of(in);
  CHECK(again.flop_fwd == plain.flop_fwd);
  CHECK(again.flop_bwd == plain.flop_bwd + plain.flop_fwd);
  CHECK(again.net_bwd == Approx(plain.net_bwd + plain.net_fwd).epsilon(1e-14));
  in.fwd_only = true;
  CHECK(result_of(in).runtime_sec == Approx(plain.flop_fwd / (plain.num_workers * 156e12)));
}

TEST_CASE("rates need the rate of a cluster", "[bandwidth]") {
  BandwidthInputs in = sample();
  in.cluster_flop_rate.reset();
  const BandwidthResult result = result_of(in);
  CHECK(std::isnan(result.runtime_sec));
  CHECK(std::isnan(result.cluster_net_bytes_per_sec));
  CHECK(result.net_total > 0);
}

TEST_CASE("an efficient microbatch exists when the list of them is not empty", "[bandwidth]") {
  Findings findings;
  BandwidthInputs in = sample();
  for (in.batch_size = 1; in.batch_size <= 400; ++in.batch_size) {
    for (in.p_data = 1; in.p_data <= 4; ++in.p_data) {
      for (in.p_pipe = 1; in.p_pipe <= 6; ++in.p_pipe) {
        BandwidthShape shape;
        const TrainingRunRule* rule = check_bandwidth(in, shape);
        if (!rule || rule->number() >= 9) {
          findings.add_unless(allowed_microbatches(in, shape).empty() == (rule && rule->id == "A9"),
                              "another answer");
        }
      }
    }
  }
  INFO(findings.text());
  CHECK(findings.empty());
}

}  // namespace calculon::test
