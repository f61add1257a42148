#include "calculon/search/strategy_space.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <map>
#include <set>

#include "search/degrees.h"
#include "support/findings.h"
#include "support/input_error_of.h"
#include "support/tiny.h"
#include "support/tiny_search.h"

namespace calculon::test {
namespace {

using Texts = std::vector<std::string>;

SpaceOptions tiny_options() {
  SpaceOptions options;
  options.num_procs = 8;
  options.max_batch_size = 6;
  return options;
}

std::vector<Strategy> all_of(const StrategySpace& space) {
  std::vector<Strategy> strategies;
  for (std::int64_t i = 0; i < space.size(); ++i) {
    strategies.push_back(space.at(i));
  }
  return strategies;
}

// Every strategy of the space that the filters leave.
std::vector<Strategy> narrowed(const std::multimap<std::string, std::string>& wanted) {
  SpaceOptions options = tiny_options();
  for (const auto& [setting, values] : wanted) {
    options.filter.accept(setting, values);
  }
  const Transformer transformer = tiny_transformer();
  const System system = tiny_system();
  return all_of(StrategySpace(transformer, system, options));
}

const std::vector<Strategy>& whole() {
  static const std::vector<Strategy> kStrategies = narrowed({});
  return kStrategies;
}

// All settings, one after the other.
std::string settings_of(const Strategy& strategy) {
  std::string text;
  for_each_field(kStrategyFields, [&](const auto& field) {
    text += std::to_string(static_cast<std::int64_t>(strategy.*field.member)) + " ";
  });
  return text;
}

// A setting as text, whatever its type.
std::string value_of(const Strategy& strategy, const std::string& setting) {
  std::string text;
  for_each_field(kStrategyFields, [&](const auto& field) {
    if (field.name == setting) {
      text = setting_text(strategy.*field.member);
    }
  });
  return text;
}

// Traffic of a degree 1 goes nowhere, so any tier will do.
bool idle_tier(const Strategy& s, const std::string& setting) {
  return (setting == "tensor_par_net" && s.tensor_par == 1) ||
         (setting == "pipeline_par_net" && s.pipeline_par == 1) ||
         (setting == "data_par_net" && s.data_par == 1);
}

std::vector<Strategy> filtered_by_hand(const std::string& setting, const Texts& values) {
  std::vector<Strategy> strategies;
  for (const Strategy& s : whole()) {
    const bool wanted =
        std::find(values.begin(), values.end(), value_of(s, setting)) != values.end();
    if (wanted || idle_tier(s, setting)) {
      strategies.push_back(s);
    }
  }
  return strategies;
}

}  // namespace

TEST_CASE("every index is another strategy that contradicts nothing", "[search]") {
  for (const TinySearch& tiny : tiny_searches()) {
    Findings findings;
    std::set<std::string> seen;
    for (const Strategy& strategy : all_of(tiny.space)) {
      if (!seen.insert(settings_of(strategy)).second) {
        findings.add("again: " + settings_of(strategy));
      }
      if (const std::string why = contradiction(strategy); !why.empty()) {
        findings.add(why + ": " + settings_of(strategy));
      }
    }
    CHECK(static_cast<std::int64_t>(seen.size()) == tiny.space.size());
    INFO(tiny.name << ": " << findings.text());
    CHECK(findings.empty());
  }
}

TEST_CASE("an index is the place in the nested lists of its degrees", "[search]") {
  const StrategySpace& space = tiny_search().space;
  std::int64_t expected = 0;
  for (const Degrees& degrees : space.degrees()) {
    for (const Interleaving& interleaving : degrees.interleavings) {
      CHECK(interleaving.first_index == expected);
      const std::size_t last_setting = degrees.settings->size() - 1;
      const std::size_t last_microbatch = degrees.microbatches.size() - 1;
      const std::int64_t last =
          degrees.index(interleaving, last_setting, last_microbatch, degrees.num_placements - 1);
      CHECK(last == expected + degrees.num_per_interleaving() - 1);
      const Strategy strategy = space.at(last);
      CHECK(strategy.microbatch_size == degrees.microbatches.back());
      for (std::size_t i = 0; i < kTierSettings.size(); ++i) {
        CHECK(strategy.*kTierSettings[i].tier == degrees.tiers[i].back());
      }
      CHECK(strategy.pipeline_interleaving == interleaving.pipeline_interleaving);
      expected += degrees.num_per_interleaving();
    }
  }
  CHECK(space.size() == expected);
}

TEST_CASE("narrowing any setting leaves what filtering by hand leaves", "[search]") {
  struct Narrowing {
    std::string setting;
    std::string wanted;
    Texts values;
  };
  const std::vector<Narrowing> narrowings = {
      {"tensor_par", "2,8", {"2", "8"}},
      {"tensor_par", "8,16", {"8"}},
      {"pipeline_par", "1..4", {"1", "2", "3", "4"}},
      {"data_par", "1..2,8", {"1", "2", "8"}},
      {"tensor_par_net", "1", {"1"}},
      {"pipeline_par_net", "0", {"0"}},
      {"data_par_net", "1", {"1"}},
      {"batch_size", "4", {"4"}},
      {"batch_size", "5..8", {"6"}},
      {"microbatch_size", "2", {"2"}},
      {"datatype", "float16", {"float16"}},
      {"fused_activation", "true", {"true"}},
      {"activation_recompute", "none", {"none"}},
      {"activation_recompute", "full,attn_only", {"full", "attn_only"}},
      {"pipeline_interleaving", "2..3", {"2", "3"}},
      {"optimizer_sharding", "false", {"false"}},
      {"tensor_par_comm_type", "rs_ag", {"rs_ag"}},
      {"tensor_par_overlap", "ring,pipe", {"ring", "pipe"}},
      {"seq_par_ag_redo", "true", {"true"}},
      {"data_par_overlap", "true", {"true"}},
      {"weight_offload", "true", {"true"}},
      {"activations_offload", "false", {"false"}},
      {"optimizer_offload", "true,false", {"true", "false"}},
  };
  for (const Narrowing& narrowing : narrowings) {
    INFO(narrowing.setting << " " << narrowing.wanted);
    const auto expected = filtered_by_hand(narrowing.setting, narrowing.values);
    CHECK((narrowed({{narrowing.setting, narrowing.wanted}}) == expected));
    CHECK_FALSE(expected.empty());
  }
}

TEST_CASE("filters combine: all settings, any of the values of each", "[search]") {
  const auto found = narrowed({{"tensor_par", "2"}, {"tensor_par", "4"}, {"pipeline_par", "2"}});
  const auto pipelines = narrowed({{"pipeline_par", "2"}});
  std::vector<Strategy> expected;
  for (const Strategy& s : pipelines) {
    if (s.tensor_par == 2 || s.tensor_par == 4) {
      expected.push_back(s);
    }
  }
  CHECK((found == expected));
  CHECK(narrowed({{"tensor_par", "5"}}).empty());
}

TEST_CASE("the batch is the largest that all replicas can share", "[search]") {
  for (const TinySearch& tiny : tiny_searches()) {
    for (const Degrees& degrees : tiny.space.degrees()) {
      const Strategy& strategy = degrees.strategy;
      CHECK(strategy.batch_size % strategy.data_par == 0);
      CHECK(strategy.batch_size <= tiny.options.max_batch_size);
      CHECK(strategy.batch_size + strategy.data_par > tiny.options.max_batch_size);
    }
  }
}

TEST_CASE("more replicas than sequences leave nothing to choose", "[search]") {
  const Transformer transformer = tiny_transformer();
  const System system = tiny_system();
  SpaceOptions options = tiny_options();
  options.max_batch_size = 1;
  options.filter.accept("data_par", "2..8");
  const StrategySpace space(transformer, system, options);
  CHECK(space.size() == 0);
  CHECK(space.size_with_first_microbatch() == 0);
}

TEST_CASE("more replicas than sequences can raise the batch instead", "[search]") {
  const Transformer transformer = tiny_transformer();
  const System system = tiny_system();
  SpaceOptions options = tiny_options();
  options.max_batch_size = 4;
  const StrategySpace skipping(transformer, system, options);
  options.oversized_data_par = OversizedDataPar::kRaise;
  const std::vector<Strategy> all = all_of(StrategySpace(transformer, system, options));
  std::int64_t raised = 0;
  for (const Strategy& s : all) {
    if (s.batch_size > options.max_batch_size) {
      ++raised;
      CHECK(s.batch_size == s.data_par);
      CHECK(s.microbatch_size == 1);
    }
  }
  CHECK(raised > 0);
  CHECK(skipping.size() + raised == static_cast<std::int64_t>(all.size()));
}

TEST_CASE("the count with one microbatch size is that of the smallest ones", "[search]") {
  for (const TinySearch& tiny : tiny_searches()) {
    std::int64_t count = 0;
    std::map<std::pair<std::int64_t, std::int64_t>, std::int64_t> smallest;
    for (const Strategy& s : all_of(tiny.space)) {
      const auto first = smallest.try_emplace({s.tensor_par, s.data_par}, s.microbatch_size).first;
      count += s.microbatch_size == first->second ? 1 : 0;
    }
    CHECK(tiny.space.size_with_first_microbatch() == count);
  }
}

}  // namespace calculon::test
