#include "planner/plan/plan_cost.h"

#include <algorithm>
#include <cmath>

#include "planner/plan/cost_formulas.h"

namespace calculon {
namespace {

// What of a plan a part of its cost sees.
struct CostView {
  const PlanProblem& problem;
  std::span<const WalkedStage> stages;  // those that are charged
  std::span<const std::int32_t> partition;
  std::int64_t micro_batches;

  std::size_t begin(std::size_t stage) const { return static_cast<std::size_t>(partition[stage]); }
  std::size_t end(std::size_t stage) const {
    return static_cast<std::size_t>(partition[stage + 1]);
  }
  bool empty(std::size_t stage) const { return begin(stage) == end(stage); }
};

double stage_ms(const CostView& view, std::size_t i) {
  const WalkedStage& stage = view.stages[i];
  return stage.mixed_stage ? stage.mixed_stage->stage_ms(view.begin(i), view.end(i))
                           : stage.profile->time_ms(view.begin(i), view.end(i));
}

// Between the last forward and the first backward pass of a microbatch; NaN if it is not known.
double stage_gap_ms(const CostView& view, std::size_t i) {
  const WalkedStage& stage = view.stages[i];
  const double gap = stage.mixed_stage ? stage.mixed_stage->gap_ms : stage.profile->gap_ms;
  const bool unknown = gap == 0 && !view.problem.fixed();  // quirk H19
  return unknown ? std::numeric_limits<double>::quiet_NaN() : gap;
}

double boundary_transfer_ms(const CostView& view, std::size_t i) {
  const WalkedStage& stage = view.stages[i];
  const bool before_head = view.end(i) == view.problem.num_layers - 1;
  return boundary_ms(view.problem.options, stage.microbatch, stage.tensor_par(), before_head,
                     stage.pipeline_bytes_per_ms);
}

double parameter_bytes(const CostView& view, std::size_t i) {
  const PlanProblem& problem = view.problem;
  if (problem.fixed() && view.empty(i)) {
    return 0;
  }
  const auto tensor_par = static_cast<double>(view.stages[i].tensor_par());
  // Below 0 for an empty stage at either end (quirk H21).
  auto middle_layers = view.partition[i + 1] - view.partition[i];
  double bytes = 0;
  if (view.begin(i) == 0) {
    bytes += problem.first_parameters / tensor_par;
    --middle_layers;
  }
  if (view.end(i) == problem.num_layers) {
    bytes += problem.last_parameters / tensor_par;
    --middle_layers;
  }
  return bytes + problem.middle_parameters / tensor_par * middle_layers;
}

double data_ms(const CostView& view, std::size_t i) {
  const WalkedStage& stage = view.stages[i];
  return reduction_ms(static_cast<double>(stage.data_par()), stage.data_bytes_per_ms,
                      parameter_bytes(view, i));
}

double optimizer_ms(const CostView& view, std::size_t i) {
  const auto layers = static_cast<double>(view.end(i) - view.begin(i));
  return view.problem.optimizer_ms / static_cast<double>(view.stages[i].tensor_par()) *
         (layers / static_cast<double>(view.problem.num_layers));
}

// Whether all parts of the cost but the execution are at least 0.
bool only_adds_to_execution(const CostView& view) {
  return view.problem.cost_is_at_least_execution && !view.empty(0) &&
         !view.empty(view.stages.size() - 1);
}

double all_transfers_ms(const CostView& view, double longest_ms) {
  double all = 0;
  double slowest = 0;
  for (std::size_t i = 0; i + 1 < view.stages.size(); ++i) {
    const double milliseconds = boundary_transfer_ms(view, i);
    all += milliseconds;
    slowest = std::max(slowest, milliseconds);
  }
  return charged_transfers_ms(view.problem.options.quirks, static_cast<double>(view.micro_batches),
                              all, slowest, longest_ms);
}

void describe_stages(const CostView& view, PlanWalker& walker, PlanDetails& details) {
  details.stages.clear();
  double longest = -1;
  const CostView all{view.problem, walker.stages(), view.partition, view.micro_batches};
  for (std::size_t i = 0; i < all.stages.size(); ++i) {
    const WalkedStage& stage = all.stages[i];
    StageDetails& to = details.stages.emplace_back();
    to.first_gpu = stage.first_gpu;
    for (const int type : walker.layout().sequence()) {
      if (const auto count = walker.layout().count(type, stage.first_gpu, stage.size); count > 0) {
        to.devices.emplace_back(view.problem.types[static_cast<std::size_t>(type)], count);
      }
    }
    to.strategy = stage.strategy();
    to.microbatch = stage.microbatch;
    to.first_layer = all.partition[i];
    to.end_layer = all.partition[i + 1];
    to.charged = i < view.stages.size();
    const MemoryNeed memory = walker.memory_need(i);
    to.memory_mb = memory.needed_mb;
    to.available_mb = memory.available_mb;
    to.stage_ms = stage_ms(all, i);
    to.data_ms = data_ms(all, i);
    to.optimizer_ms = optimizer_ms(all, i);
    to.transfer_ms = i + 1 < all.stages.size() ? boundary_transfer_ms(all, i) : 0;
    if (to.charged && to.stage_ms > longest) {
      longest = to.stage_ms;
      details.bottleneck = i;
    }
  }
}

}  // namespace

PlanCost plan_cost(const PlanProblem& problem, PlanWalker& walker, std::size_t stages_charged,
                   double bound, PlanDetails* details) {
  const CostView view{problem, walker.stages().first(stages_charged), walker.partition(),
                      walker.micro_batches()};
  for (const WalkedStage& stage : view.stages) {
    if (stage.mixed_stage && !stage.mixed_stage->costable) {
      return {CostKind::kNotCostable, 0};
    }
  }
  const double one_gap = stage_gap_ms(view, stages_charged - 1);
  if (std::isnan(one_gap)) {
    return {CostKind::kNotCostable, 0};
  }

  // Sums are in the published order, which decides their last bit.
  double longest = 0;
  double sum = 0;
  for (std::size_t i = 0; i < stages_charged; ++i) {
    const double milliseconds = stage_ms(view, i);
    longest = std::max(longest, milliseconds);
    sum += milliseconds;
  }
  const auto micro_batches = static_cast<double>(view.micro_batches);
  const double execution = pipeline_ms(micro_batches, longest, sum);
  if (execution > bound && only_adds_to_execution(view)) {
    return {CostKind::kAboveBound, 0};
  }

  const double gap = one_gap * micro_batches;
  double optimizer = optimizer_ms(view, 0);
  double data = data_ms(view, 0);
  for (std::size_t i = 1; i < stages_charged; ++i) {
    optimizer = std::max(optimizer, optimizer_ms(view, i));
    data = std::max(data, data_ms(view, i));
  }
  const double transfer = all_transfers_ms(view, longest);
  const double batch_generator = problem.batch_generator_ms * micro_batches;
  if (details) {
    describe_stages(view, walker, *details);
    details->execution_ms = execution;
    details->gap_ms = gap;
    details->optimizer_ms = optimizer;
    details->data_ms = data;
    details->transfer_ms = transfer;
    details->batch_generator_ms = batch_generator;
  }
  return {CostKind::kCosted, execution + gap + optimizer + data + transfer + batch_generator};
}

}  // namespace calculon
