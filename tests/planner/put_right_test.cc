// What --quirks fixed computes, worked by hand on two nodes and four layers. Every number is whole
// or a short binary fraction, so all results are exact.
#include <algorithm>
#include <catch2/catch.hpp>

#include "calculon/planner/plan/hetero_plan.h"
#include "calculon/planner/plan/uniform_plan.h"
#include "planner/plan/cost_formulas.h"
#include "planner/plan/group_lists.h"
#include "planner/plan/plan_walker.h"
#include "support/hetero_golden.h"

namespace calculon::test {
namespace {

constexpr double kRoomA = 1000;  // MB of a GPU
constexpr double kRoomB = 500;

LayerProfile profile(const ProfileKey& key, const std::vector<double>& layer_ms,
                     const std::vector<double>& layer_mb, double gap_ms = 0) {
  LayerProfile made;
  made.key = key;
  made.layer_ms = layer_ms;
  made.layer_mb = layer_mb;
  made.layer_parameter_bytes = {100e6, 50e6, 50e6, 100e6};
  made.forward_backward_ms = gap_ms;
  for (const double milliseconds : layer_ms) {
    made.forward_backward_ms += milliseconds;
  }
  made.optimizer_ms = 3;
  made.batch_generator_ms = 0.5;
  return made;
}

// Type A is twice as fast as type B and needs less memory.
ProfileSet profiles(double gap_ms = 0) {
  return {"by hand",
          {profile({"A", 1, 1}, {1, 3, 3, 2}, {1, 2, 3, 4}, gap_ms),
           profile({"A", 1, 2}, {2, 6, 6, 4}, {2, 4, 6, 8}, gap_ms),
           profile({"A", 2, 1}, {1, 2, 2, 1}, {1, 1, 2, 2}, gap_ms),
           profile({"B", 1, 1}, {2, 6, 6, 4}, {10, 20, 20, 30}, gap_ms),
           profile({"B", 2, 1}, {2, 4, 4, 2}, {5, 10, 10, 15}, gap_ms)}};
}

// A node for each letter. Links: A 2 GB/s between nodes and 8 inside, B 1 and 4.
GpuCluster cluster(const std::string& letters, std::int64_t gpus_per_node = 1) {
  GpuCluster made;
  made.source = "by hand";
  made.gpus_per_node = gpus_per_node;
  made.memory_mb_of_type = {{"A", kRoomA}, {"B", kRoomB}};
  for (const char letter : letters) {
    const bool is_a = letter == 'A';
    made.nodes.push_back({std::string(1, letter), std::string(1, letter), is_a ? 2.0 : 1.0,
                          is_a ? 8.0 : 4.0, is_a ? kRoomA : kRoomB});
  }
  return made;
}

HeteroOptions options(std::int64_t batch = 4, QuirkMode quirks = QuirkMode::kFixed) {
  HeteroOptions made;
  made.global_batch_size = batch;
  made.sequence_length = 5;
  made.hidden_size = 2'000'000;
  made.vocab_size = 100;
  made.quirks = quirks;
  return made;
}

HeteroPlan plan(const std::vector<std::string>& types, const DeviceGroups& groups,
                const std::vector<StageStrategy>& strategies, std::int64_t micro_batches,
                const std::vector<std::int64_t>& partition) {
  HeteroPlan made;
  made.type_sequence = types;
  made.device_groups = groups;
  made.strategies = strategies;
  made.micro_batches = micro_batches;
  made.layer_partition = partition;
  made.stages_charged = static_cast<std::int64_t>(groups.size());
  return made;
}

// Layers 0 and 1 on the GPU of type A, 2 and 3 on that of type B, four microbatches of 1.
const HeteroPlan& two_stages() {
  static const HeteroPlan kPlan = plan({"A", "B"}, {1, 1}, {{1, 1}, {1, 1}}, 4, {0, 2, 4});
  return kPlan;
}

PlanDetails details(const HeteroOptions& with, const HeteroPlan& of) {
  // As published, a plan without a gap has no cost.
  const double gap_ms = with.quirks == QuirkMode::kFixed ? 0 : 1;
  return HeteroPlanner(cluster("AB"), profiles(gap_ms), with).details(of);
}

std::vector<DeviceGroups> groups_in_order(const HeteroOptions& with) {
  const PlanProblem problem(cluster("AB"), profiles(), with);
  std::vector<DeviceGroups> lists;
  for_each_group_list(problem, [&](const GroupList& list) {
    lists.push_back(list.groups);
    return true;
  });
  return lists;
}

}  // namespace

TEST_CASE("bytes cross the link between nodes, to and fro", "[planner]") {  // H4, H18, H20
  // 5 tokens of 2e6 elements of 2 bytes at 1e6 bytes/ms, the slower of 2 and 1 GB/s: 20 ms. Stages
  // take 1+3 and 6+4 ms. The first microbatch waits for 2*20, the three others for 2*20 - 10 each.
  const PlanDetails slow = details(options(), two_stages());
  CHECK(slow.stages[0].transfer_ms == 20);
  CHECK(slow.execution_ms == 3 * 10 + 14);
  CHECK(slow.transfer_ms == 2 * 20 + 3 * (2 * 20 - 10));

  HeteroOptions narrow = options();
  narrow.hidden_size = 200'000;  // 2 ms, which the slowest stage hides from all but the first
  CHECK(details(narrow, two_stages()).transfer_ms == 2 * 2);

  // As published: 1e7 elements once, at the 4 GB/s inside a node, 2^20 bytes/ms each.
  const PlanDetails published = details(options(4, QuirkMode::kReference), two_stages());
  CHECK(published.transfer_ms == 1e7 / (4 * 1048576.0));
}

TEST_CASE("logits cross the last boundary in shares of the tensor group", "[planner]") {
  HeteroOptions with = options();
  with.vocab_size = 4'000'000;
  CHECK(boundary_ms(with, 3, 2, true, 1e6) == 3 * 5 * 4e6 / 2 * 2 / 1e6);
  CHECK(boundary_ms(with, 3, 2, false, 1e6) == 3 * 5 * 2e6 * 2 / 1e6);
}

TEST_CASE("a gap of 0 is a gap", "[planner]") {  // H19
  const PlanDetails fixed = details(options(), two_stages());
  CHECK(fixed.gap_ms == 0);
  // Twice the optimizer's 3 ms on half of the layers; half a ms for each of four batches.
  CHECK(fixed.optimizer_ms == 3);
  CHECK(fixed.batch_generator_ms == 2);
  CHECK(fixed.data_ms == 0);
  std::atomic<bool> stop{false};
  for (const QuirkMode quirks : {QuirkMode::kReference, QuirkMode::kFixed}) {
    HeteroOptions with = options(2, quirks);
    const HeteroResult result = HeteroPlanner(cluster("AB"), profiles(), with).search(stop);
    CHECK((result.counts.plans_costed > 0) == (quirks == QuirkMode::kFixed));
    CHECK((result.counts.plans_not_costable > 0) == (quirks == QuirkMode::kReference));
  }
}

TEST_CASE("gradients are reduced among those that share out the data", "[planner]") {  // H17
  const PlanProblem problem(cluster("AA", 2), profiles(), options());
  const TypeLayout layout(problem, {0});
  CHECK(layout.data_gbps(0, 4, {4, 1}) == 2);  // all four, between nodes
  CHECK(layout.data_gbps(0, 4, {2, 2}) == 2);  // 0 with 2 and 1 with 3
  CHECK(layout.data_gbps(0, 4, {1, 4}) == 8);  // nobody with anybody
  CHECK(layout.data_gbps(0, 2, {2, 1}) == 8);  // inside a node
  const HeteroPlanner planner(cluster("AA", 2), profiles(), options());
  const PlanDetails found = planner.details(plan({"A"}, {4}, {{4, 1}}, 1, {0, 4}));
  CHECK(found.data_ms == 2 * 3 / (4 * 2e6) * 300e6);
}

TEST_CASE("an empty stage has no parameters", "[planner]") {  // H21
  const HeteroPlan first_empty = plan({"A"}, {2, 2}, {{2, 1}, {2, 1}}, 2, {0, 0, 4});
  const HeteroPlanner fixed(cluster("AA", 2), profiles(), options());
  const PlanDetails found = fixed.details(first_empty);
  CHECK(found.stages[0].data_ms == 0);
  CHECK(found.stages[1].data_ms == 2 / (2 * 8e6) * 300e6);  // inside the node
  const HeteroPlanner published(cluster("AA", 2), profiles(1), options(4, QuirkMode::kReference));
  CHECK(published.details(first_empty).stages[0].data_ms > 0);  // the first layer less another
}

TEST_CASE("a replica has the speed of its slowest GPU", "[planner]") {  // H11
  for (const QuirkMode quirks : {QuirkMode::kReference, QuirkMode::kFixed}) {
    const bool fixed = quirks == QuirkMode::kFixed;
    const PlanProblem problem(cluster("AB"), profiles(), options(1, quirks));
    const TypeLayout layout(problem, {0, 1});
    MixedStages stages(problem, layout);
    // One replica over both GPUs: all layers take A 6 ms and B 12 ms at tensor degree 2.
    CHECK(stages.stage(0, 2, {1, 2}, 1).stage_ms(0, 4) == (fixed ? 12 : 6));

    // A and B are one replica, B and B the other: the batch is halved, or shared 2 to 1.
    const PlanProblem four(cluster("ABBB"), profiles(), options(4, quirks));
    const TypeLayout layout_of_four(four, {0, 1});
    const std::vector<std::int64_t> shares =
        fixed ? std::vector<std::int64_t>{2, 2} : std::vector<std::int64_t>{3, 1};
    CHECK((split_batch(four, layout_of_four, 0, 4, {2, 2}, 4) == shares));
  }
}

TEST_CASE("memory is that of one GPU, of the type that has least room", "[planner]") {
  // H12, H14: layers 2 and 3 need 20 + 30 on B, whatever type stands first.
  const PlanProblem pair(cluster("AB"), profiles(), options());
  PlanWalker walker(pair, {0, 1});
  walker.set_plan(two_stages());
  CHECK(walker.memory_need(0).available_mb == kRoomA);
  CHECK(walker.memory_need(0).needed_mb == kLeastNeedMb + 3);
  CHECK(walker.memory_need(1).available_mb == kRoomB);
  CHECK(walker.memory_need(1).needed_mb == kLeastNeedMb + 50);

  // H15: of the stage's batch of 3, A takes 2 and needs 20, B takes 1 and needs 80 of less room.
  const PlanProblem four(cluster("ABBB"), profiles(), options(3));
  PlanWalker mixed(four, {0, 1});
  mixed.set_plan(plan({"A", "B"}, {2, 2}, {{2, 1}, {2, 1}}, 1, {0, 4, 4}));
  CHECK(mixed.memory_need(0).available_mb == kRoomB);
  CHECK(mixed.memory_need(0).needed_mb == kLeastNeedMb + 80);

  // As published: A's layers 2 and 3, times five.
  const PlanProblem published(cluster("AB"), profiles(), options(4, QuirkMode::kReference));
  PlanWalker as_published(published, {0, 1});
  as_published.set_plan(two_stages());
  CHECK(as_published.memory_need(1).needed_mb == kLeastNeedMb + 7 * kMemoryFactor);
}

TEST_CASE("the stage with the smallest share of memory left moves first", "[planner]") {  // H10
  // Both stages have two layers and lack memory: A 50 MB of 1000, B 40 MB of 500.
  const std::vector<double> even = {1, 1, 1, 1};
  const std::vector<double> on_a = {525, 525, 525, 525};
  const std::vector<double> on_b = {270, 270, 270, 270};
  const ProfileSet tight("by hand",
                         {profile({"A", 1, 1}, even, on_a), profile({"A", 2, 2}, even, on_a),
                          profile({"B", 1, 1}, even, on_b), profile({"B", 2, 2}, even, on_b)});
  const PlanProblem problem(cluster("AB", 2), tight, options(2));
  PlanWalker walker(problem, {0, 1});
  walker.set_groups({2, 2});
  walker.set_micro_batches(1);
  std::vector<std::vector<StageStrategy>> tried;
  walker.on_attempt = [&](const PartitionAttempt& attempt) {
    tried.push_back({attempt.stages[0].strategy(), attempt.stages[1].strategy()});
  };
  walker.walk([](int) {});
  REQUIRE(tried.size() >= 2);
  CHECK((tried[0] == std::vector<StageStrategy>{{2, 1}, {2, 1}}));
  CHECK((tried[1] == std::vector<StageStrategy>{{2, 1}, {1, 2}}));
}

TEST_CASE("every order of the types begins with one stage", "[planner]") {  // H7
  CHECK((groups_in_order(options()) == std::vector<DeviceGroups>{{2}, {1, 1}, {2}, {1, 1}}));
  CHECK((groups_in_order(options(4, QuirkMode::kReference)) ==
         std::vector<DeviceGroups>{{2}, {1, 1}, {1, 1}, {1, 1}}));
}

TEST_CASE("only equal groups are glued", "[planner]") {  // H8
  // Six groups of 1 become three pairs; of these two are glued, and the third stands beside the
  // group of 2, which is as large.
  const DeviceGroups sizes = {1, 1, 1, 1, 1, 1, 2};
  GroupRules rules{8, 1, 3, true};
  CHECK((glued_groups(sizes, rules) == std::vector<GroupItem>{{1, 1, 1, 1}, {1, 1}, {2}}));
  rules.count_leading_exactly = false;
  CHECK((glued_groups(sizes, rules) == std::vector<GroupItem>{{1, 1, 1, 1}, {1, 1, 2}}));
}

TEST_CASE("a uniform plan is put right in the same way", "[planner]") {  // H4, H18, H19, H20, H23
  const std::atomic<bool> never{false};
  const UniformResult found = plan_uniform(cluster("AA"), profiles(), options(), "A", true, never);
  const auto two_deep = std::find_if(found.top.begin(), found.top.end(), [](const auto& one) {
    return one.pipeline_par == 2 && one.microbatch == 1;
  });
  REQUIRE(two_deep != found.top.end());
  // Stages of 4 and 5 ms; 1e7 elements of 2 bytes at 2e6 bytes/ms are 10 ms over the boundary;
  // twice the optimizer on half of the layers; half a ms for each of four batches.
  CHECK(two_deep->cost == (3 * 5 + 9) + 3 + (2 * 10 + 3 * (2 * 10 - 5)) + 2);
  CHECK((two_deep->stage_memory_mb == std::vector<double>{3, 7}));

  GpuCluster small = cluster("AA");
  small.nodes[0].memory_mb = 6;
  const UniformResult fitting = plan_uniform(small, profiles(), options(), "A", true, never);
  CHECK(fitting.out_of_memory > 0);
  for (const UniformPlan& one : fitting.top) {
    CHECK_FALSE(one.out_of_memory);
  }
}

}  // namespace calculon::test
