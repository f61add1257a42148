// The model gives a step as a sum of parts. The timeline shows a schedule that has these parts:
//
//   stage 0   e f0 > e f1 >        b0 e f2 > b1 ...          data_par  optimizer
//   stage 1            f0 h b0 < f1 h b1 < ...               data_par  optimizer
//   step      |------------------ pipeline ----------------|...       ...       straggler step
//
// A pass takes a stage as long as its blocks take, and then the exposed share of a transfer and the
// time of the pipeline engine; only the first transfers down and the last ones up, for which all
// wait, take their whole time. With stages of one size the last pass so ends when the model says:
// the critical stage is busy for its share and idle for `bubble` and the transfers of the others.
// With other stages a schedule needs less, and idle time follows; what would need more, as few
// microbatches in interleaved chunks do, is drawn shorter.
//
// Schematic are: all of recomputation before the backward pass of a chunk, the embedding before its
// first block, head, loss and the backward pass of the head at once, and exposed gradient traffic,
// slowdown and straggler once, behind the pipeline.
#include "calibrated/step_timeline.h"

#include <algorithm>
#include <initializer_list>

#include "calibrated/pipeline_layout.h"
#include "calibrated/step_time.h"

namespace calculon {
namespace {

// Passes that are drawn one by one; of longer steps the middle is left out.
constexpr std::int64_t kMostDrawnPasses = 1 << 16;

double sum_of(const StepTime& time, std::initializer_list<double StepTime::*> parts) {
  double sum = 0;
  for (const auto part : parts) {
    sum += time.*part;
  }
  return sum;
}

// A microbatch on the critical stage.
double busy_seconds(const CalibratedStats& stats) {
  return sum_of(stats.time, {&StepTime::products, &StepTime::attention, &StepTime::elementwise,
                             &StepTime::casts, &StepTime::tensor_par, &StepTime::context_par,
                             &StepTime::expert_par, &StepTime::recompute, &StepTime::host,
                             &StepTime::head, &StepTime::embedding}) /
         stats.microbatches;
}

// How `pipeline_par` splits into transfers: each pass has an exposed share of one.
struct Transfers {
  double exposed = 0;  // with the time of the engine
  double whole = 0;
};

Transfers transfers_of(const CalibratedStats& stats, const CalibratedExecution& e,
                       double engine_seconds) {
  if (e.pipeline_par == 1) {
    return {};
  }
  const double rounds = stats.microbatches * static_cast<double>(e.pipeline_interleaving);
  const double others = static_cast<double>(e.pipeline_par - 1);
  const double once = std::max(0.0, stats.time.pipeline_par - engine_seconds * (rounds + others)) /
                      (2 * (kExposedTransfer * rounds + others));
  return {kExposedTransfer * once + engine_seconds / 2, once + engine_seconds / 2};
}

// The passes of a predicted step, of which `shape` may have a part.
class PredictedPasses : public PassCosts {
 public:
  PredictedPasses(const CalibratedStats& stats, const PipelineLayout& layout,
                  const PipelineShape& shape, const Transfers& transfers)
      : stats_(stats), layout_(layout), shape_(shape), transfers_(transfers) {}

  PassPieces pieces(std::int64_t stage, const PipelinePass& pass) const override {
    const auto blocks = static_cast<double>(layout_.chunk_blocks(stage, pass.chunk));
    const bool first = stage == 0 && pass.chunk == 0;
    const bool last = stage == shape_.stages - 1 && pass.chunk == shape_.chunks - 1;
    PassPieces pieces;
    const auto add = [&](bool wanted, StepBarKind kind, double seconds) {
      if (wanted) {
        pieces.push_back({kind, seconds});
      }
    };
    const bool sends = shape_.stages > 1;
    if (pass.backward) {
      add(sends && first, StepBarKind::kReceiveBackward, transfers_.exposed);
      add(true, StepBarKind::kRecompute, blocks * stats_.block_recompute_time);
      add(true, StepBarKind::kBackward, blocks * stats_.block_backward_time);
      const bool waited = pass.chunk == 0 && pass.microbatch == shape_.microbatches - 1;
      add(sends && !first, StepBarKind::kSendBackward, sent(waited));
    } else {
      add(sends && last, StepBarKind::kReceiveForward, transfers_.exposed);
      add(first, StepBarKind::kEmbedding, stats_.embedding_time);
      add(true, StepBarKind::kForward, blocks * stats_.block_forward_time);
      add(last, StepBarKind::kHead, stats_.head_time);
      const bool waited = pass.chunk == 0 && pass.microbatch == 0 && stage < shape_.stages - 1;
      add(sends && !last, StepBarKind::kSendForward, sent(waited));
    }
    return pieces;
  }

 private:
  double sent(bool waited) const { return waited ? transfers_.whole : transfers_.exposed; }

  const CalibratedStats& stats_;
  const PipelineLayout& layout_;
  PipelineShape shape_;
  Transfers transfers_;
};

// As many microbatches as can be drawn, with a last group of the same size.
std::int64_t drawn_microbatches(const CalibratedExecution& e) {
  const std::int64_t all = e.microbatches();
  const std::int64_t most =
      std::max<std::int64_t>(1, kMostDrawnPasses / (e.pipeline_par * e.pipeline_interleaving));
  if (all <= most) {
    return all;
  }
  const std::int64_t beyond = (most - all % e.pipeline_par) % e.pipeline_par;
  return e.pipeline_interleaving > 1 && most > e.pipeline_par ? most - beyond : most;
}

// Puts both halves of a schedule on the timeline, the second one later by what is left out.
void draw_pipeline(const PipelineSchedule& schedule, std::int64_t stages, double later,
                   StepTimeline& timeline) {
  struct Gap {
    double end = 0;     // of the first half
    double begin = -1;  // of the second one
  };
  std::vector<Gap> gaps(static_cast<std::size_t>(stages));
  const auto scaled = [&](StepBar bar) {
    bar.begin *= timeline.scale;
    bar.seconds *= timeline.scale;
    return bar;
  };
  for (const StepBar& bar : schedule.first_half) {
    timeline.bars.push_back(scaled(bar));
    Gap& gap = gaps[static_cast<std::size_t>(bar.stage)];
    gap.end = std::max(gap.end, timeline.bars.back().end());
  }
  for (const StepBar& bar : schedule.second_half) {
    StepBar moved = scaled(bar);
    moved.begin += later;
    moved.pass.microbatch += timeline.left_out;
    Gap& gap = gaps[static_cast<std::size_t>(bar.stage)];
    gap.begin = gap.begin < 0 ? moved.begin : std::min(gap.begin, moved.begin);
    timeline.bars.push_back(moved);
  }
  for (std::int64_t stage = 0; stage < stages && timeline.left_out > 0; ++stage) {
    const Gap& gap = gaps[static_cast<std::size_t>(stage)];
    timeline.bars.push_back(
        {StepBarKind::kNotDrawn, stage, gap.end, std::max(0.0, gap.begin - gap.end), {}});
  }
}

// What the model puts behind the pipeline, one after the other.
void draw_tail(const StepTime& time, std::int64_t stages, double shrink, StepTimeline& timeline) {
  double now = 0;
  const auto draw = [&](StepBarKind kind, double seconds) {
    seconds = std::max(seconds, 0.0);
    const bool everywhere = kind == StepBarKind::kDataPar || kind == StepBarKind::kOptimizer;
    for (std::int64_t stage = 0; stage < stages; ++stage) {
      const bool end = stage == 0 || stage == stages - 1;
      if (everywhere || (kind == StepBarKind::kTiedEmbedding && end)) {
        timeline.bars.push_back({kind, stage, now, seconds, {}});
      }
    }
    timeline.bars.push_back({kind, stages, now, seconds, {}});
    now += seconds;
  };
  draw(StepBarKind::kPipeline, timeline.pipeline_seconds);
  draw(StepBarKind::kDataPar, shrink * time.data_par);
  draw(StepBarKind::kTiedEmbedding, shrink * time.tied_embedding);
  draw(StepBarKind::kOptimizer, shrink * time.optimizer);
  draw(StepBarKind::kSlowdown, time.slowdown);
  draw(StepBarKind::kStraggler, time.straggler);
  draw(StepBarKind::kStep, time.step);
}

}  // namespace

StepTimeline step_timeline(const CalibratedStats& stats, const CalibratedExecution& e,
                           double engine_seconds, std::int64_t blocks) {
  const PipelineLayout layout(e, blocks);
  const Transfers transfers = transfers_of(stats, e, engine_seconds);
  const PipelineShape shape = {e.pipeline_par, e.pipeline_interleaving, drawn_microbatches(e)};
  const PipelineSchedule schedule =
      schedule_pipeline(shape, PredictedPasses(stats, layout, shape, transfers));

  // A slowdown below 1 has no place behind the pipeline: everything it is of is shorter.
  const StepTime& time = stats.time;
  const double cycle =
      busy_seconds(stats) + 2 * static_cast<double>(e.pipeline_interleaving) * transfers.exposed;
  const double pipeline =
      stats.microbatches * busy_seconds(stats) + time.bubble + time.pipeline_par;
  const double before = pipeline + time.data_par + time.optimizer + time.tied_embedding;
  const double shrink = time.slowdown < 0 ? 1 + time.slowdown / before : 1;

  StepTimeline timeline;
  timeline.microbatches = e.microbatches();
  timeline.left_out = timeline.microbatches - shape.microbatches;
  const double middle = static_cast<double>(timeline.left_out) * cycle;
  timeline.pipeline_seconds = shrink * pipeline;
  const double allotted = pipeline - middle;
  timeline.scale = shrink * std::min(1.0, schedule.seconds > 0 ? allotted / schedule.seconds : 1);
  timeline.schedule_seconds = timeline.scale * schedule.seconds + shrink * middle;
  draw_pipeline(schedule, shape.stages, shrink * middle, timeline);
  draw_tail(time, shape.stages, shrink, timeline);
  std::stable_sort(timeline.bars.begin(), timeline.bars.end(),
                   [](const StepBar& a, const StepBar& b) { return a.stage < b.stage; });
  return timeline;
}

}  // namespace calculon
