#include "support/published_loops.h"

#include <algorithm>
#include <functional>

#include "calculon/base/divisors.h"
#include "search/search_settings.h"
#include "support/tiny.h"

namespace calculon::test {
namespace {

using Numbers = std::vector<std::int64_t>;

// One more loop inside those that made `list`.
template <class Member, class Candidates>
void loop(std::vector<Strategy>& list, Member member, const Candidates& candidates) {
  std::vector<Strategy> longer;
  for (Strategy& strategy : list) {
    for (const auto candidate : candidates(strategy)) {
      strategy.*member = candidate;
      longer.push_back(strategy);
    }
  }
  list = std::move(longer);
}

Numbers divisors_if(std::int64_t number, const std::function<bool(std::int64_t)>& accepted) {
  Numbers candidates = divisors(number);
  std::erase_if(candidates, [&](std::int64_t d) { return !accepted(d); });
  return candidates;
}

}  // namespace

PublishedLoops::PublishedLoops(SpaceKind kind, std::int64_t num_procs, std::int64_t num_experts)
    : model(tiny_transformer()), system(tiny_moe_system()) {
  model.num_blocks = 4;
  model.seq_size = 42;  // not divided by 4
  options.kind = kind;
  options.num_procs = num_procs;
  options.max_batch_size = 6;
  options.num_experts = num_experts;
}

std::vector<Strategy> PublishedLoops::degrees() const {
  const std::int64_t n = options.num_procs;
  const std::int64_t experts = options.num_experts;
  const std::int64_t blocks = model.num_blocks;
  Strategy start;
  start.set_preset(Preset::kCalculonMoe);
  start.num_procs = n;
  start.model_MoE = true;
  start.num_experts = experts;
  start.top_k_experts = std::min<std::int64_t>(2, experts);
  start.training = true;
  std::vector<Strategy> list = {start};
  const auto tensor_degree = [&](std::int64_t t) {
    return model.hidden % t == 0 && model.attn_heads % t == 0;
  };
  if (options.kind == SpaceKind::kMoe) {
    loop(list, &Strategy::expert_par, [&](const Strategy&) { return Numbers{experts}; });
    loop(list, &Strategy::tensor_par,
         [&](const Strategy& s) { return divisors_if(n / s.expert_par, tensor_degree); });
    loop(list, &Strategy::expert_slice, [](const Strategy& s) { return Numbers{s.tensor_par}; });
    loop(list, &Strategy::pipeline_par, [&](const Strategy& s) {
      const std::int64_t others = s.tensor_par * s.expert_par;
      return divisors_if(std::min(n / others, blocks),
                         [&](std::int64_t p) { return n % (others * p) == 0 && blocks % p == 0; });
    });
    return list;
  }
  loop(list, &Strategy::expert_par, [&](const Strategy&) {
    return divisors_if(std::min(experts, n),
                       [&](std::int64_t e) { return experts % e == 0 && n % e == 0; });
  });
  loop(list, &Strategy::pipeline_par, [&](const Strategy& s) {
    const std::int64_t rest = n / s.expert_par;
    return divisors_if(std::min(rest, blocks),
                       [&](std::int64_t p) { return rest % p == 0 && blocks % p == 0; });
  });
  loop(list, &Strategy::expert_slice, [&](const Strategy& s) {
    return divisors_if(n / (s.expert_par * s.pipeline_par),
                       [&](std::int64_t g) { return model.hidden % g == 0; });
  });
  loop(list, &Strategy::tensor_par, [&](const Strategy& s) {
    return divisors_if(n / (s.expert_par * s.pipeline_par), tensor_degree);
  });
  return list;
}

std::vector<Strategy> PublishedLoops::published() const {
  using Recompute = ActivationRecompute;
  using Overlap = TensorParOverlap;
  const auto if_above_1 = [](std::int64_t degree) {
    return degree > 1 ? std::vector<bool>{true, false} : std::vector<bool>{false};
  };
  std::vector<Strategy> list = degrees();
  for (Strategy& s : list) {
    s.data_par = s.num_procs / (s.pipeline_par * s.tensor_par);
    s.data_par_exp = s.num_procs / (s.pipeline_par * s.expert_par * s.expert_slice);
    s.batch_size = options.max_batch_size / s.data_par * s.data_par;
  }
  std::erase_if(list, [](const Strategy& s) { return s.batch_size == 0; });
  loop(list, &Strategy::pipeline_interleaving, [&](const Strategy& s) {
    return divisors(s.pipeline_par == 1 ? 1 : model.num_blocks / s.pipeline_par);
  });
  loop(list, &Strategy::activation_recompute, [&](const Strategy&) {
    return options.kind == SpaceKind::kMoeFlexible
               ? std::vector{Recompute::kNone}
               : std::vector{Recompute::kNone, Recompute::kFull, Recompute::kAttnOnly};
  });
  loop(list, &Strategy::optimizer_sharding,
       [&](const Strategy& s) { return if_above_1(s.data_par); });
  loop(list, &Strategy::tensor_par_comm_type, [](const Strategy&) {
    return std::vector{TensorParCommType::kAr, TensorParCommType::kP2pRsAg,
                       TensorParCommType::kRsAg};
  });
  loop(list, &Strategy::data_par_overlap,
       [&](const Strategy& s) { return if_above_1(s.data_par); });
  loop(list, &Strategy::tensor_par_overlap, [](const Strategy& s) {
    return s.tensor_par > 1 ? std::vector{Overlap::kNone, Overlap::kRing, Overlap::kPipe}
                            : std::vector{Overlap::kNone};
  });
  loop(list, &Strategy::fused_activation, [](const Strategy&) { return std::vector{true}; });
  loop(list, &Strategy::microbatch_size, [&](const Strategy& s) {
    const std::int64_t local = s.batch_size / s.data_par;
    Numbers sizes =
        divisors_if(local, [&](std::int64_t b) { return b * model.seq_size % s.tensor_par == 0; });
    sizes.push_back(local);
    return sizes;
  });
  constexpr std::array kDegrees = {static_cast<std::int64_t Strategy::*>(&Strategy::tensor_par),
                                   static_cast<std::int64_t Strategy::*>(&Strategy::pipeline_par),
                                   static_cast<std::int64_t Strategy::*>(&Strategy::data_par),
                                   static_cast<std::int64_t Strategy::*>(&Strategy::data_par_exp),
                                   static_cast<std::int64_t Strategy::*>(&Strategy::expert_par),
                                   static_cast<std::int64_t Strategy::*>(&Strategy::expert_slice)};
  for (std::size_t i = 0; i < kDegrees.size(); ++i) {
    loop(list, kTierSettings[i].tier, [&](const Strategy& s) {
      return s.*kDegrees[i] > 1 ? Numbers{0, 1} : Numbers{0};
    });
  }
  return list;
}

std::vector<Strategy> PublishedLoops::enumerated() const {
  const StrategySpace space(model, system, options);
  std::vector<Strategy> list;
  for (std::int64_t i = 0; i < space.size(); ++i) {
    list.push_back(space.at(i));
  }
  return list;
}

}  // namespace calculon::test
