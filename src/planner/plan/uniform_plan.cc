#include "calculon/planner/plan/uniform_plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>
#include <optional>

#include "base/finite.h"
#include "calculon/base/divisors.h"
#include "calculon/base/input_error.h"
#include "calculon/base/top_n.h"
#include "planner/plan/cost_formulas.h"
#include "planner/plan/slice_sums.h"

namespace calculon {
namespace {

// What the plans of one tensor degree and microbatch see of a profile.
struct UniformProfile {
  SliceSums time_ms;
  SliceSums memory_mb;
  double gap_ms;
};

struct RankedUniform {
  double score;
  std::int64_t index;
  UniformPlan plan;
};

class UniformPlanner {
 public:
  UniformPlanner(const GpuCluster& cluster, const ProfileSet& profiles,
                 const HeteroOptions& options, const std::string& type)
      : profiles_(profiles),
        options_(options),
        type_(type),
        num_layers_(static_cast<std::int64_t>(profiles.num_layers())),
        lead_(profiles.at(options.lead_profile.value_or(profiles.profiles().front().key))) {
    const auto found = std::find_if(cluster.nodes.begin(), cluster.nodes.end(),
                                    [&](const NodeKind& node) { return node.type == type; });
    const NodeKind& node = found != cluster.nodes.end() ? *found : cluster.nodes.front();
    memory_mb_ = node.memory_mb;
    // Quirk H4: the bandwidth inside the node also counts between nodes.
    const double gbps = fixed() && cluster.nodes.size() > 1 ? node.inter_gbps : node.intra_gbps;
    bytes_per_ms_ = link_bytes_per_ms(options.quirks, gbps);
  }

  double memory_mb() const { return memory_mb_; }

  // Nothing where there is no profile, or one without a gap (quirk H19).
  std::optional<UniformPlan> plan(std::int64_t pipeline_par, std::int64_t tensor_par,
                                  std::int64_t data_par, std::int64_t microbatch) {
    const UniformProfile* profile = profile_of(tensor_par, microbatch);
    if (!profile || (profile->gap_ms == 0 && !fixed())) {
      return std::nullopt;
    }
    UniformPlan plan;
    plan.pipeline_par = pipeline_par;
    plan.tensor_par = tensor_par;
    plan.data_par = data_par;
    plan.microbatch = microbatch;
    plan.micro_batches = options_.global_batch_size / microbatch / data_par;
    if (fixed() && plan.micro_batches * microbatch * data_par < options_.global_batch_size) {
      ++plan.micro_batches;  // quirk H25: as published, what is left over is not trained
    }
    fill(plan, *profile);
    return plan;
  }

 private:
  bool fixed() const { return options_.quirks == QuirkMode::kFixed; }

  const UniformProfile* profile_of(std::int64_t tensor_par, std::int64_t microbatch) {
    const auto [found, is_new] = tables_.try_emplace({tensor_par, microbatch});
    if (is_new) {
      if (const LayerProfile* profile = profiles_.find({type_, tensor_par, microbatch})) {
        found->second = {SliceSums(profile->layer_ms), SliceSums(profile->layer_mb),
                         profile->gap_ms()};
      }
    }
    return found->second ? &*found->second : nullptr;
  }

  // The transformer layers evenly, the stages behind the first taking one each of what is left
  // over; the embedding goes to the first stage and the head to the last.
  std::vector<std::int64_t> partition(std::int64_t stages) const {
    std::vector<std::int64_t> begins = {0};
    const std::int64_t between = num_layers_ - 2;
    for (std::int64_t i = 0; i < stages; ++i) {
      std::int64_t layers = between / stages + (i > 0 && i <= between % stages ? 1 : 0);
      layers += (i == 0 ? 1 : 0) + (i + 1 == stages ? 1 : 0);
      begins.push_back(begins.back() + layers);
    }
    return begins;
  }

  // Layer by layer, unlike those of mixed plans: the published sums round differently.
  double parameter_bytes(std::int64_t begin, std::int64_t end, double tensor_par) const {
    double bytes = 0;
    for (std::int64_t layer = begin; layer < end; ++layer) {
      const auto& parameters = lead_.layer_parameter_bytes;
      bytes += (layer == 0                 ? parameters.front()
                : layer == num_layers_ - 1 ? parameters.back()
                                           : parameters[1]) /
               tensor_par;
    }
    return bytes;
  }

  void fill(UniformPlan& plan, const UniformProfile& profile) const {
    const std::vector<std::int64_t> begins = partition(plan.pipeline_par);
    const auto tensor_par = static_cast<double>(plan.tensor_par);
    double longest = 0;
    double all = 0;
    double most_parameters = 0;
    double all_transfers = 0;
    double slowest_transfer = 0;
    for (std::size_t i = 0; i + 1 < begins.size(); ++i) {
      const auto begin = static_cast<std::size_t>(begins[i]);
      const auto end = static_cast<std::size_t>(begins[i + 1]);
      const double milliseconds = profile.time_ms(begin, end);
      longest = std::max(longest, milliseconds);
      all += milliseconds;
      most_parameters =
          std::max(most_parameters, parameter_bytes(begins[i], begins[i + 1], tensor_par));
      plan.stage_memory_mb.push_back(profile.memory_mb(begin, end));
      plan.out_of_memory = plan.out_of_memory || memory_mb_ < plan.stage_memory_mb.back();
      if (i + 2 < begins.size()) {
        const double transfer = boundary_ms(options_, plan.microbatch, plan.tensor_par,
                                            begins[i + 1] == num_layers_ - 1, bytes_per_ms_);
        all_transfers += transfer;
        slowest_transfer = std::max(slowest_transfer, transfer);
      }
    }
    const auto micro_batches = static_cast<double>(plan.micro_batches);
    const double execution = pipeline_ms(micro_batches, longest, all);
    const double optimizer =
        2 * lead_.optimizer_ms / static_cast<double>(plan.pipeline_par) / tensor_par;
    const double data =
        reduction_ms(static_cast<double>(plan.data_par), bytes_per_ms_, most_parameters);
    const double transfer = charged_transfers_ms(options_.quirks, micro_batches, all_transfers,
                                                 slowest_transfer, longest);
    plan.cost = execution + profile.gap_ms * micro_batches + optimizer + data + transfer +
                lead_.batch_generator_ms * micro_batches;
  }

  const ProfileSet& profiles_;
  const HeteroOptions& options_;
  std::string type_;
  std::int64_t num_layers_;
  double memory_mb_ = 0;
  const LayerProfile& lead_;
  double bytes_per_ms_ = 0;
  std::map<std::pair<std::int64_t, std::int64_t>, std::optional<UniformProfile>> tables_;
};

struct UniformDegrees {
  std::int64_t pipeline_par;
  std::int64_t tensor_par;
  std::int64_t data_par;
};

// Every split of the GPUs with a replica for each sequence at most, in the order of enumeration.
std::vector<UniformDegrees> uniform_degrees(std::int64_t num_gpus, std::int64_t most_tensor,
                                            std::int64_t batch) {
  std::vector<UniformDegrees> all;
  for (const std::int64_t pipeline_par : divisors(num_gpus)) {
    for (const std::int64_t tensor_par : divisors(num_gpus / pipeline_par)) {
      const std::int64_t data_par = num_gpus / pipeline_par / tensor_par;
      if (tensor_par <= most_tensor && data_par <= batch) {
        all.push_back({pipeline_par, tensor_par, data_par});
      }
    }
  }
  return all;
}

// The best plans, and what there is to tell of all.
class UniformRanking {
 public:
  UniformRanking(std::size_t top, bool only_fitting) : best_(top), only_fitting_(only_fitting) {}

  void add(std::optional<UniformPlan> plan, UniformResult& result) {
    if (!plan) {
      ++result.skipped;
      return;
    }
    plan->index = result.plans++;
    result.sum_of_costs += plan->cost;
    result.out_of_memory += plan->out_of_memory ? 1 : 0;
    if (!plan->out_of_memory || !only_fitting_) {
      // What is no number is the worst.
      const double score =
          std::isnan(plan->cost) ? -std::numeric_limits<double>::infinity() : -plan->cost;
      best_.offer({score, plan->index, *plan});
    }
  }

  void finish(UniformResult& result) const {
    require_finite(result.sum_of_costs, "the sum of costs");
    for (RankedUniform& ranked : best_.sorted()) {
      require_finite(ranked.plan.cost, "the cost of a plan");
      result.top.push_back(std::move(ranked.plan));
    }
  }

 private:
  TopN<RankedUniform> best_;
  bool only_fitting_;
};

}  // namespace

UniformResult plan_uniform(const GpuCluster& cluster, const ProfileSet& profiles,
                           const HeteroOptions& options, std::string device_type, bool only_fitting,
                           const std::atomic<bool>& stop, const PlanProgress& progress) {
  if (options.quirks == QuirkMode::kReference) {
    require_equal_nodes(cluster);
  }
  if (device_type.empty()) {
    device_type = cluster.nodes.front().type;
  }
  if (!profiles.has_type(device_type)) {
    throw InputError(fmt::format("{} has no profiles of type {}", profiles.source(), device_type));
  }
  UniformPlanner planner(cluster, profiles, options, device_type);
  UniformResult result;
  result.device_type = device_type;
  result.memory_mb = planner.memory_mb();
  UniformRanking ranking(options.top, only_fitting);
  const std::int64_t batch = options.global_batch_size;
  const std::int64_t most_tensor = options.max_tensor_parallel > 0
                                       ? options.max_tensor_parallel
                                       : profiles.largest_tensor_par({device_type});
  const std::vector<std::int64_t> microbatches = divisors(batch);
  const auto all = uniform_degrees(cluster.num_gpus(), most_tensor, batch);
  for (std::size_t i = 0; i < all.size(); ++i) {
    const UniformDegrees& d = all[i];
    for (const std::int64_t microbatch : microbatches) {
      if (microbatch * d.data_par > batch || stop) {
        break;
      }
      ranking.add(planner.plan(d.pipeline_par, d.tensor_par, d.data_par, microbatch), result);
      if (progress) {
        progress(static_cast<std::int64_t>(i), static_cast<std::int64_t>(all.size()));
      }
    }
  }
  ranking.finish(result);
  result.interrupted = stop;
  return result;
}

}  // namespace calculon
