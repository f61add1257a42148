#include "calculon/model/why_not.h"

#include <algorithm>
#include <array>
#include <type_traits>

#include "calculon/base/divisors.h"
#include "calculon/model/evaluate.h"
#include "calculon/strategy/placement.h"

namespace calculon {
namespace {

bool is_memory(Reason reason) {
  return reason == Reason::kTier1Capacity || reason == Reason::kTier2Capacity;
}

std::vector<WhyNot::Share> tier_shares(const Stats& parts, Preset preset) {
  std::vector<WhyNot::Share> shares;
  for (const Role role : kMemoryParts) {
    if (const auto bytes = sum_of(parts, role, preset)) {
      shares.push_back({enum_name(role), *bytes});
    }
  }
  std::stable_sort(shares.begin(), shares.end(),
                   [](const auto& a, const auto& b) { return a.bytes > b.bytes; });
  return shares;
}

// The other values worth trying for a setting of each type.
std::vector<bool> alternatives(const Strategy&, const Transformer&, const System&,
                               bool Strategy::*member) {
  using Member = bool Strategy::*;
  if (member == Member{&Strategy::training} || member == Member{&Strategy::model_MoE}) {
    return {};  // another run, another model
  }
  return {false, true};
}

template <class Enum>
std::vector<Enum> alternatives(const Strategy&, const Transformer&, const System&,
                               Enum Strategy::*) {
  if (std::is_same_v<Enum, Preset> || std::is_same_v<Enum, Datatype> ||
      std::is_same_v<Enum, AttentionType> || std::is_same_v<Enum, ActivationFunction>) {
    return {};
  }
  std::vector<Enum> values;
  for (std::size_t i = 0; i < kEnumSize<Enum>; ++i) {
    values.push_back(static_cast<Enum>(i));
  }
  return values;
}

std::vector<std::int64_t> alternatives(const Strategy& s, const Transformer& transformer,
                                       const System& system, std::int64_t Strategy::*member) {
  using Member = std::int64_t Strategy::*;
  if (member == Member{&Strategy::microbatch_size}) {
    return divisors(s.batch_size / s.data_par);
  }
  if (member == Member{&Strategy::pipeline_interleaving}) {
    return divisors(blocks_per_processor(transformer, s.pipeline_par));
  }
  std::vector<std::int64_t> tiers;
  const auto is_tier = [&](const PlacedDegree& placed) { return placed.tier == member; };
  if (std::any_of(kPlacedDegrees.begin(), kPlacedDegrees.end(), is_tier)) {
    for (std::size_t tier = 0; tier < system.networks.size(); ++tier) {
      tiers.push_back(static_cast<std::int64_t>(tier));
    }
  }
  return tiers;
}

// Nearer is: fits before does not; of those that fit, the faster; of the others, the one that
// lacks less.
bool nearer(const WhyNot::Change& a, const WhyNot::Change& b) {
  if (a.remaining.has_value() != b.remaining.has_value()) {
    return !a.remaining;
  }
  return a.remaining ? shortfall_ratio(*a.remaining) < shortfall_ratio(*b.remaining)
                     : a.total_time < b.total_time;
}

// The answer to a changed strategy, if it has one and is nearer to fitting than `before`.
std::optional<WhyNot::Change> try_change(Evaluator& evaluator, const Strategy& changed,
                                         const Infeasible& before) {
  if (!contradiction(changed).empty()) {
    return std::nullopt;
  }
  try {
    const Outcome<Stats> outcome = evaluator.evaluate(changed);
    WhyNot::Change change;
    if (outcome) {
      change.total_time = outcome->total_time;
      return change;
    }
    if (outcome.error().reason == before.reason &&
        shortfall_ratio(outcome.error()) < shortfall_ratio(before)) {
      change.remaining = outcome.error();
      return change;
    }
  } catch (const InputError&) {
    // What cannot be evaluated is no advice.
  }
  return std::nullopt;
}

}  // namespace

WhyNot explain(const Transformer& transformer, const System& system, const Strategy& strategy,
               const Infeasible& infeasible) {
  WhyNot why;
  Evaluator evaluator(transformer, system);
  if (is_memory(infeasible.reason)) {
    const int tier = infeasible.reason == Reason::kTier1Capacity ? 1 : 2;
    why.tier_shares = tier_shares(evaluator.tier_parts(strategy, tier), strategy.preset);
  }
  for_each_field(kStrategyFields, [&](const auto& field) {
    if (!field.belongs_to(strategy.preset)) {
      return;
    }
    for (const auto value : alternatives(strategy, transformer, system, field.member)) {
      Strategy changed = strategy;
      changed.*field.member = value;
      if (changed == strategy) {
        continue;
      }
      auto change = try_change(evaluator, changed, infeasible);
      if (change && (!why.nearest || nearer(*change, *why.nearest))) {
        change->setting = field.name;
        change->from = setting_text(strategy.*field.member);
        change->to = setting_text(changed.*field.member);
        why.nearest = change;
      }
    }
  });
  return why;
}

}  // namespace calculon
