// The published loops over degrees, with their conditions as greatest common divisors: "divides
// both".
#include "search/degrees.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <limits>
#include <numeric>
#include <optional>
#include <utility>

#include "calculon/base/divisors.h"
#include "calculon/base/input_error.h"
#include "calculon/strategy/placement.h"
#include "search/fixed_choices.h"
#include "strategy/details_rules.h"

namespace calculon {
namespace {

using Numbers = NumberLists::Numbers;
using NumberSpan = std::span<const std::int64_t>;

constexpr std::int64_t kMostStrategies = std::numeric_limits<std::int64_t>::max() / 4;

// The degrees that a space chooses; the others follow from them.
struct ChosenDegrees {
  std::int64_t tensor_par;
  std::int64_t pipeline_par;
  std::int64_t expert_par = 1;
  std::int64_t expert_slice = 1;
};

// What is asked, and the rules that turn it into lists.
struct Rules {
  const Transformer& transformer;
  const System& system;
  const SpaceOptions& options;
  NumberLists& lists;
  // Whether the filter names a setting that follows from the chosen degrees.
  const bool names_followers = options.filter.names("data_par") ||
                               options.filter.names("data_par_exp") ||
                               options.filter.names("batch_size");

  bool accepts_followers(const Strategy& s) const {
    return options.filter.accepts("data_par", s.data_par) &&
           options.filter.accepts("data_par_exp", s.data_par_exp) &&
           options.filter.accepts("batch_size", s.batch_size);
  }
  const Numbers& accepted_divisors(std::string_view setting, std::int64_t number) const {
    return lists.list(setting, number, [&] {
      Numbers candidates = divisors(number);
      if (options.filter.names(setting)) {
        std::erase_if(candidates,
                      [&](std::int64_t d) { return !options.filter.accepts(setting, d); });
      }
      return candidates;
    });
  }
  // Quirk M1.
  bool loses_work(const ChosenDegrees& degrees) const {
    return options.no_lost_work && degrees.expert_slice > degrees.tensor_par;
  }
  // What no microbatch or schedule changes; the published search finds it out later.
  bool splits_badly(const Strategy& strategy) const {
    return options.corrected && !degree_contradiction(strategy, transformer).empty();
  }
  // What a tensor degree has to divide.
  std::int64_t width() const { return std::gcd(transformer.hidden, transformer.attn_heads); }

  std::vector<ChosenDegrees> dense() const;
  std::vector<ChosenDegrees> moe() const;
  std::vector<ChosenDegrees> flexible() const;
  Numbers expert_par_candidates(bool all) const;
  std::vector<ChosenDegrees> chosen() const;
  std::optional<Strategy> complete(const ChosenDegrees& degrees) const;
  NumberSpan microbatches(const Strategy& strategy) const;
  NumberSpan tiers(const TierSetting& row, const Strategy& strategy) const;
  NumberSpan interleavings(const Strategy& strategy) const;
};

std::vector<ChosenDegrees> Rules::dense() const {
  const std::int64_t n = options.num_procs;
  std::vector<ChosenDegrees> list;
  for (const std::int64_t t : accepted_divisors("tensor_par", std::gcd(n, width()))) {
    for (const std::int64_t p :
         accepted_divisors("pipeline_par", std::gcd(n / t, transformer.num_blocks))) {
      list.push_back({t, p});
    }
  }
  return list;
}

Numbers Rules::expert_par_candidates(bool all) const {
  const std::int64_t n = options.num_procs;
  if (all || options.filter.names("expert_par")) {
    return accepted_divisors("expert_par", std::gcd(n, options.num_experts));
  }
  if (n % options.num_experts != 0) {
    throw InputError(
        fmt::format("num_procs is {}, expected a multiple of the {} experts, each of which stands "
                    "on processors of its own (--ep opens other degrees)",
                    n, options.num_experts));
  }
  return {options.num_experts};
}

std::vector<ChosenDegrees> Rules::moe() const {
  std::vector<ChosenDegrees> list;
  for (const std::int64_t e : expert_par_candidates(options.corrected)) {
    const std::int64_t rest = options.num_procs / e;
    for (const std::int64_t t : accepted_divisors("tensor_par", std::gcd(rest, width()))) {
      const Numbers slices =
          options.filter.names("expert_slice")
              ? accepted_divisors("expert_slice", std::gcd(rest, transformer.hidden))
              : Numbers{t};
      for (const std::int64_t g : slices) {
        const std::int64_t stages = std::gcd(options.num_procs / t, rest / g);
        for (const std::int64_t p :
             accepted_divisors("pipeline_par", std::gcd(stages, transformer.num_blocks))) {
          list.push_back({t, p, e, g});
        }
      }
    }
  }
  return list;
}

std::vector<ChosenDegrees> Rules::flexible() const {
  const std::int64_t n = options.num_procs;
  std::vector<ChosenDegrees> list;
  for (const std::int64_t e : expert_par_candidates(true)) {
    for (const std::int64_t p :
         accepted_divisors("pipeline_par", std::gcd(n / e, transformer.num_blocks))) {
      const std::int64_t of_expert = n / e / p;
      const std::int64_t of_stage = options.independent_degrees ? n / p : of_expert;
      for (const std::int64_t g :
           accepted_divisors("expert_slice", std::gcd(of_expert, transformer.hidden))) {
        for (const std::int64_t t : accepted_divisors("tensor_par", std::gcd(of_stage, width()))) {
          list.push_back({t, p, e, g});
        }
      }
    }
  }
  return list;
}

std::vector<ChosenDegrees> Rules::chosen() const {
  switch (options.kind) {
    case SpaceKind::kDense:
      return dense();
    case SpaceKind::kMoe:
      return moe();
    case SpaceKind::kMoeFlexible:
      return flexible();
  }
  return {};
}

// The strategy of these degrees with the largest batch that its replicas can share; none if there
// is no batch for them or if the filter does not want what follows from them.
std::optional<Strategy> Rules::complete(const ChosenDegrees& degrees) const {
  Strategy s;
  static_cast<BlockChoices&>(s) = fixed_choices(options);
  s.set_preset(options.preset());
  s.num_procs = options.num_procs;
  s.tensor_par = degrees.tensor_par;
  s.pipeline_par = degrees.pipeline_par;
  const std::int64_t stage = options.num_procs / degrees.pipeline_par;
  s.data_par = stage / degrees.tensor_par;
  if (options.moe()) {
    s.expert_par = degrees.expert_par;
    s.expert_slice = degrees.expert_slice;
    s.data_par_exp = stage / (degrees.expert_par * degrees.expert_slice);
  }
  const bool raises = options.oversized_data_par == OversizedDataPar::kRaise;
  const std::int64_t local_batch =
      std::max(options.max_batch_size / s.data_par, std::int64_t{raises ? 1 : 0});
  s.batch_size = local_batch * s.data_par;  // quirk F7
  const bool wanted = local_batch > 0 && (!names_followers || accepts_followers(s));
  return wanted ? std::optional(s) : std::nullopt;
}

NumberSpan Rules::microbatches(const Strategy& strategy) const {
  const std::int64_t local_batch = strategy.batch_size / strategy.data_par;
  const Numbers& sizes = accepted_divisors("microbatch_size", local_batch);
  const auto splits = [&](std::int64_t b) {
    return b * transformer.seq_size % strategy.tensor_par == 0;
  };
  // Quirks M26, M27: once more, and even if the tensor degree does not divide its tokens.
  const bool repeats =
      options.moe() && !options.distinct && options.filter.accepts("microbatch_size", local_batch);
  if (!repeats && std::all_of(sizes.begin(), sizes.end(), splits)) {
    return sizes;
  }
  Numbers own;
  std::copy_if(sizes.begin(), sizes.end(), std::back_inserter(own), splits);
  if (repeats) {
    own.push_back(local_batch);
  }
  return lists.keep(std::move(own));
}

NumberSpan Rules::tiers(const TierSetting& row, const Strategy& strategy) const {
  static constexpr std::int64_t kNoTraffic[] = {0};
  if (strategy.*row.degree == 1) {
    return kNoTraffic;  // so no filter applies
  }
  return lists.list(row.key, 0, [&] {
    Numbers tiers;
    for (std::size_t tier = 0; tier < system.networks.size(); ++tier) {
      if (options.filter.accepts(row.key, tier)) {
        tiers.push_back(static_cast<std::int64_t>(tier));
      }
    }
    return tiers;
  });
}

NumberSpan Rules::interleavings(const Strategy& strategy) const {
  return accepted_divisors(
      "pipeline_interleaving",
      strategy.pipeline_par == 1 ? 1 : transformer.num_blocks / strategy.pipeline_par);
}

}  // namespace

DegreesList::DegreesList(const Transformer& transformer, const System& system,
                         const SpaceOptions& options, FreeSettingLists& lists) {
  for (const bool tensor_parallel : {false, true}) {
    for (const bool data_parallel : {false, true}) {
      settings_[tensor_parallel][data_parallel] = lists.list(
          {options, system.mem2.capacity_bytes > 0, tensor_parallel, data_parallel, "", {}});
    }
  }
  const Rules rules{transformer, system, options, lists_};
  if (options.corrected && !options.moe() && transformer.details.num_experts > 0) {
    throw InputError(fmt::format(
        "the model's num_experts is {}, expected a search of mixtures: loe-moe or loe-moe-flex, "
        "lae --moe, or 'experts' in the search of a study",
        transformer.details.num_experts));
  }
  if (const std::string line = details_contradiction(transformer, fixed_choices(options));
      !line.empty()) {
    throw InputError(line);
  }
  for (const ChosenDegrees& chosen : rules.chosen()) {
    const auto strategy = rules.loses_work(chosen) ? std::nullopt : rules.complete(chosen);
    if (!strategy || rules.splits_badly(*strategy)) {
      continue;
    }
    Degrees degrees{*strategy,
                    rules.microbatches(*strategy),
                    {},
                    {},
                    settings_[strategy->tensor_par > 1][strategy->has_replicas()].get()};
    for (std::size_t i = 0; i < kTierSettings.size(); ++i) {
      degrees.tiers[i] = rules.tiers(kTierSettings[i], *strategy);
    }
    add(std::move(degrees), rules.interleavings(*strategy));
  }
}

void DegreesList::add(Degrees&& degrees, NumberSpan interleavings) {
  degrees.num_placements = 1;
  double all = static_cast<double>(degrees.settings->size() * degrees.microbatches.size());
  for (const auto& candidates : degrees.tiers) {
    degrees.num_placements *= static_cast<std::int64_t>(candidates.size());
    all *= static_cast<double>(candidates.size());
  }
  const bool countable = all < static_cast<double>(kMostStrategies);
  const std::int64_t size = countable ? degrees.num_per_interleaving() : kMostStrategies;
  degrees.interleavings.reserve(interleavings.size());
  for (const std::int64_t v : interleavings) {
    degrees.interleavings.push_back({v, num_strategies_});
    if (!countable || size > kMostStrategies - num_strategies_) {
      throw InputError("the search space has more strategies than can be counted");
    }
    num_strategies_ += size;
  }
  if (size > 0 && !interleavings.empty()) {
    all_.push_back(std::move(degrees));
  }
}

std::vector<SettingRange> setting_ranges(const std::vector<Degrees>& all) {
  constexpr std::int64_t kStrategiesPerRange = 1024;
  std::vector<SettingRange> ranges;
  for (std::size_t d = 0; d < all.size(); ++d) {
    const Degrees& degrees = all[d];
    const std::int64_t per_setting =
        static_cast<std::int64_t>(degrees.microbatches.size()) * degrees.num_placements;
    const auto step =
        static_cast<std::size_t>(std::max<std::int64_t>(1, kStrategiesPerRange / per_setting));
    for (std::size_t v = 0; v < degrees.interleavings.size(); ++v) {
      for (std::size_t s = 0; s < degrees.settings->size(); s += step) {
        ranges.push_back({d, v, s, std::min(s + step, degrees.settings->size())});
      }
    }
  }
  return ranges;
}

}  // namespace calculon
