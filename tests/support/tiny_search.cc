#include "support/tiny_search.h"

#include <fmt/format.h>

#include <cstring>

#include "calculon/batch/evaluate.h"
#include "support/tiny.h"

namespace calculon::test {
namespace {

SpaceOptions space_of(std::int64_t num_procs, std::int64_t max_batch_size) {
  SpaceOptions options;
  options.num_procs = num_procs;
  options.max_batch_size = max_batch_size;
  return options;
}

// The same strategy up to what -m does not see: the microbatch and the tiers.
Strategy setting_of(Strategy strategy) {
  strategy.microbatch_size = 0;
  strategy.tensor_par_net = strategy.pipeline_par_net = strategy.data_par_net = 0;
  return strategy;
}

System without_tier2(System system) {
  system.mem2.capacity_bytes = 0;
  return system;
}

// Memory so slow that no operation waits for anything else, and no tensor-parallel traffic that
// would leave a window (rule U72).
System memory_bound_system() {
  System system = tiny_system(ProcessingMode::kRoofline);
  system.mem1.peak_bytes_per_second = 1e3;
  system.networks.resize(1);
  system.networks[0].latency_seconds = 0;
  return system;
}

System small_networks_system() {
  System system = without_tier2(tiny_system());
  system.networks[0].size = 12;
  system.networks[1].size = 8;
  system.mem1.capacity_bytes = 12e6;
  return system;
}

System small_memory_system() {
  System system = tiny_system();
  system.mem1.capacity_bytes = 8e6;
  system.mem2.capacity_bytes = 4e6;
  return system;
}

}  // namespace

TinySearch::TinySearch(std::string the_name, const Transformer& the_transformer,
                       const System& the_system, const SpaceOptions& space_options)
    : name(std::move(the_name)),
      transformer(the_transformer),
      system(the_system),
      options(space_options),
      space(transformer, system, options) {}

SearchResult TinySearch::search(const SearchOptions& search_options) const {
  std::atomic<bool> stop{false};
  return calculon::search(transformer, system, space, search_options, stop, [](std::int64_t) {});
}

// A single evaluation calls two things wrong input that are reasons in a search.
Outcome<Stats> TinySearch::evaluate_alone(const Strategy& strategy) const {
  try {
    return evaluate(transformer, system, strategy);
  } catch (const InputError&) {
    if (transformer.feedforward % strategy.tensor_par != 0) {
      return Infeasible{Reason::kSplitNotDivisor, static_cast<double>(strategy.tensor_par),
                        static_cast<double>(transformer.feedforward)};
    }
    return Infeasible{Reason::kNoOffloadWindow};
  }
}

std::vector<Execution> TinySearch::enumerate() const {
  std::vector<Execution> executions;
  executions.reserve(static_cast<std::size_t>(space.size()));
  for (std::int64_t i = 0; i < space.size(); ++i) {
    const Strategy strategy = space.at(i);
    executions.push_back({i, strategy, evaluate_alone(strategy)});
  }
  return executions;
}

const std::deque<TinySearch>& tiny_searches() {
  static const std::deque<TinySearch> kSearches = [] {
    std::deque<TinySearch> searches;
    Transformer shallow = tiny_transformer();
    shallow.num_blocks = 4;
    SpaceOptions wide = space_of(8, 4);
    wide.filter.accept("pipeline_par", "1,2");
    searches.emplace_back("8 processors with little memory", shallow, small_memory_system(), wide);

    SpaceOptions both_activations = space_of(12, 6);
    both_activations.fused_activation = {false, true};
    both_activations.filter.accept("tensor_par_overlap", "none,pipe");
    both_activations.filter.accept("activation_recompute", "full,attn_only");
    both_activations.filter.accept("pipeline_interleaving", "1,3");
    searches.emplace_back("12 processors, roofline, one memory tier", tiny_transformer(),
                          without_tier2(tiny_system(ProcessingMode::kRoofline)), both_activations);

    Transformer narrow = shallow;
    narrow.feedforward = 764;
    searches.emplace_back("16 processors, tiers too small or not filled, an odd feedforward",
                          narrow, small_networks_system(), space_of(16, 16));

    searches.emplace_back("8 processors, bound by memory", shallow, memory_bound_system(),
                          space_of(8, 2));
    return searches;
  }();
  return kSearches;
}

const TinySearch& tiny_search() {
  return tiny_searches().front();
}

std::vector<Execution> break_microbatches(const std::vector<Execution>& executions) {
  std::vector<Execution> counted;
  bool any_good = false;  // of the microbatch size at hand
  bool ended = false;     // the setting at hand
  for (std::size_t i = 0; i < executions.size(); ++i) {
    const Strategy& strategy = executions[i].strategy;
    const Strategy& previous = executions[i > 0 ? i - 1 : 0].strategy;
    const bool new_setting = setting_of(strategy) != setting_of(previous);
    if (new_setting || strategy.microbatch_size != previous.microbatch_size) {
      ended = !new_setting && (ended || !any_good);
      any_good = false;
    }
    if (!ended) {
      counted.push_back(executions[i]);
      any_good = any_good || executions[i].outcome;
    }
  }
  return counted;
}

Tally tally_of(const std::vector<Execution>& executions) {
  Tally tally;
  for (const Execution& execution : executions) {
    if (execution.outcome) {
      ++tally.total;
      ++tally.good;
    } else {
      tally.reject(execution.outcome.error(), 1, execution.index);
    }
  }
  return tally;
}

std::string tally_text(const Tally& tally) {
  std::string text =
      fmt::format("total {} good {} bad {}\n", tally.total, tally.good, tally.num_bad());
  for (const Tally::Rejections& rejections : tally.bad) {
    if (rejections.count > 0) {
      text += fmt::format("{} {}, closest {}: {} / {} on tier {}\n", rejections.count,
                          enum_name(rejections.closest.reason), rejections.closest_index,
                          rejections.closest.needed, rejections.closest.available,
                          rejections.closest.network);
    }
  }
  return text;
}

std::string ranks_text(const std::vector<RankedStrategy>& best) {
  std::string text;
  for (const RankedStrategy& ranked : best) {
    text += fmt::format("{} {:a}\n", ranked.index, ranked.stats.sample_rate);
  }
  return text;
}

bool same_bits(const Stats& a, const Stats& b) {
  return std::memcmp(&a, &b, sizeof(Stats)) == 0;
}

}  // namespace calculon::test
