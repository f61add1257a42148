// The timeline of a step: a schedule that takes as long as the model says.
#include <fmt/format.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <map>
#include <tuple>

#include "calibrated/calibrated_evaluate.h"
#include "calibrated/step_timeline.h"
#include "support/calibrated_golden.h"
#include "support/findings.h"

namespace calculon::test {
namespace {

// A pipeline whose stages have `blocks` blocks each, of a second forward and two backward.
CalibratedExecution even_pipeline(std::int64_t stages, std::int64_t chunks,
                                  std::int64_t microbatches) {
  CalibratedExecution e;
  e.num_procs = e.pipeline_par = stages;
  e.pipeline_interleaving = chunks;
  e.batch_size = microbatches;
  return e;
}

CalibratedStats even_stats(const CalibratedExecution& e, std::int64_t blocks) {
  CalibratedStats stats;
  const auto own = static_cast<double>(blocks);
  stats.microbatches = static_cast<double>(e.microbatches());
  stats.block_forward_time = 1;
  stats.block_backward_time = 2;
  stats.time.products = stats.microbatches * own * 3;
  stats.time.bubble = static_cast<double>(e.pipeline_par - 1) * own * 3 /
                      static_cast<double>(e.pipeline_interleaving);
  stats.time.optimizer = 0.5;
  stats.total_time = stats.time.products + stats.time.bubble + 0.5;
  return stats;
}

double sum_of(const StepTimeline& timeline, std::int64_t stage,
              std::initializer_list<StepBarKind> kinds) {
  double sum = 0;
  for (const StepBar& bar : timeline.bars) {
    const bool wanted = std::find(kinds.begin(), kinds.end(), bar.kind) != kinds.end();
    sum += bar.stage == stage && wanted ? bar.seconds : 0;
  }
  return sum;
}

struct DrawnStep {
  std::string id;
  PublishedExecution inputs;
  CalibratedStats stats;
  StepTimeline timeline;
};

// The timelines of the golden executions that can be drawn as a whole.
const std::vector<DrawnStep>& drawn_steps() {
  static const std::vector<DrawnStep> kSteps = [] {
    constexpr double kMostPasses = 4096;
    std::vector<DrawnStep> steps;
    const CalibratedGolden& golden = calibrated_golden();
    for (const Json& each : golden.cases) {
      if (!each.contains("stats")) {
        continue;
      }
      DrawnStep step{each["id"], golden.inputs(each), {}, {}};
      const CalibratedExecution& e = step.inputs.execution;
      const System system = golden.machine(each);
      step.stats = std::get<CalibratedStats>(evaluate_calibrated(step.inputs.model, system, e));
      if (step.stats.microbatches * static_cast<double>(e.pipeline_par * e.pipeline_interleaving) >
          kMostPasses) {
        continue;
      }
      step.timeline = step_timeline(
          step.stats, e, system.calibration.value_or(Calibration{}).pipeline_engine_seconds,
          step.inputs.model.num_blocks);
      steps.push_back(std::move(step));
    }
    return steps;
  }();
  return kSteps;
}

// The last of equals among the stages with most work, as the model has it.
std::int64_t critical_stage(const DrawnStep& step) {
  const CalibratedStats& s = step.stats;
  const auto last = static_cast<std::int64_t>(s.stage_blocks.size()) - 1;
  const double block = s.block_forward_time + s.block_backward_time + s.block_recompute_time;
  std::int64_t critical = 0;
  double most = -1;
  for (std::int64_t i = 0; i <= last; ++i) {
    const double busy = static_cast<double>(s.stage_blocks[static_cast<std::size_t>(i)]) * block +
                        (i == 0 ? s.embedding_time : 0) + (i == last ? s.head_time : 0);
    if (busy >= most) {
      most = busy;
      critical = i;
    }
  }
  return critical;
}

bool near(double a, double b, double whole) {
  return std::fabs(a - b) <= 1e-9 * whole;
}

}  // namespace

TEST_CASE("two stages take turns as 1F1B says", "[calibrated]") {
  const CalibratedExecution e = even_pipeline(2, 1, 2);
  const StepTimeline timeline = step_timeline(even_stats(e, 1), e, 0, 2);
  using Bar = std::tuple<std::int64_t, double, double, std::int64_t, StepBarKind>;
  std::vector<Bar> bars;
  for (const StepBar& bar : timeline.bars) {
    if (bar.seconds > 0) {
      bars.emplace_back(bar.stage, bar.begin, bar.end(), bar.pass.microbatch, bar.kind);
    }
  }
  std::sort(bars.begin(), bars.end());
  using enum StepBarKind;
  CHECK(bars == std::vector<Bar>{{0, 0, 1, 0, kForward},
                                 {0, 1, 2, 1, kForward},
                                 {0, 4, 6, 0, kBackward},
                                 {0, 7, 9, 1, kBackward},
                                 {0, 9, 9.5, 0, kOptimizer},
                                 {1, 1, 2, 0, kForward},
                                 {1, 2, 4, 0, kBackward},
                                 {1, 4, 5, 1, kForward},
                                 {1, 5, 7, 1, kBackward},
                                 {1, 9, 9.5, 0, kOptimizer},
                                 {2, 0, 9, 0, kPipeline},
                                 {2, 9, 9.5, 0, kOptimizer}});
}

TEST_CASE("a pipeline of equal chunks ends when the model says", "[calibrated]") {
  for (const std::int64_t stages : {1, 2, 3, 8}) {
    for (const std::int64_t chunks : {1, 2, 5}) {
      for (const std::int64_t groups : {1, 2, 7}) {
        if (stages == 1 && chunks > 1) {
          continue;
        }
        CalibratedExecution e = even_pipeline(stages, chunks, stages * groups);
        CalibratedStats stats = even_stats(e, 2 * chunks);
        // Transfers of 0.3 s, of which a fifth is exposed, and an engine of 0.1 s.
        const double rounds = static_cast<double>(stages * groups * chunks);
        const double others = static_cast<double>(stages - 1);
        stats.time.pipeline_par =
            stages == 1 ? 0 : 0.6 * (0.2 * rounds + others) + 0.1 * (rounds + others);
        stats.total_time += stats.time.pipeline_par;
        const StepTimeline timeline = step_timeline(stats, e, 0.1, 2 * chunks * stages);
        CAPTURE(stages, chunks, groups);
        CHECK(timeline.scale == Approx(1).epsilon(1e-12));
        CHECK(timeline.schedule_seconds == Approx(stats.total_time - 0.5).epsilon(1e-12));
      }
    }
  }
}

TEST_CASE("every timeline ends with its step, and no bars of a stage overlap", "[calibrated]") {
  Findings findings;
  for (const DrawnStep& step : drawn_steps()) {
    const double total = step.stats.total_time;
    double end = 0;
    std::map<std::int64_t, std::vector<StepBar>> tracks;
    for (const StepBar& bar : step.timeline.bars) {
      end = std::max(end, bar.end());
      findings.add_unless(bar.begin >= 0 && bar.seconds >= 0, step.id + " before the step");
      tracks[bar.stage].push_back(bar);
    }
    findings.add_unless(near(end, total, total), fmt::format("{} {} {}", step.id, end, total));
    for (auto& [stage, bars] : tracks) {
      std::stable_sort(bars.begin(), bars.end(),
                       [](const StepBar& a, const StepBar& b) { return a.begin < b.begin; });
      for (std::size_t i = 1; i < bars.size(); ++i) {
        findings.add_unless(bars[i].begin >= bars[i - 1].end() - 1e-9 * total,
                            fmt::format("{} overlap on {}", step.id, stage));
      }
    }
  }
  INFO(findings.text());
  CHECK(findings.empty());
}

TEST_CASE("every microbatch goes through all chunks and back", "[calibrated]") {
  Findings findings;
  for (const DrawnStep& step : drawn_steps()) {
    const CalibratedExecution& e = step.inputs.execution;
    const double total = step.stats.total_time;
    std::map<std::tuple<bool, std::int64_t, std::int64_t>, StepBar> passes;
    for (const StepBar& bar : step.timeline.bars) {
      if (bar.kind == StepBarKind::kForward || bar.kind == StepBarKind::kBackward) {
        const std::int64_t place = bar.pass.chunk * e.pipeline_par + bar.stage;
        passes[{bar.pass.backward, bar.pass.microbatch, place}] = bar;
      }
    }
    const std::int64_t places = e.pipeline_par * e.pipeline_interleaving;
    findings.add_unless(passes.size() == static_cast<std::size_t>(2 * places * e.microbatches()),
                        step.id);
    for (const auto& [key, bar] : passes) {
      const auto& [backward, microbatch, place] = key;
      const auto before =
          backward ? std::tuple(place < places - 1, microbatch, std::min(place + 1, places - 1))
                   : std::tuple(false, microbatch, place - 1);
      if (backward || place > 0) {
        findings.add_unless(passes.at(before).end() <= bar.begin + 1e-9 * total,
                            step.id + " begins before its input is there");
      }
    }
  }
  INFO(findings.text());
  CHECK(findings.empty());
}

TEST_CASE("the parts of a step are those of its timeline", "[calibrated]") {
  Findings findings;
  std::size_t whole = 0;
  using enum StepBarKind;
  for (const DrawnStep& step : drawn_steps()) {
    const StepTime& time = step.stats.time;
    const double total = step.stats.total_time;
    const auto stages = static_cast<std::int64_t>(step.stats.stage_blocks.size());
    const auto check = [&](double drawn, double part, std::string_view name) {
      findings.add_unless(near(drawn, part, total), fmt::format("{} {}", step.id, name));
    };
    if (time.slowdown >= 0) {
      check(sum_of(step.timeline, 0, {kDataPar}), time.data_par, "data_par");
      check(sum_of(step.timeline, 0, {kOptimizer}), time.optimizer, "optimizer");
      check(sum_of(step.timeline, 0, {kTiedEmbedding}), time.tied_embedding, "tied_embedding");
      check(sum_of(step.timeline, stages, {kSlowdown}), time.slowdown, "slowdown");
    }
    check(sum_of(step.timeline, stages, {kStraggler}), time.straggler, "straggler");
    check(sum_of(step.timeline, stages, {kStep}), time.step, "step");
    findings.add_unless(
        step.timeline.schedule_seconds <= step.timeline.pipeline_seconds * (1 + 1e-9),
        step.id + " schedule");
    if (step.timeline.scale < 1 - 1e-9 || step.inputs.execution.shards_gradients()) {
      continue;  // the model takes a stage that is none
    }
    ++whole;
    const std::int64_t critical = critical_stage(step);
    const double blocks = time.products + time.attention + time.elementwise + time.casts +
                          time.tensor_par + time.context_par + time.expert_par + time.recompute +
                          time.host;
    check(sum_of(step.timeline, critical, {kForward, kBackward, kRecompute}), blocks, "blocks");
    check(sum_of(step.timeline, critical, {kHead}), time.head, "head");
    check(sum_of(step.timeline, critical, {kEmbedding}), time.embedding, "embedding");
    const double own = sum_of(step.timeline, critical,
                              {kReceiveForward, kSendForward, kReceiveBackward, kSendBackward});
    findings.add_unless(own <= time.pipeline_par + 1e-9 * total, step.id + " transfers");
  }
  INFO(findings.text());
  CHECK(findings.empty());
  CHECK(whole > 300);
}

TEST_CASE("the middle of a long step is left out", "[calibrated]") {
  const CalibratedExecution e = even_pipeline(8, 2, 1'000'000);
  const CalibratedStats stats = even_stats(e, 4);
  const StepTimeline timeline = step_timeline(stats, e, 0, 32);
  CHECK(timeline.bars.size() < 400'000);
  CHECK(timeline.left_out == 1'000'000 - 4096);
  CHECK(timeline.left_out % 8 == 0);
  CHECK(timeline.schedule_seconds == Approx(stats.total_time - 0.5).epsilon(1e-12));
  CHECK(sum_of(timeline, 0, {StepBarKind::kForward}) == Approx(4.0 * 4096));
  CHECK(sum_of(timeline, 3, {StepBarKind::kNotDrawn}) >= 0.99 * 12.0 * (1'000'000 - 4096));
}

TEST_CASE("a pipeline of the most chunks is drawn with a microbatch", "[calibrated]") {
  const CalibratedExecution e = even_pipeline(kMostDrawnChunks, 1, 5);
  const CalibratedStats stats = even_stats(e, 1);
  const StepTimeline timeline = step_timeline(stats, e, 0, kMostDrawnChunks);
  CHECK(timeline.left_out == 4);
  CHECK(timeline.schedule_seconds == Approx(stats.total_time - 0.5).epsilon(1e-12));
}

TEST_CASE("interleaved stages whose last group is smaller do not wait for each other",
          "[calibrated]") {
  for (const std::int64_t stages : {2, 4, 5, 6, 7}) {
    for (const std::int64_t chunks : {2, 3, 4}) {
      for (const std::int64_t microbatches : {1, 5, 12, 16, 24, 32, 33}) {
        const CalibratedExecution e = even_pipeline(stages, chunks, microbatches);
        const CalibratedStats stats = even_stats(e, chunks);
        const StepTimeline timeline = step_timeline(stats, e, 0, chunks * stages);
        CHECK(timeline.scale > 0);
        CHECK(timeline.schedule_seconds == Approx(stats.total_time - 0.5).epsilon(1e-12));
      }
    }
  }
}

}  // namespace calculon::test
