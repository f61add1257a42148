#include "planner/plan/plan_problem.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <numeric>
#include <set>

#include "base/whole_number.h"
#include "calculon/base/divisors.h"
#include "calculon/base/input_error.h"
#include "planner/plan/cost_formulas.h"

namespace calculon {
namespace {

constexpr std::size_t kMostTypes = 8;  // all orders of them are tried
constexpr std::int64_t kMostGpus = 1 << 20;
constexpr auto kLargestExact = static_cast<double>(kLargestExactCount);

bool power_of_two(std::int64_t number) {
  return number > 0 && std::has_single_bit(static_cast<std::uint64_t>(number));
}

// A number without its factors of two.
std::int64_t odd_part(std::int64_t number) {
  return number >> std::countr_zero(static_cast<std::uint64_t>(number));
}

std::size_t index_of_power(std::int64_t power) {
  return static_cast<std::size_t>(std::countr_zero(static_cast<std::uint64_t>(power)));
}

}  // namespace

ProfileTable::ProfileTable(int type_number, const LayerProfile& profile)
    : type(type_number),
      tensor_par(profile.key.tensor_par),
      microbatch(profile.key.microbatch),
      time_ms(profile.layer_ms),
      memory_mb(profile.layer_mb),
      full_ms(time_ms.all()),
      speed(1 / full_ms),
      gap_ms(profile.gap_ms()) {}

PlanProblem::PlanProblem(const GpuCluster& cluster, const ProfileSet& profiles,
                         const HeteroOptions& given)
    : options(given), profile_source(profiles.source()), num_layers(profiles.num_layers()) {
  read_cluster(cluster);
  for (const std::string& type : types) {
    if (!profiles.has_type(type)) {
      throw InputError(fmt::format("{} has no profiles of type {}, which {} has", profiles.source(),
                                   type, cluster.source));
    }
  }
  if (options.max_tensor_parallel == 0) {
    options.max_tensor_parallel = profiles.largest_tensor_par(types);
  }
  if (options.max_microbatch == 0) {
    options.max_microbatch = profiles.largest_microbatch(types);
  }
  check_options();
  divisors = calculon::divisors(options.global_batch_size);
  std::reverse(divisors.begin(), divisors.end());
  if (options.max_permute_length == 0) {
    choose_permute_length();
  }
  read_profiles(profiles);
}

GroupRules PlanProblem::group_rules() const {
  GroupRules rules = {
      num_gpus, options.group_scale_variance, options.max_permute_length, fixed(), {1}};
  if (fixed()) {  // else all GPUs are a power of two, and so are all groups
    std::set<std::int64_t> odd_parts = {1, odd_part(num_gpus)};
    for (std::size_t type = 0; type < types.size(); ++type) {
      odd_parts.insert(odd_part(gpus_of_type[type]));
      for (const std::int64_t gpus : node_gpus[type]) {
        odd_parts.insert(odd_part(gpus));
      }
    }
    if (gpus_per_node > 0) {
      odd_parts.insert(odd_part(gpus_per_node));
    }
    rules.odd_parts.assign(odd_parts.begin(), odd_parts.end());
  }
  return rules;
}

void PlanProblem::read_cluster(const GpuCluster& cluster) {
  num_gpus = cluster.num_gpus();
  gpus_per_node = cluster.gpus_of_node.empty() ? cluster.gpus_per_node : 0;
  if (!fixed()) {
    require_equal_nodes(cluster);
  }
  if ((!power_of_two(num_gpus) && !fixed()) || num_gpus > kMostGpus) {
    throw InputError(fmt::format("{} has {} GPUs on {} nodes, expected {} up to {}{}",
                                 cluster.source, num_gpus, cluster.nodes.size(),
                                 fixed() ? "a number" : "a power of two", kMostGpus,
                                 num_gpus > kMostGpus ? "" : " (--quirks fixed plans any number)"));
  }
  types = cluster.types();
  if (types.size() > kMostTypes) {
    throw InputError(fmt::format("{} has {} types of GPU, expected at most {}", cluster.source,
                                 types.size(), kMostTypes));
  }
  if (!options.type_order.empty()) {
    auto sorted = options.type_order;
    std::sort(sorted.begin(), sorted.end());
    if (sorted != types) {
      throw InputError(fmt::format("type-order is {}, expected an order of {}, the types of {}",
                                   fmt::join(options.type_order, ","), fmt::join(types, ","),
                                   cluster.source));
    }
    types = options.type_order;
  }
  options.type_order = types;
  for (const std::string& type : types) {
    const auto is_type = [&](const NodeKind& node) { return node.type == type; };
    gpus_of_type.push_back(cluster.num_gpus(type));
    node_gpus.emplace_back();
    for (std::size_t i = 0; i < cluster.nodes.size() && gpus_per_node == 0; ++i) {
      if (is_type(cluster.nodes[i])) {
        node_gpus.back().push_back(cluster.gpus_of(i));
      }
    }
    memory_mb.push_back(cluster.memory_mb_of_type.at(type));
    intra_gbps.push_back(
        std::find_if(cluster.nodes.begin(), cluster.nodes.end(), is_type)->intra_gbps);
    double slowest = kLargestExact;
    for (const NodeKind& node : cluster.nodes) {
      if (is_type(node)) {  // quirk H4: the bandwidth inside a node also counts between nodes
        slowest = std::min(slowest, fixed() ? node.inter_gbps : node.intra_gbps);
      }
    }
    slowest_gbps_.push_back(slowest);
  }
}

void PlanProblem::read_profiles(const ProfileSet& profiles) {
  // Quirk H1: the model's own figures come from one profile, whichever type a stage has.
  lead = options.lead_profile.value_or(profiles.profiles().front().key);
  const LayerProfile& first = profiles.at(lead);
  optimizer_ms = 2 * first.optimizer_ms;
  batch_generator_ms = first.batch_generator_ms;
  first_parameters = first.layer_parameter_bytes.front();
  middle_parameters = first.layer_parameter_bytes[1];
  last_parameters = first.layer_parameter_bytes.back();

  const LayerProfile& normal = profiles.at({lead.type, 1, 1});
  const double all = std::accumulate(normal.layer_ms.begin(), normal.layer_ms.end(), 0.0);
  for (const double milliseconds : normal.layer_ms) {
    durations.push_back(milliseconds / all);
  }

  tables_.resize(types.size());
  for (const LayerProfile& profile : profiles.profiles()) {
    const auto type = std::find(types.begin(), types.end(), profile.key.type);
    const std::int64_t tensor_par = profile.key.tensor_par;
    // No stage has a tensor degree that is no power of two, or more GPUs than there are.
    if (type == types.end() || !power_of_two(tensor_par) || tensor_par > num_gpus) {
      continue;
    }
    auto table =
        std::make_unique<const ProfileTable>(static_cast<int>(type - types.begin()), profile);
    cost_is_at_least_execution = cost_is_at_least_execution && table->gap_ms >= 0;
    if (!power_of_two(profile.key.microbatch)) {
      odd_tables_.push_back(std::move(table));
      continue;
    }
    auto& rows = tables_[static_cast<std::size_t>(table->type)];
    rows.resize(std::max(rows.size(), index_of_power(tensor_par) + 1));
    auto& row = rows[index_of_power(tensor_par)];
    row.resize(std::max(row.size(), index_of_power(profile.key.microbatch) + 1));
    row[index_of_power(profile.key.microbatch)] = std::move(table);
  }
}

void PlanProblem::check_options() const {
  const double largest =
      static_cast<double>(options.global_batch_size) * static_cast<double>(options.sequence_length);
  if (largest * static_cast<double>(std::max(options.hidden_size, options.vocab_size)) >
      kLargestExact) {
    throw InputError(
        "global-batch-size * sequence-length * hidden-size or vocab-size is above 2^53, expected "
        "smaller ones");
  }
}

std::int64_t PlanProblem::most_stages() const {
  return std::min(num_gpus, static_cast<std::int64_t>(num_layers));
}

// The published default, or the first smaller length with which one can wait for the answer.
void PlanProblem::choose_permute_length() {
  constexpr double kMostPlans = 1e5;
  double sequences = static_cast<double>(divisors.size());
  for (std::size_t i = 2; i <= types.size(); ++i) {
    sequences *= static_cast<double>(i);
  }
  const double most_lists = kMostPlans / sequences;
  for (const std::int64_t length : {128, 64, 32, 24, 16, 12, 10, 8, 7, 6, 5, 4, 3, 2, 1}) {
    options.max_permute_length = length;
    if (num_device_groups(group_rules(), 1, most_stages(), most_lists) <= most_lists) {
      return;
    }
  }
}

double PlanProblem::inter_gbps(TypeMask types_mask) const {
  double slowest = kLargestExact;
  for (std::size_t type = 0; type < types.size(); ++type) {
    if (types_mask >> type & 1U) {
      slowest = std::min(slowest, slowest_gbps_[type]);
    }
  }
  return slowest;
}

double PlanProblem::bytes_per_ms(double gbps) const {
  return link_bytes_per_ms(options.quirks, gbps);
}

const ProfileTable* PlanProblem::find_odd(int type, std::int64_t tensor_par,
                                          std::int64_t microbatch) const {
  for (const TablePointer& table : odd_tables_) {
    if (table->type == type && table->tensor_par == tensor_par && table->microbatch == microbatch) {
      return table.get();
    }
  }
  return nullptr;
}

void PlanProblem::reject_missing(int type, std::int64_t tensor_par, std::int64_t microbatch) const {
  const ProfileKey key{types[static_cast<std::size_t>(type)], tensor_par, microbatch};
  throw InputError(fmt::format(
      "{} lacks {}, which a plan needs: type {}, tensor degree {}, microbatch {} (smaller "
      "--max-tensor-parallel or --max-microbatch{} may do without)",
      profile_source, profile_file_name(key), key.type, tensor_par, microbatch,
      fixed() ? "" : ", a --global-batch-size that is a power of two, or --quirks fixed"));
}

}  // namespace calculon
