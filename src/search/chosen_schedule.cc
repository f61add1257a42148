#include "search/chosen_schedule.h"

#include "calculon/strategy/placement.h"

namespace calculon {

void ChosenSchedule::choose_degrees(const Degrees& degrees, const BlockSettings& block,
                                    const std::optional<Placement>& first) {
  degrees_ = &degrees;
  block_settings_ = &block;
  first_tiers_ = first ? first->tiers : Tiers{};
  strategy_ = degrees.strategy;
  set_all(block.values, strategy_);
  blocks_ = blocks_per_processor(transformer_, strategy_.pipeline_par);
  optimizers_[false] = optimizers_[true] = nullptr;
  memory_number_.reset();
}

void ChosenSchedule::choose_microbatch(std::size_t number) {
  strategy_.microbatch_size = degrees_->microbatches[number];
  wrong_split_ = check_split(transformer_, strategy_);
  first_profile_ = nullptr;
  batch_.reset();
}

void ChosenSchedule::choose_interleaving(std::size_t number) {
  strategy_.pipeline_interleaving = degrees_->interleavings[number].pipeline_interleaving;
  batch_.reset();
}

void ChosenSchedule::choose_memory(std::size_t number) {
  if (memory_number_ != number) {
    set_memory(block_settings_->memory[number].values, strategy_);
    memory_number_ = number;
  }
}

ChosenSchedule::Batch& ChosenSchedule::batch() {
  if (!batch_) {
    batch_.emplace(BatchShape(transformer_, strategy_, strategy_.microbatch_size));
  }
  return *batch_;
}

const OptimizerProfile& ChosenSchedule::optimizer() {
  const OptimizerProfile*& known = optimizers_[strategy_.optimizer_sharding];
  if (!known) {
    known = &profiles_.optimizer(system_, strategy_.optimizer_shards());
  }
  return *known;
}

const PipelineSpaces& ChosenSchedule::memory() {
  std::optional<PipelineSpaces>& known = batch().memory[strategy_.optimizer_sharding];
  if (!known) {
    known = pipeline_spaces(*first_profile_, optimizer(), batch().shape);
  }
  return *known;
}

void ChosenSchedule::check(CheckedSchedule& checked) {
  using Finding = CheckedSchedule::Finding;
  const auto no_offload = check_offload(strategy_, blocks_);
  if (const auto infeasible = no_offload ? no_offload : wrong_split_) {
    checked.finding = Finding::kWrongBefore;
    checked.why = *infeasible;
    return;
  }
  if (!first_profile_) {
    first_profile_ = &profiles_.block(system_, strategy_.microbatch_size, first_tiers_);
  }
  const StageSpaces& stage = fullest_stage(memory(), strategy_);
  checked.finding = Finding::kFine;
  checked.bytes = tier_bytes(stage, strategy_);
  if (const auto infeasible = check_answer(*first_profile_, stage)) {
    checked.finding = Finding::kWrongAfter;
    checked.why = *infeasible;
  }
}

}  // namespace calculon
