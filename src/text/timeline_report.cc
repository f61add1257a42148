// The cost of a pipeline, (b - 1) * longest + sum of all stages, is the end of a schedule in which
// every stage takes the microbatches one after the other, each as soon as the stage before it is
// done:
//
//   stage 0   | 0 | 1 | 2 |
//   stage 1       |  0  |  1  |  2  |
//   stage 2             | 0 |  | 1 |  | 2 |
//
// The trace shows this schedule. What the planner charges once, it shows once: batches are made
// before, and the gap, the gradients' reduction, the optimizer and the transfers stand behind.
#include "text/timeline_report.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "text/chrome_trace.h"

namespace calculon {
namespace {

constexpr double kMicrosecondsPerMs = 1e3;
constexpr std::size_t kProcess = 1;

std::string row_name(std::size_t number, const StageDetails& stage, bool bottleneck) {
  std::vector<std::string> devices;
  for (const auto& [type, count] : stage.devices) {
    devices.push_back(fmt::format("{} x {}", count, type));
  }
  return fmt::format("stage {}: {}, data {} tensor {}, layers {} to {}{}{}", number,
                     fmt::join(devices, " + "), stage.strategy.data_par, stage.strategy.tensor_par,
                     stage.first_layer, stage.end_layer, bottleneck ? " (bottleneck)" : "",
                     stage.charged ? "" : " (not charged)");
}

void draw(ChromeTrace& trace, std::size_t row, const std::string& name, std::string_view category,
          double begin_ms, double milliseconds) {
  trace.bar({kProcess, row}, name, category, begin_ms * kMicrosecondsPerMs,
            milliseconds * kMicrosecondsPerMs);
}

// Draws the pipeline from `begin_ms` on.
void draw_pipeline(ChromeTrace& trace, const HeteroPlan& plan, const PlanDetails& details,
                   double begin_ms) {
  std::vector<double> free_ms(details.stages.size(), begin_ms);
  for (std::int64_t m = 0; m < plan.micro_batches; ++m) {
    double ready_ms = begin_ms;
    const std::string name = fmt::format("microbatch {}", m);
    for (std::size_t i = 0; i < details.stages.size(); ++i) {
      const StageDetails& stage = details.stages[i];
      if (!stage.charged) {
        break;
      }
      const double start_ms = std::max(ready_ms, free_ms[i]);
      draw(trace, i, name, "pipeline", start_ms, stage.stage_ms);
      ready_ms = start_ms + stage.stage_ms;
      free_ms[i] = ready_ms;
    }
  }
}

}  // namespace

std::string timeline_text(const HeteroPlan& plan, const PlanDetails& details) {
  ChromeTrace trace;
  trace.name_process(kProcess,
                     fmt::format("{} ms, {} microbatches, {}", plan.cost, plan.micro_batches,
                                 fmt::join(plan.type_sequence, " then ")));
  for (std::size_t i = 0; i < details.stages.size(); ++i) {
    trace.name_thread({kProcess, i}, row_name(i, details.stages[i], i == details.bottleneck));
  }
  const std::size_t all_row = details.stages.size();
  trace.name_thread({kProcess, all_row}, "all stages");
  double now_ms = 0;
  const auto step = [&](const std::string& name, std::string_view category, double milliseconds) {
    draw(trace, all_row, name, category, now_ms, milliseconds);
    now_ms += milliseconds;
  };
  step("batch generation", "input", details.batch_generator_ms);
  draw_pipeline(trace, plan, details, now_ms);
  now_ms += details.execution_ms;
  step("stage-to-stage transfers", "communication", details.transfer_ms);
  step("gap between forward and backward", "pipeline", details.gap_ms);
  step("gradient reduction", "communication", details.data_ms);
  step("optimizer", "optimizer", details.optimizer_ms);
  return trace.text();
}

}  // namespace calculon
