// The spaces of mixtures of experts against the published loops.
#include <algorithm>
#include <catch2/catch.hpp>
#include <set>
#include <tuple>

#include "search/degrees.h"
#include "support/input_error_of.h"
#include "support/published_loops.h"

namespace calculon::test {
namespace {

const std::vector<PublishedLoops>& some_loops() {
  static const std::vector<PublishedLoops> kLoops = {
      {SpaceKind::kMoe, 8, 2},         {SpaceKind::kMoe, 4, 1},
      {SpaceKind::kMoeFlexible, 4, 4}, {SpaceKind::kMoeFlexible, 4, 6},
      {SpaceKind::kMoeFlexible, 6, 2},
  };
  return kLoops;
}

std::set<std::tuple<std::int64_t, std::int64_t, std::int64_t, std::int64_t>> degrees_of(
    const StrategySpace& space) {
  std::set<std::tuple<std::int64_t, std::int64_t, std::int64_t, std::int64_t>> set;
  for (const Degrees& each : space.degrees()) {
    const Strategy& s = each.strategy;
    CHECK(set.insert({s.tensor_par, s.pipeline_par, s.expert_par, s.expert_slice}).second);
  }
  return set;
}

}  // namespace

TEST_CASE("the spaces of mixtures are the published loops, in their order", "[search]") {
  for (const PublishedLoops& loops : some_loops()) {
    const std::vector<Strategy> published = loops.published();
    CHECK(published.size() > 1000);
    CHECK((loops.enumerated() == published));
  }
}

TEST_CASE("a distinct space has every different execution of the loops once", "[search]") {
  for (PublishedLoops loops : some_loops()) {
    std::vector<Strategy> once;
    std::set<std::string> seen;
    for (Strategy s : loops.published()) {
      s.tensor_par_comm_type = TensorParCommType::kRsAg;                                    // M28
      const bool evaluates = s.microbatch_size * loops.model.seq_size % s.tensor_par == 0;  // M27
      std::string settings;
      for_each_field(kStrategyFields,
                     [&](const auto& field) { settings += setting_text(s.*field.member) + " "; });
      if (evaluates && seen.insert(settings).second) {
        once.push_back(s);
      }
    }
    loops.options.distinct = true;
    CHECK((loops.enumerated() == once));
  }
}

TEST_CASE("independent degrees divide the processors of a stage", "[search]") {  // M30
  PublishedLoops loops(SpaceKind::kMoeFlexible, 8, 4);
  loops.options.max_batch_size = 8;
  const auto dependent = degrees_of(StrategySpace(loops.model, loops.system, loops.options));
  loops.options.independent_degrees = true;
  const auto all = degrees_of(StrategySpace(loops.model, loops.system, loops.options));
  std::size_t expected = 0;
  std::size_t expected_dependent = 0;
  for (const std::int64_t p : {1, 2, 4}) {
    for (const std::int64_t e : {1, 2, 4}) {
      for (const std::int64_t g : {1, 2, 4, 8}) {
        for (const std::int64_t t : {1, 2, 4, 8}) {
          const bool experts_fit = 8 / p % (e * g) == 0;
          expected += experts_fit && 8 / p % t == 0 ? 1 : 0;
          expected_dependent += experts_fit && 8 / p % (e * t) == 0 ? 1 : 0;
        }
      }
    }
  }
  CHECK(all.size() == expected);
  CHECK(dependent.size() == expected_dependent);
  CHECK(std::includes(all.begin(), all.end(), dependent.begin(), dependent.end()));
}

TEST_CASE("what the published searches of mixtures fix is opened by naming it", "[search]") {
  struct Opening {
    SpaceKind kind;
    std::string setting;
    std::string wanted;
    std::size_t published;
    std::size_t opened;
  };
  for (const Opening& opening : std::vector<Opening>{
           {SpaceKind::kMoeFlexible, "activation_recompute", "full,attn_only,none", 1, 3},
           {SpaceKind::kMoe, "activation_recompute", "full,attn_only,none", 3, 3},
           {SpaceKind::kMoe, "seq_par_ag_redo", "true,false", 1, 2},
           {SpaceKind::kMoeFlexible, "weight_offload", "true,false", 1, 2},
           {SpaceKind::kMoe, "activations_offload", "true,false", 1, 2},
           {SpaceKind::kMoe, "optimizer_offload", "true,false", 1, 2},
           {SpaceKind::kMoe, "expert_par", "1..4", 1, 3},
           {SpaceKind::kMoeFlexible, "expert_par", "1..4", 3, 3},
           {SpaceKind::kMoeFlexible, "expert_par", "2", 3, 1},
       }) {
    INFO(opening.setting << " " << opening.wanted);
    PublishedLoops loops(opening.kind, 4, 4);
    const auto values = [&] {
      std::set<std::string> set;
      for (const Strategy& s : loops.enumerated()) {
        for_each_field(kStrategyFields, [&](const auto& field) {
          if (field.name == opening.setting) {
            set.insert(setting_text(s.*field.member));
          }
        });
      }
      return set.size();
    };
    CHECK(values() == opening.published);
    loops.options.filter.accept(opening.setting, opening.wanted);
    CHECK(values() == opening.opened);
  }
}

TEST_CASE("experts stand on processors of their own unless degrees are opened", "[search]") {
  PublishedLoops loops(SpaceKind::kMoe, 6, 4);
  const auto size = [&] { return StrategySpace(loops.model, loops.system, loops.options).size(); };
  CHECK(input_error_of(size) ==
        "num_procs is 6, expected a multiple of the 4 experts, each of which stands on processors "
        "of its own (--ep opens other degrees)");
  loops.options.filter.accept("expert_par", "1..4");
  CHECK(size() > 0);
  PublishedLoops flexible(SpaceKind::kMoeFlexible, 6, 4);
  CHECK(StrategySpace(flexible.model, flexible.system, flexible.options).size() > 0);
}

}  // namespace calculon::test
