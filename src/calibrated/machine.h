#pragma once

#include <cstdint>

#include "calculon/calibrated/calibrated_execution.h"
#include "calculon/hardware/system.h"

namespace calculon {

// What the calibrated methodology takes of a system: peaks without efficiency curves, rates in
// bytes per second and processor, and the constants of its stack. Peaks here have no clock scale.
struct Machine {
  double peak_16bit = 0;  // of `datatype`, flop/s
  double peak_gemm = 0;   // of `gemm_datatype`
  double memory_rate = 0;
  double capacity = 0;
  double domain = 1;  // processors of the fast domain
  double reach = 1;   // processors that the two inner tiers connect
  double domain_rate = 0;
  double outer_rate = 0;
  Calibration constants;

  // Rates that are reached (sections 8.1, 8.2 and 9.5 of the specification).
  double reached_memory_rate() const { return 0.85 * constants.clock_scale * memory_rate; }
  double reached_domain_rate() const { return 0.8 * domain_rate; }
  double reached_outer_rate() const { return outer_rate * constants.network_efficiency; }
  double reached_rate(bool crosses) const {
    return crosses ? reached_outer_rate() : reached_domain_rate();
  }
};

// Throws InputError where the system lacks a datatype (rule KC21) or a rate in use is 0 (KC22).
// The datatype of the engine that computes in a datatype: the two of 16 bit stand for one another
// where a system has one of them only.
Datatype engine_datatype(const System& system, Datatype datatype);

Machine machine_of(const System& system, const CalibratedExecution& execution);

// A group of ranks on the machine.
struct RankGroup {
  double size = 1;
  bool crosses = false;  // domains
  double inside = 1;     // members in one domain, on average
};

enum class GroupOp { kAllReduce, kScatterOrGather };

// Time of a collective on a full buffer of `bytes` (section 8.2).
double collective_seconds(const Machine& machine, GroupOp kind, double bytes,
                          const RankGroup& group);

// Where the groups of an execution stand (section 7): tensor ranks are neighbours, then come
// context, data and pipeline. `experts` tells whether the model has any.
struct RankPlacement {
  RankGroup tensor;
  RankGroup expert_tensor;
  RankGroup data;         // replicas of dense parameters
  RankGroup shard;        // with gradients or parameters sharded
  RankGroup expert_data;  // replicas of experts
  bool context_crosses = false;
  double expert_inside = 1;  // share of an expert group in one domain
  bool pipeline_crosses = false;
};

RankPlacement place_groups(const CalibratedExecution& execution, double domain, bool experts);

// Over how many ranks the optimizer's state is split, and what else is sharded.
struct StateShards {
  double dense = 1;
  double experts = 1;
};

StateShards state_shards(const CalibratedExecution& execution, const RankPlacement& placement);

}  // namespace calculon
