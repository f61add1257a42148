#include "planner/plan/mixed_stage.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <set>

#include "planner/plan/stage_memory.h"

namespace calculon {
namespace {

// Appends the profiles that a batch runs as, the largest first. As published the batch is taken
// apart into powers of two, each of which has to have a profile; put right, what has none runs as
// smaller parts (quirk H26).
void append_profiles(ReplicaProfiles& replica, const PlanProblem& problem, int type,
                     std::int64_t tensor_par, std::int64_t batch) {
  auto part = static_cast<std::int64_t>(std::bit_floor(static_cast<std::uint64_t>(batch)));
  for (; batch > 0; part /= 2) {
    if (problem.fixed() && part > 1 && !problem.find(type, tensor_par, part)) {
      continue;
    }
    for (; batch >= part; batch -= part) {
      replica.push_back(&problem.at(type, tensor_par, part));
    }
  }
}

// The types whose speed a replica has.
std::set<int> deciding_types(const PlanProblem& problem, const TypeLayout& layout,
                             std::int64_t first, std::int64_t size) {
  std::set<int> types = {layout.type_of(first)};  // quirk H11: the other GPUs do not count
  for (int type = 0; problem.fixed() && type < problem.num_types(); ++type) {
    if (layout.count(type, first, size) > 0) {
      types.insert(type);
    }
  }
  return types;
}

// Between the last forward and the first backward pass of an even share of the batch; NaN if one of
// the types has no profile of it.
double gap_of_types(const PlanProblem& problem, const TypeLayout& layout, std::int64_t first,
                    std::int64_t size, const StageStrategy& strategy, std::int64_t batch) {
  constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();
  double longest = -std::numeric_limits<double>::infinity();
  for (const int type : layout.sequence()) {
    if (layout.count(type, first, size) > 0) {
      const ProfileTable* table =
          problem.find(type, strategy.tensor_par, batch / strategy.data_par);
      // Quirk H19: a gap of exactly 0 counts as unknown.
      if (!table || (table->gap_ms == 0 && !problem.fixed())) {
        return kUnknown;
      }
      longest = std::max(longest, table->gap_ms);
    }
  }
  return longest;
}

// The same of what the replicas run one after the other.
double gap_of_parts(const MixedStage& stage) {
  double longest = -std::numeric_limits<double>::infinity();
  for (const ReplicaProfiles& replica : stage.replicas) {
    double milliseconds = 0;
    for (const ProfileTable* table : replica) {
      milliseconds += table->gap_ms;
    }
    longest = std::max(longest, milliseconds);
  }
  return longest;
}

}  // namespace

std::vector<std::int64_t> split_batch(const PlanProblem& problem, const TypeLayout& layout,
                                      std::int64_t first, std::int64_t size,
                                      const StageStrategy& strategy, std::int64_t batch) {
  const auto replicas = static_cast<std::size_t>(strategy.data_par);
  const std::int64_t width = size / strategy.data_par;
  std::vector<double> shares(replicas);
  double all = 0;
  for (std::size_t r = 0; r < replicas; ++r) {
    const std::int64_t gpu = first + width * static_cast<std::int64_t>(r);
    double slowest = std::numeric_limits<double>::infinity();
    for (const int type : deciding_types(problem, layout, gpu, width)) {
      slowest = std::min(slowest, problem.at(type, strategy.tensor_par, 1).speed);
    }
    shares[r] = slowest;
    all += shares[r];
  }
  std::vector<std::int64_t> batches(replicas);
  std::int64_t rest = batch;
  for (std::size_t r = 0; r < replicas; ++r) {
    const double share = static_cast<double>(batch) * (shares[r] / all);
    batches[r] = static_cast<std::int64_t>(share);
    shares[r] = share - std::trunc(share);
    rest -= batches[r];
  }
  std::vector<std::size_t> order(replicas);
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return shares[a] > shares[b]; });
  for (std::size_t i = 0; i < replicas && rest > 0; ++i, --rest) {
    ++batches[order[i]];
  }
  return batches;
}

std::size_t MixedStages::KeyHash::operator()(const Key& key) const {
  constexpr std::uint64_t kGoldenRatio = 0x9E3779B97F4A7C15;
  std::uint64_t hash = 0;
  for (const std::int64_t part : {key.first, key.data_par, key.tensor_par, key.batch}) {
    hash = (std::rotl(hash, 23) ^ static_cast<std::uint64_t>(part)) * kGoldenRatio;
  }
  return hash ^ hash >> 32;
}

MixedStage MixedStages::make(std::int64_t first, std::int64_t size, const StageStrategy& strategy,
                             std::int64_t batch) const {
  MixedStage stage;
  stage.data_gbps = layout_.data_gbps(first, size, strategy);
  const auto batches = split_batch(problem_, layout_, first, size, strategy, batch);
  std::set<std::pair<int, std::int64_t>> kinds;
  for (std::size_t r = 0; r < batches.size(); ++r) {
    const std::int64_t gpu = first + strategy.tensor_par * static_cast<std::int64_t>(r);
    for (const int type : deciding_types(problem_, layout_, gpu, strategy.tensor_par)) {
      if (batches[r] > 0 && kinds.emplace(type, batches[r]).second) {
        append_profiles(stage.replicas.emplace_back(), problem_, type, strategy.tensor_par,
                        batches[r]);
      }
    }
  }
  for (const ReplicaProfiles& replica : stage.replicas) {
    stage.costable =
        stage.costable && replica.front()->microbatch <= problem_.options.max_microbatch;
  }
  stage.gap_ms = gap_of_types(problem_, layout_, first, size, strategy, batch);
  const bool shared_evenly = batch % strategy.data_par == 0;
  if (problem_.fixed() && (!shared_evenly || std::isnan(stage.gap_ms))) {
    stage.gap_ms = gap_of_parts(stage);
  }
  const double slowest = stage.stage_ms(0, problem_.num_layers);
  stage.speed = slowest > 0 ? 1 / slowest : 0;
  return stage;
}

const MixedStage& MixedStages::stage(std::int64_t first, std::int64_t size,
                                     const StageStrategy& strategy, std::int64_t batch) {
  const Key key{first, strategy.data_par, strategy.tensor_par, batch};
  const auto found = stages_.find(key);
  return found != stages_.end()
             ? found->second
             : stages_.emplace(key, make(first, size, strategy, batch)).first->second;
}

double MixedStages::needed_mb(const StageStrategy& strategy, std::int64_t batch, std::size_t begin,
                              std::size_t end) {
  const Key key{0, strategy.data_par, strategy.tensor_par, batch};
  auto found = demands_.find(key);
  if (found == demands_.end()) {
    Demand demand;
    for (const std::int64_t part :
         split_batch(problem_, layout_, 0, problem_.num_gpus, strategy, batch)) {
      append_profiles(demand.additions, problem_, layout_.first_type(), strategy.tensor_par, part);
    }
    demand.of_slice.assign(demand.additions.front()->memory_mb.num_slices(),
                           std::numeric_limits<double>::quiet_NaN());
    found = demands_.emplace(key, std::move(demand)).first;
  }
  Demand& demand = found->second;
  const SliceSums& shape = demand.additions.front()->memory_mb;
  double& needed = demand.of_slice[shape.position(begin, end)];
  if (std::isnan(needed)) {
    needed = kLeastNeedMb;
    for (const ProfileTable* table : demand.additions) {
      needed += table->memory_mb(begin, end) * kMemoryFactor;
    }
  }
  return needed;
}

MemoryNeed MixedStages::tightest_gpu(const MixedStage& stage, std::size_t begin,
                                     std::size_t end) const {
  MemoryNeed tightest{std::numeric_limits<double>::infinity(), 0};
  for (const ReplicaProfiles& replica : stage.replicas) {
    double needed = 0;  // the parts run one after the other; the largest needs most
    for (const ProfileTable* table : replica) {
      needed = std::max(needed, table->memory_mb(begin, end));
    }
    const auto type = static_cast<std::size_t>(replica.front()->type);
    const MemoryNeed need{problem_.memory_mb[type], kLeastNeedMb + needed};
    if (need.slack_mb() < tightest.slack_mb()) {
      tightest = need;
    }
  }
  return tightest;
}

}  // namespace calculon
