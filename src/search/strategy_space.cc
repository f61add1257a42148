#include "calculon/search/strategy_space.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "calculon/base/divisors.h"
#include "calculon/base/input_error.h"

namespace calculon {
namespace {

constexpr std::int64_t kMostStrategies = std::numeric_limits<std::int64_t>::max() / 4;

}  // namespace

StrategySpace::StrategySpace(const Transformer& transformer, const System& system,
                             const SpaceOptions& options)
    : transformer_(transformer), system_(system), options_(options) {
  for (const bool tensor_parallel : {false, true}) {
    for (const bool data_parallel : {false, true}) {
      settings_[tensor_parallel][data_parallel] = free_settings(tensor_parallel, data_parallel);
    }
  }
  for (const std::int64_t t : divisors(options.num_procs)) {
    if (transformer.hidden % t == 0 && transformer.attn_heads % t == 0 &&
        options.filter.accepts("tensor_par", t)) {
      add_cells(t);
    }
  }
}

void StrategySpace::add_cells(std::int64_t tensor_par) {
  const std::int64_t rest = options_.num_procs / tensor_par;
  for (const std::int64_t p : divisors(std::min(rest, transformer_.num_blocks))) {
    if (rest % p == 0 && transformer_.num_blocks % p == 0 &&
        options_.filter.accepts("pipeline_par", p)) {
      add_cell(tensor_par, p);
    }
  }
}

void StrategySpace::add_cell(std::int64_t tensor_par, std::int64_t pipeline_par) {
  Cell cell{};
  cell.tensor_par = tensor_par;
  cell.pipeline_par = pipeline_par;
  cell.data_par = options_.num_procs / (tensor_par * pipeline_par);
  const std::int64_t local_batch = options_.max_batch_size / cell.data_par;
  cell.batch_size = local_batch * cell.data_par;
  if (local_batch == 0 || !options_.filter.accepts("data_par", cell.data_par) ||
      !options_.filter.accepts("batch_size", cell.batch_size)) {
    return;
  }
  cell.microbatches = microbatches(tensor_par, local_batch);
  cell.tensor_nets = nets("tensor_par_net", tensor_par);
  cell.pipeline_nets = nets("pipeline_par_net", pipeline_par);
  cell.data_nets = nets("data_par_net", cell.data_par);
  cell.settings = &settings_[tensor_par > 1][cell.data_par > 1];
  const auto interleavings = pipeline_par == 1 ? std::vector<std::int64_t>{1}
                                               : divisors(transformer_.num_blocks / pipeline_par);
  for (const std::int64_t v : interleavings) {
    if (options_.filter.accepts("pipeline_interleaving", v)) {
      cell.groups.push_back({v, size_});
      if (cell.group_size() > kMostStrategies - size_) {
        throw InputError("the search space has more strategies than can be counted");
      }
      size_ += cell.group_size();
    }
  }
  if (cell.group_size() > 0 && !cell.groups.empty()) {
    cells_.push_back(std::move(cell));
  }
}

std::vector<std::int64_t> StrategySpace::microbatches(std::int64_t tensor_par,
                                                      std::int64_t local_batch) const {
  std::vector<std::int64_t> sizes;
  for (const std::int64_t b : divisors(local_batch)) {
    if (b * transformer_.seq_size % tensor_par == 0 &&
        options_.filter.accepts("microbatch_size", b)) {
      sizes.push_back(b);
    }
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
  const bool has_tier2 = system_.mem2.capacity_bytes > 0;

  choose("activation_recompute", &FreeSettings::activation_recompute,
         always(std::vector{Recompute::kFull, Recompute::kAttnOnly, Recompute::kNone}));
  choose("optimizer_sharding", &FreeSettings::optimizer_sharding,
         always(if_possible(data_parallel)));
  choose("tensor_par_comm_type", &FreeSettings::tensor_par_comm_type,
         always(std::vector{CommType::kAr, CommType::kP2pRsAg, CommType::kRsAg}));
  choose("seq_par_ag_redo", &FreeSettings::seq_par_ag_redo, [&](const FreeSettings& s) {
    return if_possible(s.tensor_par_comm_type == CommType::kRsAg && !full(s));
  });
  choose("data_par_overlap", &FreeSettings::data_par_overlap, always(if_possible(data_parallel)));
  choose("tensor_par_overlap", &FreeSettings::tensor_par_overlap,
         always(tensor_parallel ? std::vector{Overlap::kNone, Overlap::kRing, Overlap::kPipe}
                                : std::vector{Overlap::kNone}));
  choose("weight_offload", &FreeSettings::weight_offload, always(if_possible(has_tier2)));
  choose("activations_offload", &FreeSettings::activations_offload,  // quirk F1
         [&](const FreeSettings& s) { return if_possible(has_tier2 && !full(s)); });
  choose("optimizer_offload", &FreeSettings::optimizer_offload, always(if_possible(has_tier2)));
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

Strategy StrategySpace::base(const Cell& cell, const Group& group) const {
  Strategy strategy;
  strategy.datatype = options_.datatype;
  strategy.attention_type = AttentionType::kMultihead;
  strategy.training = true;
  strategy.num_procs = options_.num_procs;
  strategy.tensor_par = cell.tensor_par;
  strategy.pipeline_par = cell.pipeline_par;
  strategy.data_par = cell.data_par;
  strategy.batch_size = cell.batch_size;
  strategy.pipeline_interleaving = group.pipeline_interleaving;
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
  strategy.data_par_net = take(cell->data_nets);
  strategy.pipeline_par_net = take(cell->pipeline_nets);
  strategy.tensor_par_net = take(cell->tensor_nets);
  strategy.microbatch_size = take(cell->microbatches);
  apply(take(*cell->settings), strategy);
  return strategy;
}

}  // namespace calculon
