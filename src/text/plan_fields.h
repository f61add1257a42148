#pragma once

#include <array>
#include <string_view>
#include <tuple>

#include "calculon/base/field.h"
#include "calculon/planner/plan/hetero_types.h"
#include "calculon/planner/plan/uniform_plan.h"

namespace calculon {

// The fields of planners' results, each once: its key in JSON, which is its column in CSV, and its
// meaning. Names and order are those of the files that there are.

inline constexpr std::tuple kPlanFields = {
    TypedField{"cost", &HeteroPlan::cost, "time of an iteration, ms"},
    TypedField{"type_sequence", &HeteroPlan::type_sequence, "types of GPU in their order"},
    TypedField{"device_groups", &HeteroPlan::device_groups, "GPUs of each stage"},
    TypedField{"strategies", &HeteroPlan::strategies, "data and tensor degree of each stage"},
    TypedField{"micro_batches", &HeteroPlan::micro_batches, "microbatches of an iteration"},
    TypedField{"layer_partition", &HeteroPlan::layer_partition,
               "first layer of each stage, then the end"},
    TypedField{"attempts", &HeteroPlan::attempts, "layer partitions tried until one fitted"},
    TypedField{"stages_charged", &HeteroPlan::stages_charged, "stages that the cost is of"},
    TypedField{"index", &HeteroPlan::index, "position in the order of finding"},
};

inline constexpr std::tuple kUniformPlanFields = {
    TypedField{"pp", &UniformPlan::pipeline_par, "pipeline degree"},
    TypedField{"tp", &UniformPlan::tensor_par, "tensor degree"},
    TypedField{"dp", &UniformPlan::data_par, "data degree"},
    TypedField{"microbatch", &UniformPlan::microbatch, "sequences of a microbatch"},
    TypedField{"micro_batches", &UniformPlan::micro_batches, "microbatches of an iteration"},
    TypedField{"cost", &UniformPlan::cost, "time of an iteration, ms"},
    TypedField{"stage_memory_mb", &UniformPlan::stage_memory_mb, "memory of each stage, MB"},
    TypedField{"out_of_memory", &UniformPlan::out_of_memory,
               "whether a stage needs more than a GPU has"},
    TypedField{"index", &UniformPlan::index, "position in the order of enumeration"},
};

inline constexpr std::tuple kUniformResultFields = {
    TypedField{"device_type", &UniformResult::device_type, "type of all GPUs"},
    TypedField{"plans", &UniformResult::plans, "plans with a cost"},
    TypedField{"skipped", &UniformResult::skipped, "plans without a profile"},
    TypedField{"plans_out_of_memory", &UniformResult::out_of_memory, "plans that do not fit"},
    TypedField{"sum_costs", &UniformResult::sum_of_costs, "costs of all plans together, ms"},
    TypedField{"memory_mb", &UniformResult::memory_mb, "memory of a GPU, MB"},
};

inline constexpr std::tuple kHeteroCountFields = {
    TypedField{"steps", &HeteroCounts::steps, "steps of searches"},
    TypedField{"steps_including_abandoned", &HeteroCounts::steps_including_abandoned,
               "steps with those of abandoned searches"},
    TypedField{"inter_stage_plans", &HeteroCounts::inter_stage_plans,
               "lists of device groups with a number of microbatches"},
    TypedField{"searches_abandoned", &HeteroCounts::searches_abandoned,
               "inter-stage plans of which no move was left"},
    TypedField{"plans_costed", &HeteroCounts::plans_costed, "plans with a cost"},
    TypedField{"plans_not_costable", &HeteroCounts::plans_not_costable, "plans without one"},
    TypedField{"plans_by_attempts", &HeteroCounts::plans_by_attempts,
               "plans by the attempt at which they fitted"},
    TypedField{"plans_with_lost_layers", &HeteroCounts::plans_with_lost_layers,
               "plans that lost layers (quirk H13)"},
    TypedField{"plans_charged_short", &HeteroCounts::plans_charged_short,
               "plans charged for one stage only (quirk H7)"},
};

// A part of a plan's cost, which is the sum of all.
struct PlanPart {
  std::string_view key;   // in JSON
  std::string_view name;  // in the text report
  double PlanDetails::*milliseconds;
};

inline constexpr std::array<PlanPart, 6> kPlanParts = {{
    {"execution_ms", "pipeline", &PlanDetails::execution_ms},
    {"gap_ms", "forward-backward gap", &PlanDetails::gap_ms},
    {"optimizer_ms", "optimizer", &PlanDetails::optimizer_ms},
    {"data_ms", "gradient reduction", &PlanDetails::data_ms},
    {"transfer_ms", "stage to stage", &PlanDetails::transfer_ms},
    {"batch_generator_ms", "batch generation", &PlanDetails::batch_generator_ms},
}};

}  // namespace calculon
