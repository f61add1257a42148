#include "calculon/planner/plan/hetero_types.h"

namespace calculon {

void HeteroCounts::add(const HeteroCounts& other) {
  steps += other.steps;
  steps_including_abandoned += other.steps_including_abandoned;
  inter_stage_plans += other.inter_stage_plans;
  searches_abandoned += other.searches_abandoned;
  plans_costed += other.plans_costed;
  plans_not_costable += other.plans_not_costable;
  for (std::size_t i = 0; i < plans_by_attempts.size(); ++i) {
    plans_by_attempts[i] += other.plans_by_attempts[i];
  }
  plans_with_lost_layers += other.plans_with_lost_layers;
  plans_charged_short += other.plans_charged_short;
}

}  // namespace calculon
