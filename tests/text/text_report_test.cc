#include "text/text_report.h"

#include <catch2/catch.hpp>
#include <map>
#include <regex>

#include "calculon/model/evaluate.h"
#include "support/source_tree.h"
#include "support/tiny.h"

namespace calculon::test {
namespace {

Stats tiny_stats() {
  return *evaluate(tiny_transformer(), tiny_system(), tiny_strategy());
}

}  // namespace

TEST_CASE("the published report has its 42 lines, worded as published", "[report]") {  // G5
  const auto lines = lines_of(
      published_report(tiny_transformer(), tiny_strategy(), tiny_stats(), "{'matrix': 1}"));
  const std::vector<std::string> patterns = {
      "={80}",
      "blocks=12, hidden=192, feedforward=768",
      "num attn heads: 24, attn_size=8",
      "Run on 1 processors with:",
      "TP=1",
      "PP=1",
      "DP=1",
      "Blocks per processor: 12",
      "Execution: \\{'num_procs': 1, .*'training': True\\};",
      "System: \\{'matrix': 1\\};",
      "Weights: B;",
      "Act: B;",
      "Act CP: B;",
      "Act grad: B;",
      "Weight grad: B;",
      "Optim space: B;",
      "Batch FW time: S;",
      "Batch BW time: S;",
      "Batch optim time: S;",
      "Batch FW offload overhead: S;",
      "Batch BW offload overhead: S;",
      "Batch recompute overhead: S;",
      "Batch recomm overhead: S;",
      "Batch bubble overhead: S;",
      "Batch TP comm overhead: S;",
      "Batch PP comm overhead: S;",
      "Batch DP comm overhead: S;",
      "Batch TP comm time on link: S;",
      "Batch PP comm time on link: S;",
      "Batch DP comm time on link: S;",
      "Batch total time: S;",
      "Activation offload required BW: W;",
      "Weight offload required BW: W;",
      "Optimizer offload required BW: W;",
      "Total offload required BW: W;",
      "Mem tier1 capacity requirement: B;",
      "Mem tier2 capacity requirement: B;",
      "Mem tier2 BW for offload: W;",
      "Compute efficiency: P;",
      "System efficiency: P;",
      "Total efficiency: P;",
      "Sample rate: \\d+\\.\\d{2};",
  };
  const auto spelled = [](std::string pattern) {
    pattern = std::regex_replace(pattern, std::regex(": B;"), ": \\d+\\.\\d{3} [kMGTP]?iB;");
    pattern = std::regex_replace(pattern, std::regex(": S;"), ": \\d+\\.\\d{4};");
    pattern = std::regex_replace(pattern, std::regex(": W;"), ": \\d+\\.\\d{3} [kMGTP]?B/s;");
    return std::regex_replace(pattern, std::regex(": P;"), ": \\d+\\.\\d{2}%;");
  };
  REQUIRE(lines.size() == patterns.size());
  for (std::size_t i = 0; i < lines.size(); ++i) {
    INFO(lines[i]);
    CHECK(std::regex_match(lines[i], std::regex(spelled(patterns[i]))));
  }
}

TEST_CASE("the slices of the summary's time add up to the whole", "[report]") {
  const Strategy moe = tiny_moe_strategy();
  const Stats moe_stats = *evaluate(tiny_transformer(), tiny_moe_system(), moe);
  REQUIRE(moe_stats.ep_comm_exposed_time > 0);
  REQUIRE(moe_stats.es_comm_exposed_time > 0);
  const std::map<std::size_t, std::string> texts = {
      {9, summary_text(tiny_transformer(), tiny_system(), tiny_strategy(), tiny_stats(), false)},
      {11, summary_text(tiny_transformer(), tiny_moe_system(), moe, moe_stats, false)}};
  static const std::regex kSlice("  .* \\d+\\.\\d{4} s +(\\d+\\.\\d{2})%(?:  #+)?");
  for (const auto& [count, text] : texts) {
    double percent = 0;
    std::size_t slices = 0;
    for (const std::string& line : lines_of(text)) {
      std::smatch match;
      if (std::regex_match(line, match, kSlice)) {
        percent += std::stod(match[1]);
        ++slices;
      }
    }
    CHECK(slices == count);
    CHECK(percent == Approx(100).margin(0.06));
  }
}

TEST_CASE("a configuration without a way out says so", "[report]") {
  const std::string text = why_not_text({Reason::kNetworkTooSmall, 8, 2, 0}, WhyNot{});
  CHECK(text ==
        "infeasible: network tier 0 is too small: it connects 2 processors, 8 are needed\n"
        "no change of a single setting would come closer to fitting\n");
}

}  // namespace calculon::test
