#include "calculon/planner/plan/hetero_plan.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <mutex>

#include "base/finite.h"
#include "calculon/base/input_error.h"
#include "calculon/base/parallel.h"
#include "calculon/base/top_n.h"
#include "planner/plan/group_lists.h"
#include "planner/plan/plan_cost.h"
#include "planner/plan/plan_problem.h"
#include "planner/plan/plan_walker.h"

namespace calculon {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

// Threads share the lists out in batches of neighbours.
constexpr std::int64_t kListsPerBatch = 16;

// Adds doubles with the rounding errors kept aside.
class ExactSum {
 public:
  void add(double value) {
    const double sum = sum_ + value;
    errors_ += std::fabs(sum_) >= std::fabs(value) ? sum_ - sum + value : value - sum + sum_;
    sum_ = sum;
  }
  double value() const { return sum_ + errors_; }

 private:
  double sum_ = 0;
  double errors_ = 0;
};

struct BatchTally {
  std::int64_t batch = 0;
  std::int64_t costed = 0;
  ExactSum costs;
};

struct RankedPlan {
  double score = 0;        // minus the cost
  std::int64_t index = 0;  // ascends in the order of finding
  std::int64_t batch = 0;
  HeteroPlan plan;  // its index counts within the batch
};

// The plan that a walker stands at.
HeteroPlan plan_of(const PlanProblem& problem, const PlanWalker& walker,
                   std::size_t stages_charged) {
  HeteroPlan plan;
  for (const int type : walker.layout().sequence()) {
    plan.type_sequence.push_back(problem.types[static_cast<std::size_t>(type)]);
  }
  for (const WalkedStage& stage : walker.stages()) {
    plan.device_groups.push_back(stage.size);
    plan.strategies.push_back(stage.strategy());
  }
  plan.micro_batches = walker.micro_batches();
  plan.layer_partition.assign(walker.partition().begin(), walker.partition().end());
  plan.stages_charged = static_cast<std::int64_t>(stages_charged);
  return plan;
}

// What all threads share.
struct SharedWork {
  const PlanProblem& problem;
  bool find_nearest;  // instead of the best plans, what comes closest to fitting
  const std::atomic<bool>& stop;
  std::atomic<std::int64_t> next_batch{0};
  std::atomic<bool> failed{false};
};

// One thread's part of a search.
class PlanSearchWorker {
 public:
  explicit PlanSearchWorker(SharedWork& shared)
      : shared_(shared), problem_(shared.problem), best_(problem_.options.top) {}

  // All threads enumerate; each one walks the batches that it claims.
  void run(const StopToken& stop) {
    stop_ = &stop;
    std::int64_t claimed = shared_.next_batch++;
    for_each_group_list(problem_, [&](const GroupList& list) {
      const std::int64_t batch = list.number / kListsPerBatch;
      if (batch > claimed) {
        claimed = shared_.next_batch++;
        // What stands before a failure has been claimed, and is walked to find the first one.
        if (shared_.failed) {
          return false;
        }
      }
      if (batch == claimed) {
        walk_list(list, batch);
      }
      return !stop;
    });
  }

  HeteroCounts counts;
  std::vector<BatchTally> batches;
  std::optional<NearestMiss> nearest;
  std::int64_t nearest_index = 0;
  std::optional<InputError> error;
  std::int64_t error_index = 0;

  const TopN<RankedPlan>& best() const { return best_; }

 private:
  void walk_list(const GroupList& list, std::int64_t batch) {
    if (!walker_ || sequence_number_ != list.sequence_number) {
      walker_ = std::make_unique<PlanWalker>(problem_, list.sequence);
      walker_->stop = stop_;
      sequence_number_ = list.sequence_number;
      if (shared_.find_nearest) {
        walker_->on_attempt = [this](const PartitionAttempt& attempt) { keep_nearest(attempt); };
      }
    }
    if (batches.empty() || batches.back().batch != batch) {
      batches.push_back({batch, 0, {}});
    }
    stages_charged_ = list.stages_charged;
    walker_->set_groups(list.groups);
    const auto plans = static_cast<std::int64_t>(problem_.divisors.size());
    for (std::int64_t i = 0; i < plans && !error && !*stop_; ++i) {
      constexpr int kIndexShift = 16;  // room for more strategies than a plan can have
      index_ = (list.number * plans + i) << kIndexShift;
      walker_->set_micro_batches(problem_.divisors[static_cast<std::size_t>(i)]);
      walk_plan();
    }
  }

  void walk_plan() {
    try {
      const WalkCounts walked = walker_->walk([this](int attempts) { accept(attempts); });
      ++counts.inter_stage_plans;
      // Quirk H9: the steps of an abandoned search since its last plan do not count.
      counts.steps += walked.steps + (problem_.fixed() ? walked.abandoned_steps : 0);
      counts.steps_including_abandoned += walked.steps + walked.abandoned_steps;
      counts.searches_abandoned += walked.abandoned ? 1 : 0;
    } catch (const InputError& input_error) {
      error = input_error;
      error_index = index_;
      shared_.failed = true;
    }
  }

  void accept(int attempts) {
    ++index_;
    const double bound = problem_.options.sum_of_costs ? kInfinity : -best_.threshold();
    const PlanCost cost = plan_cost(problem_, *walker_, stages_charged_, bound);
    if (cost.kind == CostKind::kNotCostable) {
      ++counts.plans_not_costable;
      return;
    }
    BatchTally& batch = batches.back();
    const std::int64_t position = batch.costed++;
    ++counts.plans_costed;
    ++counts.plans_by_attempts[static_cast<std::size_t>(attempts - 1)];
    const auto num_layers = static_cast<std::int32_t>(problem_.num_layers);
    counts.plans_with_lost_layers += walker_->partition().back() < num_layers ? 1 : 0;
    counts.plans_charged_short += stages_charged_ < walker_->stages().size() ? 1 : 0;
    if (cost.kind == CostKind::kAboveBound) {
      return;
    }
    if (problem_.options.sum_of_costs) {
      batch.costs.add(cost.milliseconds);
    }
    // What is no number is the worst, so that it is kept, and then refused, only for want of
    // better.
    const double score = std::isnan(cost.milliseconds) ? -kInfinity : -cost.milliseconds;
    if (score >= best_.threshold()) {
      RankedPlan ranked{score, index_, batch.batch, plan_of(problem_, *walker_, stages_charged_)};
      ranked.plan.cost = cost.milliseconds;
      ranked.plan.attempts = attempts;
      ranked.plan.index = position;
      best_.offer(ranked);
    }
  }

  void keep_nearest(const PartitionAttempt& attempt) {
    ++index_;
    double missing = 0;
    std::size_t stage = 0;
    for (std::size_t i = 0; i < attempt.stages.size(); ++i) {
      const double lack = attempt.needed_mb[i] - attempt.available_mb[i];
      if (lack > missing) {
        missing = lack;
        stage = i;
      }
    }
    if (!nearest || missing < nearest->missing_mb) {
      nearest = {missing, stage, plan_of(problem_, *walker_, stages_charged_)};
      nearest_index = index_;
    }
  }

  SharedWork& shared_;
  const PlanProblem& problem_;
  const StopToken* stop_ = nullptr;
  std::unique_ptr<PlanWalker> walker_;
  std::int64_t sequence_number_ = 0;
  std::size_t stages_charged_ = 0;
  std::int64_t index_ = 0;
  TopN<RankedPlan> best_;
};

std::vector<std::unique_ptr<PlanSearchWorker>> run_workers(SharedWork& shared,
                                                           const PlanProgress& progress) {
  const int threads = shared.problem.options.threads;
  std::vector<std::unique_ptr<PlanSearchWorker>> workers;
  for (int i = 0; i < threads; ++i) {
    workers.push_back(std::make_unique<PlanSearchWorker>(shared));
  }
  constexpr int kProgressMilliseconds = 100;
  const std::int64_t lists = progress ? num_group_lists(shared.problem) : 0;
  run_threads(
      threads,
      [&](int thread, const StopToken& stop) {
        workers[static_cast<std::size_t>(thread)]->run(stop);
      },
      shared.stop, kProgressMilliseconds,
      [&] {
        if (progress) {
          progress(std::min(lists, shared.next_batch * kListsPerBatch), lists);
        }
      });
  const PlanSearchWorker* first_failure = nullptr;
  for (const auto& worker : workers) {
    if (worker->error && (!first_failure || worker->error_index < first_failure->error_index)) {
      first_failure = worker.get();
    }
  }
  if (first_failure) {
    throw *first_failure->error;
  }
  return workers;
}

HeteroResult merge(const PlanProblem& problem,
                   const std::vector<std::unique_ptr<PlanSearchWorker>>& workers) {
  HeteroResult result;
  TopN<RankedPlan> best(problem.options.top);
  std::vector<BatchTally> batches;
  for (const auto& worker : workers) {
    result.counts.add(worker->counts);
    best.merge(worker->best());
    batches.insert(batches.end(), worker->batches.begin(), worker->batches.end());
  }
  std::sort(batches.begin(), batches.end(),
            [](const BatchTally& a, const BatchTally& b) { return a.batch < b.batch; });
  ExactSum costs;
  std::vector<std::int64_t> found_before;
  std::int64_t found = 0;
  for (const BatchTally& batch : batches) {
    costs.add(batch.costs.value());
    found_before.push_back(found);
    found += batch.costed;
  }
  if (problem.options.sum_of_costs) {
    result.sum_of_costs = costs.value();
    require_finite(*result.sum_of_costs, "the sum of costs");
  }
  for (RankedPlan& ranked : best.sorted()) {
    require_finite(ranked.plan.cost, "the cost of a plan");
    const auto batch = std::lower_bound(
        batches.begin(), batches.end(), ranked.batch,
        [](const BatchTally& tally, std::int64_t number) { return tally.batch < number; });
    ranked.plan.index += found_before[static_cast<std::size_t>(batch - batches.begin())];
    result.top.push_back(std::move(ranked.plan));
  }
  return result;
}

std::optional<NearestMiss> nearest_miss(const PlanProblem& problem, const std::atomic<bool>& stop,
                                        const PlanProgress& progress) {
  SharedWork shared{problem, true, stop};
  const auto workers = run_workers(shared, progress);
  const PlanSearchWorker* best = nullptr;
  for (const auto& worker : workers) {
    if (worker->nearest && (!best || worker->nearest->missing_mb < best->nearest->missing_mb ||
                            (worker->nearest->missing_mb == best->nearest->missing_mb &&
                             worker->nearest_index < best->nearest_index))) {
      best = worker.get();
    }
  }
  return best ? best->nearest : std::nullopt;
}

}  // namespace

HeteroPlanner::HeteroPlanner(const GpuCluster& cluster, const ProfileSet& profiles,
                             const HeteroOptions& options)
    : problem_(std::make_unique<const PlanProblem>(cluster, profiles, options)) {}

HeteroPlanner::~HeteroPlanner() = default;

const HeteroOptions& HeteroPlanner::options() const {
  return problem_->options;
}

const ProfileKey& HeteroPlanner::lead_profile() const {
  return problem_->lead;
}

HeteroResult HeteroPlanner::search(const std::atomic<bool>& stop,
                                   const PlanProgress& progress) const {
  SharedWork shared{*problem_, false, stop};
  HeteroResult result = merge(*problem_, run_workers(shared, progress));
  if (result.counts.plans_costed + result.counts.plans_not_costable == 0 && !stop) {
    result.nearest = nearest_miss(*problem_, stop, progress);
  }
  result.interrupted = stop;
  return result;
}

PlanDetails HeteroPlanner::details(const HeteroPlan& plan) const {
  std::vector<int> sequence;
  for (const std::string& type : plan.type_sequence) {
    const auto found = std::find(problem_->types.begin(), problem_->types.end(), type);
    sequence.push_back(static_cast<int>(found - problem_->types.begin()));
  }
  PlanWalker walker(*problem_, sequence);
  walker.set_plan(plan);
  PlanDetails details;
  plan_cost(*problem_, walker, static_cast<std::size_t>(plan.stages_charged), kInfinity, &details);
  for (const StageDetails& stage : details.stages) {  // also those that are not charged
    require_finite(stage.stage_ms + stage.data_ms + stage.optimizer_ms + stage.transfer_ms,
                   "a time of a stage");
  }
  return details;
}

}  // namespace calculon
