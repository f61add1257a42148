#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "calculon/strategy/reason.h"
#include "calculon/strategy/strategy.h"

namespace calculon {

// Degrees whose product has to fit on a tier that they share (quirk M39): those of the dense
// layers, or those of the experts in a mixture.
enum class Product { kDense, kExperts, kBoth };

// A degree of parallelism with the setting that says on which network tier, from 0, its groups
// stand.
struct PlacedDegree {
  std::string_view key;
  std::int64_t Strategy::*tier;
  std::int64_t Strategy::*degree;
  Product product;
};

// In the published order of enumeration.
inline constexpr std::array<PlacedDegree, 6> kPlacedDegrees = {{
    {"tensor_par_net", &Strategy::tensor_par_net, &Strategy::tensor_par, Product::kDense},
    {"pipeline_par_net", &Strategy::pipeline_par_net, &Strategy::pipeline_par, Product::kBoth},
    {"data_par_net", &Strategy::data_par_net, &Strategy::data_par, Product::kDense},
    {"data_par_exp_net", &Strategy::data_par_exp_net, &Strategy::data_par_exp, Product::kExperts},
    {"expert_par_net", &Strategy::expert_par_net, &Strategy::expert_par, Product::kExperts},
    {"expert_slice_net", &Strategy::expert_slice_net, &Strategy::expert_slice, Product::kExperts},
}};

// Whether a strategy fits a model and a machine, as far as that can be told before its time and
// memory are known. The published rules come in an order that decides which one speaks first:
// check_networks(), then check_blocks(). All of it REQUIRES a strategy without contradiction().

// Throws InputError unless all tiers know all-to-all, which is part of reading a system for a
// mixture of experts (rule MS).
void require_all_to_all(const System& system);

// Rules U60 (InputError: a tier that the system lacks), I1 and I2 (a tier too small or not filled).
std::optional<Infeasible> check_networks(const Strategy& strategy, const System& system);

// Rules I3, I4, I5 (interleaving and offloading against the blocks of a processor) and U62-U65
// (InputError: tensor_par does not divide what it has to).
std::optional<Infeasible> check_blocks(const Strategy& strategy, const Transformer& transformer);

// Blocks on the fullest processor: the pipeline's share, rounded up. REQUIRES pipeline_par >= 1.
std::int64_t blocks_per_processor(const Transformer& transformer, std::int64_t pipeline_par);

// The parts of the two checks, which a search applies to many strategies at once. A use is a degree
// of parallelism and the tier, from 0, on which its groups stand.
struct TierUse {
  std::int64_t degree;
  std::int64_t net;
};
std::optional<Infeasible> check_tiers(std::span<const TierUse> uses, const System& system);
std::optional<Infeasible> check_tiers(const Strategy& strategy, const System& system);
std::optional<Infeasible> check_interleaving(std::int64_t interleaving, std::int64_t blocks);
std::optional<Infeasible> check_offload(const ScheduleChoices& schedule, std::int64_t blocks);

// What a degree of parallelism does not divide though it splits it, as a line; "" if nothing. The
// second one also looks at the tokens of a microbatch (rules U62-U65).
std::string degree_contradiction(const BlockChoices& choices, const Transformer& transformer);
std::string split_contradiction(const BlockChoices& choices, const Transformer& transformer);

}  // namespace calculon
