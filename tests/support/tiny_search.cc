#include "support/tiny_search.h"

#include <fmt/format.h>

#include <cstring>

#include "calculon/model/evaluate.h"
#include "support/tiny.h"

namespace calculon::test {
namespace {

// The same strategy up to what -m does not see: the microbatch and the tiers.
Strategy setting_of(Strategy strategy) {
  strategy.microbatch_size = 0;
  strategy.tensor_par_net = strategy.pipeline_par_net = strategy.data_par_net = 0;
  return strategy;
}

// Rule ME5, with how much is left of the activations at work.
Infeasible negative_activations(const Transformer& transformer, const System& system,
                                const Strategy& s) {
  const BlockProfile block = profile_block(transformer, system, s);
  const std::int64_t blocks = s.pipeline_par > 1 ? transformer.num_blocks / s.pipeline_par - 1 : 1;
  const double working = block.block_act_working_space;
  return {Reason::kNegativeActivations, working,
          working + block.block_act_storage_space * static_cast<double>(blocks)};
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

// A single evaluation calls some things wrong input that are reasons in a search.
Outcome<Stats> TinySearch::evaluate_alone(const Strategy& strategy) const {
  try {
    return evaluate(transformer, system, strategy);
  } catch (const InputError& error) {
    const auto degree = static_cast<double>(strategy.tensor_par);
    const std::int64_t tokens = strategy.microbatch_size * transformer.seq_size;
    if (strategy.model_MoE && tokens % strategy.tensor_par != 0) {
      return Infeasible{Reason::kTokensNotDivided, degree, static_cast<double>(tokens)};
    }
    if (transformer.feedforward % strategy.tensor_par != 0) {
      return Infeasible{Reason::kSplitNotDivisor, degree,
                        static_cast<double>(transformer.feedforward)};
    }
    if (error.what() == describe({Reason::kNegativeActivations})) {
      return negative_activations(transformer, system, strategy);
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
