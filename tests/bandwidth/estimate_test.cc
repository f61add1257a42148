// Laws of the estimate, and its chips.
#include "calculon/bandwidth/estimate.h"

#include <catch2/catch.hpp>

#include "bandwidth/random_runs.h"
#include "support/findings.h"
#include "support/input_error_of.h"
#include "support/source_tree.h"

namespace calculon::test {
namespace {

const Chip kChip = {"A100", 624e12, 1555e9, 600e9};

EstimateInputs small() {
  EstimateInputs in;
  in.n_layers = 96;
  in.d_model = 12288;
  in.microbatch_size = 8;
  in.chip_type = &kChip;
  in.version = ModelVersion::kHead;
  return in;
}

EstimateResult estimate_of(const EstimateInputs& in) {
  EstimateResult result;
  REQUIRE(evaluate_estimate(in, result) == nullptr);
  return result;
}

std::string violated(const EstimateInputs& in) {
  EstimateResult result;
  const TrainingRunRule* rule = evaluate_estimate(in, result);
  return rule ? std::string(rule->id) : "";
}

}  // namespace

TEST_CASE("without bubble and reduction a chip reaches its base utilization", "[bandwidth]") {
  const EstimateResult result = estimate_of(small());
  CHECK(result.pipeline_bubble_time == 0);
  CHECK(result.gradient_reduction_time == 0);
  CHECK(result.utilization == Approx(0.6).epsilon(1e-12));
  EstimateInputs seed = small();
  seed.version = ModelVersion::kSeed;  // has no base utilization
  CHECK(estimate_of(seed).utilization == Approx(1).epsilon(1e-12));
}

TEST_CASE("the parts of a batch add up in random runs", "[bandwidth]") {
  RandomRuns random(2);
  Findings findings;
  std::size_t valid = 0;
  for (int i = 0; i < 5'000; ++i) {
    EstimateInputs in = random.estimate(kChip);
    EstimateResult r;
    if (evaluate_estimate(in, r)) {
      continue;
    }
    ++valid;
    findings.add_unless(
        r.batch_time == r.pipeline_bubble_time + r.pipeline_full_time + r.gradient_reduction_time,
        "the parts differ from the batch");
    findings.add_unless(r.utilization > 0 && r.utilization <= 1 + 1e-12, "beyond the chip's rate");
    findings.add_unless((in.pp == 1) == (r.pipeline_bubble_time == 0), "a bubble elsewhere");
    in.version = ModelVersion::kHead;
    in.base_utilization = 1;
    EstimateResult head;
    evaluate_estimate(in, head);
    in.version = ModelVersion::kSeed;
    EstimateResult seed;
    evaluate_estimate(in, seed);
    findings.add_unless(head.pipeline_full_time >= seed.pipeline_full_time, "head is faster");
  }
  CHECK(valid > 1'000);
  INFO(findings.text());
  CHECK(findings.empty());
}

TEST_CASE("a data set below a batch is no run, and its default is counted exactly", "[bandwidth]") {
  EstimateInputs in = small();
  in.dataset_size = 0;
  CHECK(estimate_of(in).run_time_days == 0);
  in.dataset_size = 2048.0 * 2048.0 * 3 - 1;
  CHECK(estimate_of(in).n_batches == 2);
  in.dataset_size.reset();
  const double parameters = 2.0 * 96 * 12288 * 12288 * 5;
  CHECK(estimate_of(in).n_batches == std::floor(20 * parameters / (2048.0 * 2048.0)));
}

TEST_CASE("numbers that the estimate cannot count are rejected", "[bandwidth]") {
  EstimateInputs in = small();
  in.d_internal_ratio = INT64_MAX;
  CHECK(violated(in) == "LIMIT");
  in = small();
  in.batch_size = in.microbatch_size = INT64_MAX;
  CHECK(violated(in) == "LIMIT");
  in = small();
  in.base_utilization = 0;
  CHECK(violated(in) == "E0");
  in = small();
  in.dataset_size = -1;
  CHECK(violated(in) == "E0");
}

TEST_CASE("the bundled chips are the published ones", "[bandwidth]") {
  const std::string path = source_path("systems/chips.json");
  const auto seed = read_chips(path, ModelVersion::kSeed);
  const auto head = read_chips(path, ModelVersion::kHead);
  CHECK(seed.size() == 3);
  CHECK(head.size() == 4);
  CHECK(find_chip(seed, "RTX4090") == nullptr);
  CHECK(find_chip(seed, "H100_x64_pod")->network_bytes_per_second == 12.5e9);
  CHECK(find_chip(head, "H100_x64_pod")->network_bytes_per_second == 1e9);
  CHECK(find_chip(head, "H100_x64_pod")->flops_per_second == 64 * 1979e12);
  CHECK(find_chip(head, "A100_40GB")->memory_bytes_per_second == 1555e9);
}

TEST_CASE("what is wrong with a file of chips is told by its place", "[bandwidth]") {
  const auto message = [](const std::string& text) {
    return input_error_of([&] { parse_chips("c.json", text, ModelVersion::kSeed); });
  };
  CHECK(message("[]") == "c.json is an array of 0, expected an object");
  CHECK_THAT(message(R"({"X": {"tflops_8bit": 1}})"),
             Catch::StartsWith("c.json: X lacks the keys 'memory_GBps' and 'network_GBps'"));
  CHECK(message(R"({"X": {"tflops_8bit": -1, "memory_GBps": 1, "network_GBps": 1}})") ==
        "c.json: X.tflops_8bit is -1, expected a number above 0");
  CHECK_THAT(message(R"({"X": {"tflops_8bit": 1, "memory_GBps": 1, "network_GBps": {"seed": 1}}})"),
             Catch::StartsWith("c.json: X.network_GBps lacks the key 'head'"));
  CHECK_THAT(
      message(R"({"X": {"tflops_8bit": 1, "memory_GBps": 1, "network_GBps": 1, "only": "new"}})"),
      Catch::StartsWith("c.json: X.only is \"new\", expected seed or head"));
}

TEST_CASE("a processor of a system is a chip", "[bandwidth]") {
  const Chip a100 = chip_of_system(read_system(source_path("systems/a100_80g.json")), "a100");
  CHECK(a100.flops_per_second == 2 * 312e12);
  CHECK(a100.memory_bytes_per_second == 2048e9);
  CHECK(a100.network_bytes_per_second == 600e9);
  const Chip h100 = chip_of_system(read_system(source_path("systems/H100_80g_sxm.json")), "h100");
  CHECK(h100.flops_per_second == 3958e12);
}

}  // namespace calculon::test
