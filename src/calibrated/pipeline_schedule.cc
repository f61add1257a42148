#include "calibrated/pipeline_schedule.h"

#include <algorithm>
#include <optional>

namespace calculon {
namespace {

// Walks through the orders of all stages at once.
class PipelineWalk {
 public:
  PipelineWalk(const PipelineShape& shape, const PassCosts& costs, WarmUp warm_up)
      : shape_(shape), costs_(costs) {
    for (std::int64_t stage = 0; stage < shape.stages; ++stage) {
      stages_.push_back({pipeline_passes(shape, stage, warm_up), 0, 0});
    }
    const auto passes = static_cast<std::size_t>(shape.stages * shape.chunks * shape.microbatches);
    forward_ends_.resize(passes, kNever);
    backward_ends_.resize(passes, kNever);
  }

  // Nothing if stages wait for each other.
  std::optional<PipelineSchedule> run() {
    for (bool moved = true; moved;) {
      moved = false;  // down with the forward passes, then up with the backward ones
      for (std::int64_t i = 0; i < shape_.stages; ++i) {
        moved = advance(i) || moved;
      }
      for (std::int64_t i = shape_.stages - 1; i >= 0; --i) {
        moved = advance(i) || moved;
      }
    }
    const bool done = std::all_of(stages_.begin(), stages_.end(), [](const Stage& stage) {
      return stage.next == stage.passes.size();
    });
    return done ? std::optional(std::move(schedule_)) : std::nullopt;
  }

 private:
  static constexpr double kNever = -1;

  struct Stage {
    std::vector<PipelinePass> passes;
    std::size_t next = 0;
    double free = 0;
  };

  // Where the end of a pass stands, by its place in the model.
  double& end_of(bool backward, std::int64_t microbatch, std::int64_t place) {
    const auto index = static_cast<std::size_t>(place * shape_.microbatches + microbatch);
    return (backward ? backward_ends_ : forward_ends_)[index];
  }

  // When the input of a pass is there, or kNever.
  double input_at(const PipelinePass& pass, std::int64_t place) {
    const std::int64_t last = shape_.stages * shape_.chunks - 1;
    if (pass.backward) {
      return place == last ? end_of(false, pass.microbatch, place)
                           : end_of(true, pass.microbatch, place + 1);
    }
    return place == 0 ? 0 : end_of(false, pass.microbatch, place - 1);
  }

  // Does what a stage can do now; whether that is anything.
  bool advance(std::int64_t number) {
    Stage& stage = stages_[static_cast<std::size_t>(number)];
    const std::size_t before = stage.next;
    for (; stage.next < stage.passes.size(); ++stage.next) {
      const PipelinePass& pass = stage.passes[stage.next];
      const std::int64_t place = pass.chunk * shape_.stages + number;
      const double input = input_at(pass, place);
      if (input < 0) {
        break;
      }
      stage.free =
          draw(number, pass, std::max(stage.free, input),
               2 * stage.next < stage.passes.size() ? schedule_.first_half : schedule_.second_half);
      end_of(pass.backward, pass.microbatch, place) = stage.free;
      schedule_.seconds = std::max(schedule_.seconds, stage.free);
    }
    return stage.next > before;
  }

  // When the pass ends.
  double draw(std::int64_t stage, const PipelinePass& pass, double now,
              std::vector<StepBar>& bars) {
    for (const PassPiece& piece : costs_.pieces(stage, pass)) {
      bars.push_back({piece.kind, stage, now, piece.seconds, pass});
      now += piece.seconds;
    }
    return now;
  }

  PipelineShape shape_;
  const PassCosts& costs_;
  std::vector<Stage> stages_;
  std::vector<double> forward_ends_;
  std::vector<double> backward_ends_;
  PipelineSchedule schedule_;
};

}  // namespace

PipelineSchedule schedule_pipeline(const PipelineShape& shape, const PassCosts& costs) {
  if (auto schedule = PipelineWalk(shape, costs, WarmUp::kShort).run()) {
    return *std::move(schedule);
  }
  return *PipelineWalk(shape, costs, WarmUp::kAll).run();
}

}  // namespace calculon
