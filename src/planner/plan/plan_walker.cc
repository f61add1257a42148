#include "planner/plan/plan_walker.h"

#include <algorithm>

namespace calculon {
namespace {

int factors_of_two(std::int64_t number) {
  return std::countr_zero(static_cast<std::uint64_t>(number));
}

}  // namespace

PlanWalker::PlanWalker(const PlanProblem& problem, const std::vector<int>& sequence)
    : problem_(problem),
      layout_(problem, sequence),
      mixed_stages_(problem, layout_),
      balancer_(problem.durations, problem.fixed()) {}

void PlanWalker::set_groups(const DeviceGroups& groups) {
  const std::size_t size = groups.size();
  stages_.assign(size, {});
  capacities_.resize(size);
  partition_.resize(size + 1);
  available_mb_.resize(size);
  needed_mb_.resize(size);
  slack_.resize(size);
  first_slack_.resize(size);
  std::int64_t first = 0;
  for (std::size_t i = 0; i < size; ++i) {
    WalkedStage& stage = stages_[i];
    stage.first_gpu = first;
    stage.size = groups[i];
    stage.log_size = factors_of_two(groups[i]);
    stage.odd_part = groups[i] >> stage.log_size;
    stage.type = layout_.type_of(first);
    stage.mixed = layout_.type_of(first + stage.size - 1) != stage.type;
    for (const int type : layout_.sequence()) {
      stage.available_mb += problem_.memory_mb[static_cast<std::size_t>(type)] *
                            static_cast<double>(layout_.count(type, first, stage.size));
    }
    available_mb_[i] = stage.available_mb;
    stage.spread_gbps = stage.mixed ? 0 : layout_.spread_gbps(first, stage.size);
    if (i + 1 < size) {
      stage.pipeline_bytes_per_ms =
          problem_.bytes_per_ms(layout_.pipeline_gbps(first, stage.size + groups[i + 1]));
    }
    first += stage.size;
  }
}

void PlanWalker::set_micro_batches(std::int64_t micro_batches) {
  micro_batches_ = micro_batches;
  stage_batch_ = problem_.options.global_batch_size / micro_batches;
}

// What every replica of a stage gets of its batch. With a power of two of GPUs there is no division
// to wait for.
std::int64_t PlanWalker::whole_microbatch(const WalkedStage& stage) const {
  const std::int64_t shifted = stage_batch_ >> stage.log_data_par;
  return stage.odd_part == 1 ? shifted : shifted / stage.odd_part;
}

bool PlanWalker::is_valid(const WalkedStage& stage) const {
  return whole_microbatch(stage) <= problem_.options.max_microbatch &&
         stage.tensor_par() <= problem_.options.max_tensor_parallel;
}

void PlanWalker::update(WalkedStage& stage) {
  const StageStrategy strategy = stage.strategy();
  stage.microbatch = whole_microbatch(stage);
  bool replicas_differ = stage.mixed;
  if (problem_.fixed()) {
    // Quirk H25: as published, what replicas cannot share evenly is not trained.
    const bool even = stage.microbatch * strategy.data_par == stage_batch_;
    replicas_differ = replicas_differ || !even ||
                      !problem_.find(stage.type, strategy.tensor_par, stage.microbatch);
    stage.microbatch += even ? 0 : 1;
  }
  double gbps = 0;
  if (replicas_differ) {
    stage.mixed_stage = &mixed_stages_.stage(stage.first_gpu, stage.size, strategy, stage_batch_);
    stage.speed = stage.mixed_stage->speed;
    gbps = stage.mixed_stage->data_gbps;
  } else {
    stage.mixed_stage = nullptr;
    stage.profile = &problem_.at(stage.type, strategy.tensor_par, stage.microbatch);
    // Quirk H14: the memory of the sequence's first type, whichever the stage has.
    stage.memory_profile = problem_.fixed() ? stage.profile
                                            : &problem_.at(layout_.first_type(),
                                                           strategy.tensor_par, stage.microbatch);
    stage.speed = stage.profile->speed;
    gbps = layout_.reducing_gpus(strategy) == 1
               ? problem_.intra_gbps[static_cast<std::size_t>(stage.type)]
           : stage.spread_gbps > 0 ? stage.spread_gbps
                                   : layout_.data_gbps(stage.first_gpu, stage.size, strategy);
  }
  stage.data_bytes_per_ms = problem_.bytes_per_ms(gbps);
}

// Goes to the first strategy without empty microbatches: before anything has been balanced, the
// largest data degrees are halved first. Returns the number of moves to there.
std::int64_t PlanWalker::start() {
  std::int64_t moves = 0;
  valid_ = true;
  for (WalkedStage& stage : stages_) {
    const auto batch_of_odd_part = static_cast<std::uint64_t>(stage_batch_ / stage.odd_part);
    const int largest = static_cast<int>(std::bit_width(batch_of_odd_part)) - 1;
    stage.log_data_par = std::clamp(largest, 0, stage.log_size);
    moves += stage.log_size - stage.log_data_par;
    valid_ = valid_ && largest >= 0 && is_valid(stage);
  }
  for (std::size_t i = 0; valid_ && i < stages_.size(); ++i) {
    update(stages_[i]);
  }
  return moves;
}

void PlanWalker::halve_data(std::size_t number) {
  WalkedStage& stage = stages_[number];
  --stage.log_data_par;
  valid_ = is_valid(stage);
  if (valid_) {
    update(stage);
  }
}

// Halves the data degree of the stage with the least slack that has one to halve.
bool PlanWalker::move(std::span<const double> slack) {
  std::size_t least = stages_.size();
  for (std::size_t i = 0; i < stages_.size(); ++i) {
    if (stages_[i].log_data_par > 0 && (least == stages_.size() || slack[i] < slack[least])) {
      least = i;
    }
  }
  if (least == stages_.size()) {
    return false;
  }
  halve_data(least);
  return true;
}

bool PlanWalker::move_largest() {
  std::size_t largest = stages_.size();
  for (std::size_t i = 0; i < stages_.size(); ++i) {
    if (stages_[i].log_data_par > 0 &&
        (largest == stages_.size() || stages_[i].data_par() > stages_[largest].data_par())) {
      largest = i;
    }
  }
  if (largest == stages_.size()) {
    return false;
  }
  halve_data(largest);
  return true;
}

std::int64_t PlanWalker::moves_left() const {
  std::int64_t moves = 0;
  for (const WalkedStage& stage : stages_) {
    moves += stage.log_data_par;
  }
  return moves;
}

MemoryNeed PlanWalker::memory_need(std::size_t number) {
  const WalkedStage& stage = stages_[number];
  const auto begin = static_cast<std::size_t>(partition_[number]);
  const auto end = static_cast<std::size_t>(partition_[number + 1]);
  if (!problem_.fixed()) {  // quirk H12: one replica, or all, against the whole group
    return {stage.available_mb,
            stage.mixed
                ? mixed_stages_.needed_mb(stage.strategy(), stage_batch_, begin, end)
                : kLeastNeedMb + stage.memory_profile->memory_mb(begin, end) * kMemoryFactor};
  }
  if (stage.mixed_stage) {
    return mixed_stages_.tightest_gpu(*stage.mixed_stage, begin, end);
  }
  return {problem_.memory_mb[static_cast<std::size_t>(stage.type)],
          kLeastNeedMb + stage.memory_profile->memory_mb(begin, end)};
}

bool PlanWalker::fits() {
  bool fit = true;
  for (std::size_t i = 0; i < stages_.size(); ++i) {
    const MemoryNeed need = memory_need(i);
    available_mb_[i] = need.available_mb;
    needed_mb_[i] = need.needed_mb;
    fit = fit && need.slack_mb() >= 0;
  }
  return fit;
}

// What stages are ranked by: absolute slack (quirk H10), or the share of the memory that is left.
void PlanWalker::rank_slack(std::span<double> slack) const {
  for (std::size_t i = 0; i < stages_.size(); ++i) {
    slack[i] = available_mb_[i] - needed_mb_[i];
    if (problem_.fixed()) {
      slack[i] /= available_mb_[i];
    }
  }
}

PartitionAttempt PlanWalker::attempt() const {
  return {stages_, capacities_, partition_, available_mb_, needed_mb_};
}

// Balances the layers, up to three times, with less for stages that lack memory. Returns the number
// of the attempt that fits, or 0.
int PlanWalker::try_partitions() {
  double speeds = 0;
  for (const WalkedStage& stage : stages_) {
    speeds += stage.speed;
  }
  for (std::size_t i = 0; i < stages_.size(); ++i) {
    capacities_[i] = stages_[i].speed / speeds;
  }
  for (int number = 1; number <= kAttempts; ++number) {
    balancer_.balance(capacities_, partition_);
    const bool fit = fits();
    if (on_attempt) {
      on_attempt(attempt());
    }
    if (fit) {
      if (number > 1) {
        rank_slack(slack_);
      }
      return number;
    }
    if (number == 1) {
      rank_slack(first_slack_);
    }
    if (number < kAttempts && !adjuster_.adjust(capacities_, available_mb_, needed_mb_)) {
      failed_attempts_ = number;
      return 0;
    }
  }
  failed_attempts_ = kAttempts;
  return 0;
}

void PlanWalker::set_plan(const HeteroPlan& plan) {
  set_groups(plan.device_groups);
  set_micro_batches(plan.micro_batches);
  for (std::size_t i = 0; i < stages_.size(); ++i) {
    stages_[i].log_data_par = factors_of_two(plan.strategies[i].data_par);
    update(stages_[i]);
  }
  std::transform(plan.layer_partition.begin(), plan.layer_partition.end(), partition_.begin(),
                 [](std::int64_t layer) { return static_cast<std::int32_t>(layer); });
}

}  // namespace calculon
