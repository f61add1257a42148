#include "calculon/strategy/placement.h"

#include <fmt/format.h>

#include <array>

#include "strategy/details_rules.h"

namespace calculon {
namespace {

void check_tier_exists(std::string_view key, std::int64_t net, const System& system) {
  const auto tiers = static_cast<std::int64_t>(system.networks.size());
  if (net < 0 || net >= tiers) {
    throw InputError(
        fmt::format("{} is {}, expected a tier of {}: 0 <= x < {}", key, net, system.name, tiers));
  }
}

constexpr std::int64_t kLargestSize = 1'000'000'000;

// The first tier behind `tier` that has traffic; `none` if there is none.
std::int64_t next_used_tier(std::span<const TierUse> uses, std::int64_t tier, std::int64_t none) {
  std::int64_t next = none;
  for (const TierUse& use : uses) {
    if (use.degree > 1 && use.net > tier && use.net < next) {
      next = use.net;
    }
  }
  return next;
}

}  // namespace

void require_all_to_all(const System& system) {
  for (std::size_t tier = 0; tier < system.networks.size(); ++tier) {
    if (!system.networks[tier].has_all_to_all) {
      throw InputError(fmt::format(
          "{}: networks[{}].ops lacks the key 'all_to_all', which a mixture of experts needs",
          system.name, tier));
    }
  }
}

std::optional<Infeasible> check_tiers(std::span<const TierUse> uses, const System& system) {
  // A tier has to hold the product of the degrees placed on it. Tiers are looked at one by one, in
  // order: what lower tiers hold is not multiplied in (quirk G11).
  const auto num_tiers = static_cast<std::int64_t>(system.networks.size());
  for (std::int64_t tier = next_used_tier(uses, -1, num_tiers); tier < num_tiers;
       tier = next_used_tier(uses, tier, num_tiers)) {
    std::int64_t group = 1;
    for (const TierUse& use : uses) {
      if (use.net == tier) {
        // Past every size, and short of overflow, the exact product does not matter.
        group = group > kLargestSize ? group : group * use.degree;
      }
    }
    const Network& network = system.networks[static_cast<std::size_t>(tier)];
    const auto rejection = [&](Reason reason) {
      return Infeasible{reason, static_cast<double>(group), static_cast<double>(network.size),
                        static_cast<int>(tier)};
    };
    if (group > 1 && group > network.size) {
      return rejection(Reason::kNetworkTooSmall);
    }
    if (group > 1 && network.must_be_filled && network.size % group != 0) {
      return rejection(Reason::kNetworkNotFilled);
    }
  }
  return std::nullopt;
}

std::optional<Infeasible> check_tiers(const Strategy& s, const System& system) {
  // Two unrelated products, those of the experts first (quirk M39). Pipelines are in both.
  constexpr TierUse kNone{1, 0};
  std::array<TierUse, kPlacedDegrees.size()> experts;
  std::array<TierUse, kPlacedDegrees.size()> dense;
  for (std::size_t i = 0; i < kPlacedDegrees.size(); ++i) {
    const PlacedDegree& placed = kPlacedDegrees[i];
    const TierUse use{s.*placed.degree, s.*placed.tier};
    experts[i] = placed.product != Product::kDense ? use : kNone;
    dense[i] = placed.product != Product::kExperts ? use : kNone;
  }
  if (s.model_MoE) {
    if (const auto infeasible = check_tiers(experts, system)) {
      return infeasible;
    }
  }
  return check_tiers(dense, system);
}

std::optional<Infeasible> check_networks(const Strategy& s, const System& system) {
  for (const PlacedDegree& placed : kPlacedDegrees) {
    if (placed.product != Product::kExperts || s.model_MoE) {
      check_tier_exists(placed.key, s.*placed.tier, system);
    }
  }
  if (s.model_MoE) {
    require_all_to_all(system);
  }
  return check_tiers(s, system);
}

std::int64_t blocks_per_processor(const Transformer& transformer, std::int64_t pipeline_par) {
  return (transformer.num_blocks + pipeline_par - 1) / pipeline_par;
}

std::optional<Infeasible> check_interleaving(std::int64_t interleaving, std::int64_t blocks) {
  const auto rejection = [&](Reason reason) {
    return Infeasible{reason, static_cast<double>(interleaving), static_cast<double>(blocks)};
  };
  if (interleaving > blocks) {
    return rejection(Reason::kInterleavingTooLarge);
  }
  if (blocks % interleaving != 0) {
    return rejection(Reason::kInterleavingNotDivisor);
  }
  return std::nullopt;
}

std::string degree_contradiction(const BlockChoices& choices, const Transformer& transformer) {
  const std::int64_t t = choices.tensor_par;
  const bool tiled = choices.tensor_par_overlap != TensorParOverlap::kNone;
  const bool hears_model = !choices.rules.ignores_model_details;
  const bool has_mlp = !choices.model_MoE || choices.rules.ignores_model_details;
  struct Split {
    bool applies;
    std::int64_t whole;
    std::string_view what;
  };
  const std::array<Split, 5> splits = {{
      {true, transformer.hidden, "hidden"},
      {has_mlp, transformer.feedforward, "feedforward"},
      {hears_model && choices.model_MoE, transformer.details.moe_shared_feedforward,
       "moe_shared_feedforward"},
      {!choices.rounds_heads_down(), transformer.attn_heads, "attn_heads"},  // quirk M23
      {choices.rounds_heads_down() && tiled, transformer.attn_heads * transformer.attn_size,
       "attn_heads * attn_size"},
  }};
  for (const Split& split : splits) {
    if (split.applies && split.whole % t != 0) {
      return fmt::format("tensor_par is {}, expected a divisor of the model's {} = {}", t,
                         split.what, split.whole);
    }
  }
  const std::int64_t key_values = transformer.kv_heads();
  if (hears_model && choices.attention_type == AttentionType::kMultihead && t % key_values != 0 &&
      key_values % t != 0) {
    return fmt::format(
        "tensor_par is {}, expected a divisor or a multiple of the model's attn_kv_heads = {}", t,
        key_values);
  }
  const std::int64_t width =
      hears_model ? transformer.expert_feedforward() : transformer.feedforward;
  if (choices.model_MoE && !choices.rules.rounds_shares_down && width % choices.expert_slice != 0) {
    return fmt::format("expert_slice is {}, expected a divisor of the width of an expert = {}",
                       choices.expert_slice, width);
  }
  return "";
}

std::string split_contradiction(const BlockChoices& choices, const Transformer& transformer) {
  const std::int64_t tokens = choices.microbatch_size * transformer.seq_size;
  if (choices.effective_comm_type() != TensorParCommType::kAr && tokens % choices.tensor_par != 0) {
    return fmt::format(
        "tensor_par is {}, expected a divisor of the model's microbatch_size * seq_size = {}",
        choices.tensor_par, tokens);
  }
  return degree_contradiction(choices, transformer);
}

std::optional<Infeasible> check_offload(const ScheduleChoices& schedule, std::int64_t blocks) {
  constexpr std::int64_t kFewestBlocksToOffload = 3;
  if (schedule.any_offload() && blocks < kFewestBlocksToOffload) {
    return Infeasible{Reason::kOffloadNeedsThreeBlocks, kFewestBlocksToOffload,
                      static_cast<double>(blocks)};
  }
  return std::nullopt;
}

std::optional<Infeasible> check_blocks(const Strategy& s, const Transformer& transformer) {
  if (!s.rules.accepts_empty_stages && s.pipeline_par > transformer.num_blocks) {
    throw InputError(fmt::format("pipeline_par is {}, expected at most the model's num_blocks {}",
                                 s.pipeline_par, transformer.num_blocks));
  }
  if (const std::string line = details_contradiction(transformer, s); !line.empty()) {
    throw InputError(line);
  }
  const std::int64_t blocks = blocks_per_processor(transformer, s.pipeline_par);
  if (const auto infeasible = check_interleaving(s.pipeline_interleaving, blocks)) {
    return infeasible;
  }
  if (const auto infeasible = check_offload(s, blocks)) {
    return infeasible;
  }
  if (const std::string line = split_contradiction(s, transformer); !line.empty()) {
    throw InputError(line);
  }
  return std::nullopt;
}

}  // namespace calculon
