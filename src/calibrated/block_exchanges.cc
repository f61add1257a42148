#include "calibrated/block_exchanges.h"

#include <algorithm>
#include <cmath>

namespace calculon {

Exchange tensor_exchange(const RankShape& s, const RankChoices& choices, const Machine& machine,
                         const RankPlacement& placement, bool experts) {
  const bool scattered = choices.sequence_par;
  Exchange exchange = {scattered ? "tensor reduce-scatter or all-gather" : "tensor all-reduce",
                       kValueBytes * s.tokens * s.hidden, s.tensor, placement.tensor.crosses};
  exchange.seconds =
      collective_seconds(machine, scattered ? GroupOp::kScatterOrGather : GroupOp::kAllReduce,
                         exchange.bytes, placement.tensor);
  exchange.times = (scattered ? 4 : 2) * (experts ? 0.5 : 1);
  return exchange;
}

Exchange expert_tensor_exchange(const RankShape& s, const Machine& machine,
                                const RankPlacement& placement) {
  Exchange exchange = {"expert reduce-scatter or all-gather", kValueBytes * routed_hidden(s),
                       s.expert_tensor, placement.expert_tensor.crosses};
  exchange.seconds = collective_seconds(machine, GroupOp::kScatterOrGather, exchange.bytes,
                                        placement.expert_tensor);
  exchange.times = 2;
  return exchange;
}

Exchange context_exchange(const RankShape& s, const Machine& machine,
                          const RankPlacement& placement, bool backward) {
  constexpr double kLatency = 20e-6;
  const double own = s.sequences * s.sequence / s.context;
  const double width =
      s.latent ? (s.heads / s.tensor) * (s.query_width + s.value_width) / 2 : s.own_kv * s.head;
  Exchange exchange = {"context ring", (backward ? 8 : 4) * own * width, s.context,
                       placement.context_crosses};
  const double rate = machine.reached_rate(placement.context_crosses);
  exchange.seconds = exchange.bytes / rate + kLatency;
  exchange.times = s.context - 1;
  return exchange;
}

Exchange token_exchange(const RankShape& s, const RankChoices& choices, const Machine& machine,
                        const RankPlacement& placement) {
  constexpr double kPlainOuterRate = 50e9;
  constexpr double kLatency = 40e-6;
  const bool plain = choices.expert_dispatch == ExpertDispatch::kAllToAll;
  const double inside = placement.expert_inside;
  Exchange exchange = {"tokens to experts or back",
                       kValueBytes * (s.tokens / s.tensor) * s.top_k * s.hidden, s.expert_par,
                       inside < 1};
  if (s.expert_par <= 1) {
    return exchange;
  }
  double copies = 1;  // of a token that cross to other domains
  double outer = machine.reached_outer_rate();
  if (plain) {
    outer = std::min(machine.outer_rate, kPlainOuterRate) * machine.constants.network_efficiency;
  } else {
    const double domains = std::max(1.0, s.expert_par * s.expert_tensor / machine.domain);
    copies = domains * (1 - std::pow(1 - 1 / domains, s.top_k)) / s.top_k;
  }
  const double inner = (plain ? 0.5 : 0.8) * machine.reached_domain_rate();
  exchange.seconds = exchange.bytes * copies * (1 - inside) / outer +
                     exchange.bytes * inside * (1 - 1 / s.expert_par) / inner + kLatency;
  exchange.times = 2;
  return exchange;
}

}  // namespace calculon
