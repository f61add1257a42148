#include "calibrated/machine.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "calculon/base/input_error.h"

namespace calculon {
namespace {

const std::optional<Engine>& engine(const System& system, Datatype datatype) {
  return system.matrix[static_cast<std::size_t>(datatype)];
}

double peak(const System& system, Datatype datatype) {
  if (const auto& found = engine(system, engine_datatype(system, datatype))) {
    return found->peak_flops_per_second;
  }
  throw InputError(fmt::format("{}: matrix lacks the datatype '{}' (rule KC21)", system.name,
                               enum_name(datatype)));
}

void require_rate(const System& system, double rate, std::string_view what) {
  if (rate <= 0) {
    throw InputError(fmt::format("{}: {} is 0, expected more (rule KC22)", system.name, what));
  }
}

// Of `size` members of which one is in every `stride`-th rank.
RankGroup strided(double size, double stride, double tensor, double domain) {
  return {size, stride * size > domain,
          std::max(1.0, std::min(size, domain / std::min(tensor, domain)))};
}

}  // namespace

Datatype engine_datatype(const System& system, Datatype datatype) {
  const bool half = datatype == Datatype::kFloat16 || datatype == Datatype::kBfloat16;
  const Datatype other = datatype == Datatype::kFloat16 ? Datatype::kBfloat16 : Datatype::kFloat16;
  return half && !engine(system, datatype) && engine(system, other) ? other : datatype;
}

Machine machine_of(const System& system, const CalibratedExecution& execution) {
  if (system.networks.empty()) {
    throw InputError(
        fmt::format("{}: networks is empty, expected one or two (rule KC22)", system.name));
  }
  Machine machine;
  machine.peak_16bit = peak(system, execution.datatype);
  machine.peak_gemm = peak(system, execution.gemm_datatype);
  machine.memory_rate = system.mem1.peak_bytes_per_second;
  machine.capacity = system.mem1.capacity_bytes;
  const Network& inner = system.networks.front();
  const Network& outer = system.networks.size() > 1 ? system.networks[1] : inner;
  machine.domain = static_cast<double>(inner.size);
  machine.reach = static_cast<double>(std::max(inner.size, outer.size));
  machine.domain_rate = inner.bytes_per_second;
  machine.outer_rate = outer.bytes_per_second;
  machine.constants = system.calibration.value_or(Calibration{});
  require_rate(system, machine.peak_16bit, "the peak of datatype");
  require_rate(system, machine.peak_gemm, "the peak of gemm_datatype");
  require_rate(system, machine.memory_rate, "the rate of mem1");
  require_rate(system, machine.domain_rate, "the bandwidth of networks[0]");
  require_rate(system, machine.outer_rate, "the bandwidth of networks[1]");
  return machine;
}

double collective_seconds(const Machine& machine, GroupOp kind, double bytes,
                          const RankGroup& group) {
  if (group.size <= 1) {
    return 0;
  }
  constexpr double kHalfInside = 2e7;
  constexpr double kHalfOutside = 4e6;
  const double sent = std::max(bytes, 1.0);
  const double passes = kind == GroupOp::kAllReduce ? 2 : 1;
  double rate = machine.reached_domain_rate();
  double latency = 20e-6;
  if (group.crosses) {
    rate =
        std::min(rate, machine.reached_outer_rate() * group.inside) * sent / (sent + kHalfOutside);
    latency = 1e-5 * std::log2(group.size) +
              machine.constants.network_step_seconds * (group.size - 1) * passes;
  } else {
    const double grown = std::pow(sent, 0.65);
    rate *= grown / (grown + std::pow(kHalfInside, 0.65));
  }
  return (group.size - 1) / group.size * sent / rate * passes + latency;
}

RankPlacement place_groups(const CalibratedExecution& e, double domain, bool experts) {
  const auto t = static_cast<double>(e.tensor_par);
  const auto c = static_cast<double>(e.context_par);
  const auto d = static_cast<double>(e.data_par);
  const auto g = static_cast<double>(e.expert_tensor());
  const auto ep = static_cast<double>(e.expert_par);
  RankPlacement placement;
  placement.tensor = {t, t > domain, std::min(t, domain)};
  placement.expert_tensor = {g, g > domain, std::min(g, domain)};
  placement.data = strided(d * c, t, t, domain);
  placement.shard = strided(static_cast<double>(e.shard_size()), t, t, domain);
  const double replicas = experts ? d * c * t / (ep * g) : 1;
  placement.expert_data = {replicas, t * d * c > domain,
                           std::min(std::max(1.0, domain / (ep * g)), replicas)};
  placement.context_crosses = t * c > domain;
  placement.expert_inside = ep * g <= domain ? 1 : std::min(domain / g, ep) / ep;
  placement.pipeline_crosses = t * c * d * static_cast<double>(e.pipeline_par) > domain;
  return placement;
}

StateShards state_shards(const CalibratedExecution& e, const RankPlacement& placement) {
  if (e.data_par_sharding == DataParSharding::kNone) {
    return {};
  }
  if (e.data_par_sharding == DataParSharding::kZero1) {
    return {placement.data.size, placement.expert_data.size};
  }
  return {placement.shard.size, std::min(placement.shard.size, placement.expert_data.size)};
}

}  // namespace calculon
