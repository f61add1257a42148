#include "calculon/search/strategy_space.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <numeric>

#include "calculon/base/divisors.h"
#include "calculon/base/input_error.h"
#include "calculon/strategy/placement.h"

namespace calculon {
namespace {

constexpr std::int64_t kMostStrategies = std::numeric_limits<std::int64_t>::max() / 4;

}  // namespace

StrategySpace::StrategySpace(const Transformer& transformer, const System& system,
                             const SpaceOptions& options)
    : transformer_(transformer), system_(system), options_(options) {
  if (moe()) {
    require_all_to_all(system);
  }
  for (const bool tensor_parallel : {false, true}) {
    for (const bool data_parallel : {false, true}) {
      settings_[tensor_parallel][data_parallel] = free_settings(tensor_parallel, data_parallel);
    }
  }
  const auto degrees = options.kind == SpaceKind::kDense ? dense_degrees()
                       : options.kind == SpaceKind::kMoe ? moe_degrees()
                                                         : flexible_degrees();
  for (const Degrees& each : degrees) {
    add_cell(each);
  }
}

std::vector<std::int64_t> StrategySpace::accepted_divisors(std::string_view setting,
                                                           std::int64_t number) const {
  std::vector<std::int64_t> candidates = divisors(number);
  std::erase_if(candidates, [&](std::int64_t d) { return !options_.filter.accepts(setting, d); });
  return candidates;
}

// The published loops, with their conditions as greatest common divisors: "divides both".

std::vector<StrategySpace::Degrees> StrategySpace::dense_degrees() const {
  const std::int64_t n = options_.num_procs;
  const std::int64_t width = std::gcd(transformer_.hidden, transformer_.attn_heads);
  std::vector<Degrees> list;
  for (const std::int64_t t : accepted_divisors("tensor_par", std::gcd(n, width))) {
    for (const std::int64_t p :
         accepted_divisors("pipeline_par", std::gcd(n / t, transformer_.num_blocks))) {
      list.push_back({t, p});
    }
  }
  return list;
}

std::vector<std::int64_t> StrategySpace::expert_par_candidates(bool all) const {
  const std::int64_t n = options_.num_procs;
  if (all || options_.filter.names("expert_par")) {
    return accepted_divisors("expert_par", std::gcd(n, options_.num_experts));
  }
  if (n % options_.num_experts != 0) {
    throw InputError(
        fmt::format("num_procs is {}, expected a multiple of the {} experts, each of which stands "
                    "on processors of its own (--ep opens other degrees)",
                    n, options_.num_experts));
  }
  return {options_.num_experts};
}

std::vector<StrategySpace::Degrees> StrategySpace::moe_degrees() const {
  const std::int64_t width = std::gcd(transformer_.hidden, transformer_.attn_heads);
  std::vector<Degrees> list;
  for (const std::int64_t e : expert_par_candidates(false)) {
    const std::int64_t rest = options_.num_procs / e;
    for (const std::int64_t t : accepted_divisors("tensor_par", std::gcd(rest, width))) {
      const auto slices =
          options_.filter.names("expert_slice")
              ? accepted_divisors("expert_slice", std::gcd(rest, transformer_.hidden))
              : std::vector{t};
      for (const std::int64_t g : slices) {
        const std::int64_t stages = std::gcd(options_.num_procs / t, rest / g);
        for (const std::int64_t p :
             accepted_divisors("pipeline_par", std::gcd(stages, transformer_.num_blocks))) {
          list.push_back({t, p, e, g});
        }
      }
    }
  }
  return list;
}

std::vector<StrategySpace::Degrees> StrategySpace::flexible_degrees() const {
  const std::int64_t n = options_.num_procs;
  const std::int64_t width = std::gcd(transformer_.hidden, transformer_.attn_heads);
  std::vector<Degrees> list;
  for (const std::int64_t e : expert_par_candidates(true)) {
    for (const std::int64_t p :
         accepted_divisors("pipeline_par", std::gcd(n / e, transformer_.num_blocks))) {
      const std::int64_t of_expert = n / e / p;
      const std::int64_t of_stage = options_.independent_degrees ? n / p : of_expert;
      for (const std::int64_t g :
           accepted_divisors("expert_slice", std::gcd(of_expert, transformer_.hidden))) {
        for (const std::int64_t t : accepted_divisors("tensor_par", std::gcd(of_stage, width))) {
          list.push_back({t, p, e, g});
        }
      }
    }
  }
  return list;
}

void StrategySpace::add_cell(const Degrees& degrees) {
  Cell cell{};
  cell.degrees = degrees;
  const std::int64_t stage = options_.num_procs / degrees.pipeline_par;
  cell.data_par = stage / degrees.tensor_par;
  cell.data_par_exp = moe() ? stage / (degrees.expert_par * degrees.expert_slice) : 1;
  const bool raises = options_.oversized_data_par == OversizedDataPar::kRaise;
  const std::int64_t local_batch =
      std::max(options_.max_batch_size / cell.data_par, std::int64_t{raises ? 1 : 0});
  cell.batch_size = local_batch * cell.data_par;
  if (local_batch == 0 || !options_.filter.accepts("data_par", cell.data_par) ||
      !options_.filter.accepts("data_par_exp", cell.data_par_exp) ||
      !options_.filter.accepts("batch_size", cell.batch_size)) {
    return;
  }
  cell.microbatches = microbatches(degrees.tensor_par, local_batch);
  cell.nets = {
      nets("tensor_par_net", degrees.tensor_par), nets("pipeline_par_net", degrees.pipeline_par),
      nets("data_par_net", cell.data_par),        nets("data_par_exp_net", cell.data_par_exp),
      nets("expert_par_net", degrees.expert_par), nets("expert_slice_net", degrees.expert_slice)};
  cell.settings = &settings_[degrees.tensor_par > 1][cell.data_par > 1];
  const auto interleavings = accepted_divisors(
      "pipeline_interleaving",
      degrees.pipeline_par == 1 ? 1 : transformer_.num_blocks / degrees.pipeline_par);
  for (const std::int64_t v : interleavings) {
    cell.groups.push_back({v, size_});
    if (cell.group_size() > kMostStrategies - size_) {
      throw InputError("the search space has more strategies than can be counted");
    }
    size_ += cell.group_size();
  }
  if (cell.group_size() > 0 && !cell.groups.empty()) {
    cells_.push_back(std::move(cell));
  }
}

std::vector<std::int64_t> StrategySpace::microbatches(std::int64_t tensor_par,
                                                      std::int64_t local_batch) const {
  std::vector<std::int64_t> sizes;
  for (const std::int64_t b : accepted_divisors("microbatch_size", local_batch)) {
    if (b * transformer_.seq_size % tensor_par == 0) {
      sizes.push_back(b);
    }
  }
  // Quirks M26, M27: once more, and even if the tensor degree does not divide its tokens.
  if (moe() && !options_.distinct && options_.filter.accepts("microbatch_size", local_batch)) {
    sizes.push_back(local_batch);
  }
  return sizes;
}

std::vector<std::int64_t> StrategySpace::nets(std::string_view setting, std::int64_t degree) const {
  if (degree == 1) {
    return {0};  // carries nothing, so no filter applies
  }
  std::vector<std::int64_t> tiers;
  for (std::size_t tier = 0; tier < system_.networks.size(); ++tier) {
    if (options_.filter.accepts(setting, tier)) {
      tiers.push_back(static_cast<std::int64_t>(tier));
    }
  }
  return tiers;
}

// The loops of the published enumeration, outermost first: each one multiplies the list by the
// candidates that the settings chosen so far leave open.
std::vector<FreeSettings> StrategySpace::free_settings(bool tensor_parallel,
                                                       bool data_parallel) const {
  std::vector<FreeSettings> list = {FreeSettings{}};
  const auto choose = [&](std::string_view name, auto member, auto candidates_of) {
    std::vector<FreeSettings> longer;
    for (FreeSettings settings : list) {
      for (const auto candidate : candidates_of(settings)) {
        if (options_.filter.accepts(name, candidate)) {
          settings.*member = candidate;
          longer.push_back(settings);
        }
      }
    }
    list = std::move(longer);
  };
  const auto if_possible = [](bool possible) {
    return possible ? std::vector<bool>{true, false} : std::vector<bool>{false};
  };
  const auto always = [](const auto& values) {
    return [values](const FreeSettings&) { return values; };
  };
  using Recompute = ActivationRecompute;
  using CommType = TensorParCommType;
  using Overlap = TensorParOverlap;
  const auto full = [](const FreeSettings& s) {
    return s.activation_recompute == Recompute::kFull;
  };
  // What the published searches of mixtures fix is tried if it is named.
  const auto opened = [&](std::string_view name) { return !moe() || options_.filter.names(name); };
  const bool has_tier2 = system_.mem2.capacity_bytes > 0;
  const std::vector<Recompute> all_recompute =
      moe() ? std::vector{Recompute::kNone, Recompute::kFull, Recompute::kAttnOnly}
            : std::vector{Recompute::kFull, Recompute::kAttnOnly, Recompute::kNone};
  const bool only_none =
      options_.kind == SpaceKind::kMoeFlexible && !opened("activation_recompute");
  const bool one_comm_type = moe() && options_.distinct;

  choose("activation_recompute", &FreeSettings::activation_recompute,
         always(only_none ? std::vector{Recompute::kNone} : all_recompute));
  choose("optimizer_sharding", &FreeSettings::optimizer_sharding,
         always(if_possible(data_parallel)));
  choose("tensor_par_comm_type", &FreeSettings::tensor_par_comm_type,
         always(one_comm_type ? std::vector{CommType::kRsAg}
                              : std::vector{CommType::kAr, CommType::kP2pRsAg, CommType::kRsAg}));
  choose("seq_par_ag_redo", &FreeSettings::seq_par_ag_redo, [&](const FreeSettings& s) {
    return if_possible(s.tensor_par_comm_type == CommType::kRsAg && !full(s) &&
                       opened("seq_par_ag_redo"));
  });
  choose("data_par_overlap", &FreeSettings::data_par_overlap, always(if_possible(data_parallel)));
  choose("tensor_par_overlap", &FreeSettings::tensor_par_overlap,
         always(tensor_parallel ? std::vector{Overlap::kNone, Overlap::kRing, Overlap::kPipe}
                                : std::vector{Overlap::kNone}));
  choose("weight_offload", &FreeSettings::weight_offload,
         always(if_possible(has_tier2 && opened("weight_offload"))));
  choose("activations_offload", &FreeSettings::activations_offload,  // quirk F1
         [&](const FreeSettings& s) {
           return if_possible(has_tier2 && !full(s) && opened("activations_offload"));
         });
  choose("optimizer_offload", &FreeSettings::optimizer_offload,
         always(if_possible(has_tier2 && opened("optimizer_offload"))));
  choose("fused_activation", &FreeSettings::fused_activation, always(options_.fused_activation));
  return list;
}

std::int64_t StrategySpace::size_with_first_microbatch() const {
  std::int64_t count = 0;
  for (const Cell& cell : cells_) {
    count += static_cast<std::int64_t>(cell.groups.size()) * cell.group_size() /
             static_cast<std::int64_t>(cell.microbatches.size());
  }
  return count;
}

std::int64_t StrategySpace::num_combinations() const {
  const auto same = [](const FreeSettings& a, const FreeSettings& b) {
    return a.activation_recompute == b.activation_recompute &&
           a.optimizer_sharding == b.optimizer_sharding &&
           a.tensor_par_comm_type == b.tensor_par_comm_type;
  };
  std::int64_t count = 0;
  for (const Cell& cell : cells_) {
    std::int64_t combinations = 0;
    for (std::size_t i = 0; i < cell.settings->size(); ++i) {
      combinations += i == 0 || !same((*cell.settings)[i - 1], (*cell.settings)[i]) ? 1 : 0;
    }
    count += combinations * static_cast<std::int64_t>(cell.groups.size());
  }
  return count;
}

Strategy StrategySpace::base(const Cell& cell, const Group& group) const {
  Strategy strategy;
  strategy.datatype = options_.datatype;
  strategy.attention_type = options_.attention_type;
  strategy.training = true;
  strategy.num_procs = options_.num_procs;
  strategy.tensor_par = cell.degrees.tensor_par;
  strategy.pipeline_par = cell.degrees.pipeline_par;
  strategy.data_par = cell.data_par;
  strategy.batch_size = cell.batch_size;
  strategy.pipeline_interleaving = group.pipeline_interleaving;
  if (moe()) {
    constexpr std::int64_t kPublishedTopK = 2;
    strategy.set_preset(preset());
    strategy.model_MoE = true;
    strategy.num_experts = options_.num_experts;
    strategy.top_k_experts =
        options_.top_k_experts.value_or(std::min(kPublishedTopK, options_.num_experts));
    strategy.expert_par = cell.degrees.expert_par;
    strategy.expert_slice = cell.degrees.expert_slice;
    strategy.data_par_exp = cell.data_par_exp;
    strategy.activation_function = options_.activation_function;
  }
  return strategy;
}

void StrategySpace::apply(const FreeSettings& settings, Strategy& strategy) {
  strategy.activation_recompute = settings.activation_recompute;
  strategy.optimizer_sharding = settings.optimizer_sharding;
  strategy.tensor_par_comm_type = settings.tensor_par_comm_type;
  strategy.seq_par_ag_redo = settings.seq_par_ag_redo;
  strategy.data_par_overlap = settings.data_par_overlap;
  strategy.tensor_par_overlap = settings.tensor_par_overlap;
  strategy.weight_offload = settings.weight_offload;
  strategy.activations_offload = settings.activations_offload;
  strategy.optimizer_offload = settings.optimizer_offload;
  strategy.fused_activation = settings.fused_activation;
}

void StrategySpace::apply(const Nets& nets, Strategy& strategy) {
  for (std::size_t i = 0; i < nets.size(); ++i) {
    strategy.*kNetMembers[i] = nets[i];
  }
}

Strategy StrategySpace::at(std::int64_t index) const {
  // The last cell, and in it the last group, that begins at or before the index.
  const auto cell = std::prev(std::upper_bound(
      cells_.begin(), cells_.end(), index,
      [](std::int64_t i, const Cell& c) { return i < c.groups.front().first_index; }));
  const auto group =
      std::prev(std::upper_bound(cell->groups.begin(), cell->groups.end(), index,
                                 [](std::int64_t i, const Group& g) { return i < g.first_index; }));
  Strategy strategy = base(*cell, *group);
  std::int64_t rest = index - group->first_index;
  const auto take = [&rest](const auto& list) {
    const auto size = static_cast<std::int64_t>(list.size());
    const auto& item = list[static_cast<std::size_t>(rest % size)];
    rest /= size;
    return item;
  };
  for (std::size_t i = kNetMembers.size(); i-- > 0;) {
    strategy.*kNetMembers[i] = take(cell->nets[i]);
  }
  strategy.microbatch_size = take(cell->microbatches);
  apply(take(*cell->settings), strategy);
  return strategy;
}

}  // namespace calculon
