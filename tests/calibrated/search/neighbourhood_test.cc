#include "calibrated/search/neighbourhood.h"

#include <catch2/catch.hpp>
#include <set>

#include "calculon/base/files.h"
#include "calibrated/calibrated_evaluate.h"
#include "calibrated/calibrated_execution_json.h"
#include "support/source_tree.h"

namespace calculon::test {
namespace {

struct WorkedExample {
  Transformer model = read_transformer(source_path("models/llama-3.1-70b.json"));
  System system = read_system(source_path("systems/h100-80g-nemo.json"));
  CalibratedExecution execution = [] {
    const std::string path = source_path("examples/llama-3.1-70b_512_t4_p4.json");
    return parse_calibrated_execution(path, read_text_file(path));
  }();

  CalibratedStats stats(const CalibratedExecution& e) const {
    return std::get<CalibratedStats>(evaluate_calibrated(model, system, e));
  }
  double time() const { return stats(execution).total_time; }
};

}  // namespace

TEST_CASE("neighbours differ in the setting they name", "[calibrated]") {
  const WorkedExample example;
  const std::vector<Neighbour> all = neighbours(example.execution);
  std::set<std::string> settings;
  for (const Neighbour& each : all) {
    REQUIRE(each.changes.size() == 1);
    const SettingChange& change = each.changes.front();
    settings.insert(change.setting);
    CHECK(setting_text(example.execution, change.setting) == change.from);
    CHECK(setting_text(each.execution, change.setting) == change.to);
    CHECK(change.from != change.to);
    CHECK(each.execution.tensor_par * each.execution.pipeline_par * each.execution.context_par *
              each.execution.data_par ==
          example.execution.num_procs);
  }
  for (const char* setting : {"tensor_par", "pipeline_par", "context_par", "microbatch_size",
                              "pipeline_interleaving", "activation_recompute", "data_par_sharding",
                              "recompute_modules", "loss_kind", "tensor_par_overlap"}) {
    CHECK(settings.contains(setting));
  }
  CHECK_FALSE(settings.contains("grad_reduce_datatype"));
}

TEST_CASE("improvements are faster, fit, and come best first", "[calibrated]") {
  const WorkedExample example;
  const double before = example.time();
  const auto better = improvements(example.model, example.system, example.execution, before, 3);
  REQUIRE(better.size() == 3);
  double last = 0;
  for (const BetterExecution& each : better) {
    CHECK(each.changes.size() == 1);
    CHECK(each.total_time < before);
    CHECK(each.total_time >= last);
    CHECK(each.verdict != MemoryVerdict::kDoesNotFit);
    last = each.total_time;
  }
  double best = before;
  for (const Neighbour& each : neighbours(example.execution)) {
    if (!contradiction(each.execution).empty()) {
      continue;
    }
    const auto outcome = evaluate_calibrated(example.model, example.system, each.execution);
    const auto* stats = std::get_if<CalibratedStats>(&outcome);
    if (stats && stats->memory.verdict != MemoryVerdict::kDoesNotFit) {
      best = std::min(best, stats->total_time);
    }
  }
  CHECK(better.front().total_time == best);
}

TEST_CASE("where no setting alone helps, pairs are tried", "[calibrated]") {
  WorkedExample example;
  // The best neighbour of the best neighbour, until there is none.
  for (int step = 0; step < 100; ++step) {
    const auto better =
        improvements(example.model, example.system, example.execution, example.time(), 1);
    if (better.empty() || better.front().changes.size() == 2) {
      for (const BetterExecution& each : better) {
        CHECK(each.total_time < example.time());
        CHECK(each.changes[0].setting != each.changes[1].setting);
      }
      return;
    }
    const auto all = neighbours(example.execution);
    const auto next = std::find_if(all.begin(), all.end(), [&](const Neighbour& each) {
      return changes_text(each.changes) == changes_text(better.front().changes);
    });
    REQUIRE(next != all.end());
    example.execution = next->execution;
  }
  FAIL("improving never ends");
}

TEST_CASE("of what fits, the nearest change is the fastest", "[calibrated]") {
  WorkedExample example;
  example.execution.activation_recompute = CalibratedRecompute::kNone;
  example.execution.microbatch_size = 4;
  REQUIRE(example.stats(example.execution).memory.verdict == MemoryVerdict::kDoesNotFit);
  const auto nearest = nearest_fit(example.model, example.system, example.execution);
  REQUIRE(nearest);
  CHECK(nearest->changes.size() == 1);
  CHECK(changes_text({{"tensor_par", "4", "8"}, {"loss_kind", "unfused", "in_place"}}) ==
        "tensor_par 4 -> 8 and loss_kind unfused -> in_place");
}

}  // namespace calculon::test
