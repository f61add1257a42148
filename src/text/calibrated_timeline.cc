#include "text/calibrated_timeline.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/finite.h"
#include "text/chrome_trace.h"
#include "text/json_report.h"

namespace calculon {
namespace {

constexpr double kMicrosecondsPerSecond = 1e6;

enum class Track { kComputation, kCommunication, kStep };

// How bars of a kind are shown.
struct KindRow {
  StepBarKind kind;
  std::string_view name;
  std::string_view category;  // the part of `time` where there is one
  Track track;
  bool of_pass;  // named with its microbatch
};

constexpr std::array kKinds = {
    KindRow{StepBarKind::kEmbedding, "embedding", "embedding", Track::kComputation, true},
    KindRow{StepBarKind::kForward, "forward", "forward", Track::kComputation, true},
    KindRow{StepBarKind::kHead, "head", "head", Track::kComputation, true},
    KindRow{StepBarKind::kRecompute, "recompute", "recompute", Track::kComputation, true},
    KindRow{StepBarKind::kBackward, "backward", "backward", Track::kComputation, true},
    KindRow{StepBarKind::kReceiveForward, "receive forward", "pipeline_par", Track::kCommunication,
            true},
    KindRow{StepBarKind::kSendForward, "send forward", "pipeline_par", Track::kCommunication, true},
    KindRow{StepBarKind::kReceiveBackward, "receive backward", "pipeline_par",
            Track::kCommunication, true},
    KindRow{StepBarKind::kSendBackward, "send backward", "pipeline_par", Track::kCommunication,
            true},
    KindRow{StepBarKind::kNotDrawn, "microbatches that are not drawn", "not_drawn",
            Track::kComputation, false},
    KindRow{StepBarKind::kDataPar, "data_par", "data_par", Track::kCommunication, false},
    KindRow{StepBarKind::kTiedEmbedding, "tied_embedding", "tied_embedding", Track::kCommunication,
            false},
    KindRow{StepBarKind::kOptimizer, "optimizer", "optimizer", Track::kComputation, false},
    KindRow{StepBarKind::kPipeline, "pipeline", "pipeline", Track::kStep, false},
    KindRow{StepBarKind::kSlowdown, "slowdown", "slowdown", Track::kStep, false},
    KindRow{StepBarKind::kStraggler, "straggler", "straggler", Track::kStep, false},
    KindRow{StepBarKind::kStep, "step", "step", Track::kStep, false},
};

constexpr bool in_order() {
  for (std::size_t i = 0; i < kKinds.size(); ++i) {
    if (kKinds.at(i).kind != static_cast<StepBarKind>(i)) {
      return false;
    }
  }
  return true;
}
static_assert(in_order(), "a kind of bars has no row at its place");

// Processes count from 1, and no thread has the number of a process: viewers take that for the main
// thread of the process.
ChromeTrace::Row row_of(std::size_t stage, Track track) {
  constexpr auto kBehindProcesses = static_cast<std::size_t>(kMostDrawnChunks) + 2;
  const std::size_t process = stage + 1;
  return {process, kBehindProcesses + 2 * process + (track == Track::kCommunication ? 1 : 0)};
}

void name_rows(const CalibratedStats& stats, ChromeTrace& trace) {
  const std::size_t stages = stats.stage_blocks.size();
  for (std::size_t stage = 0; stage < stages; ++stage) {
    const ChromeTrace::Row computation = row_of(stage, Track::kComputation);
    trace.name_process(computation.process,
                       fmt::format("stage {}: {} blocks", stage, stats.stage_blocks[stage]));
    trace.sort_process(computation.process);
    trace.name_thread(computation, "computation");
    trace.name_thread(row_of(stage, Track::kCommunication), "communication");
  }
  const ChromeTrace::Row step = row_of(stages, Track::kStep);
  trace.name_process(step.process, fmt::format("step: {:.6g} s", stats.total_time));
  trace.sort_process(step.process);
  trace.name_thread(step, "parts");
}

void draw_bar(const StepBar& bar, std::size_t stages, bool interleaved, ChromeTrace& trace) {
  const KindRow& kind = kKinds.at(static_cast<std::size_t>(bar.kind));
  const auto stage = static_cast<std::size_t>(bar.stage);
  std::string name(kind.name);
  Json about;
  if (kind.of_pass) {
    name += fmt::format(" {}", bar.pass.microbatch);
    name += interleaved ? fmt::format(" chunk {}", bar.pass.chunk) : "";
    about = {{"microbatch", bar.pass.microbatch}, {"chunk", bar.pass.chunk}};
  }
  trace.bar(row_of(stage, stage == stages ? Track::kStep : kind.track), name, kind.category,
            bar.begin * kMicrosecondsPerSecond, bar.seconds * kMicrosecondsPerSecond, about);
}

}  // namespace

std::string calibrated_timeline_text(const StepTimeline& timeline, const CalibratedStats& stats) {
  require_finite(stats.total_time * kMicrosecondsPerSecond, "the timeline");
  ChromeTrace trace;
  name_rows(stats, trace);
  const bool interleaved = std::any_of(timeline.bars.begin(), timeline.bars.end(),
                                       [](const StepBar& bar) { return bar.pass.chunk > 0; });
  for (const StepBar& bar : timeline.bars) {
    draw_bar(bar, stats.stage_blocks.size(), interleaved, trace);
  }
  return trace.text({{"total_time", to_json(stats.total_time)},
                     {"microbatches", timeline.microbatches},
                     {"microbatches_not_drawn", timeline.left_out},
                     {"pipeline_seconds", to_json(timeline.pipeline_seconds)},
                     {"schedule_seconds", to_json(timeline.schedule_seconds)},
                     {"scale", to_json(timeline.scale)}});
}

}  // namespace calculon
