// Clusters as they are: hostfiles of several launchers, any number of GPUs, nodes that differ. All
// but the hostfiles needs --quirks fixed. Numbers are whole, so all results are exact.
#include <catch2/catch.hpp>
#include <numeric>
#include <set>

#include "calculon/planner/plan/hetero_plan.h"
#include "calculon/planner/plan/uniform_plan.h"
#include "calculon/planner/profiles/synthetic_profiles.h"
#include "planner/plan/mixed_stage.h"
#include "planner/plan/plan_walker.h"
#include "planner/plan/type_layout.h"
#include "support/hetero_golden.h"
#include "support/input_error_of.h"

namespace calculon::test {
namespace {

// Four equal layers of `layer_ms` and `layer_mb` for each sequence; the gap is as long as a layer.
LayerProfile flat_profile(const ProfileKey& key, double layer_ms, double layer_mb) {
  LayerProfile made;
  made.key = key;
  const auto batch = static_cast<double>(key.microbatch);
  made.layer_ms.assign(4, layer_ms * batch);
  made.layer_mb.assign(4, layer_mb * batch);
  made.layer_parameter_bytes.assign(4, 1e6);
  made.forward_backward_ms = 5 * layer_ms * batch;
  made.optimizer_ms = 1;
  return made;
}

// Slow GPUs and fast ones, profiled to tensor degree 4 and microbatch 2.
ProfileSet flat_profiles() {
  std::vector<LayerProfile> made;
  for (const std::int64_t tensor_par : {1, 2, 4}) {
    for (const std::int64_t microbatch : {1, 2}) {
      const auto degree = static_cast<double>(tensor_par);
      made.push_back(flat_profile({"Fast", tensor_par, microbatch}, 4 / degree, 8 / degree));
      made.push_back(flat_profile({"Slow", tensor_par, microbatch}, 8 / degree, 8 / degree));
    }
  }
  return {"flat", std::move(made)};
}

// "FFS" are nodes of fast and slow GPUs, each with so many as `gpus` says.
GpuCluster nodes_of(const std::string& letters, const std::vector<std::int64_t>& gpus) {
  std::vector<HostLine> hosts;
  for (std::size_t i = 0; i < letters.size(); ++i) {
    hosts.push_back({letters[i] == 'F' ? "f" : "s", gpus[i], static_cast<std::int64_t>(i) + 1});
  }
  const std::vector<NodeKind> kinds = {{"f", "Fast", 2, 8, 1000}, {"s", "Slow", 1, 4, 500}};
  return make_cluster("hosts", hosts, "cluster", kinds);
}

HeteroOptions fixed_options(std::int64_t batch) {
  HeteroOptions made;
  made.global_batch_size = batch;
  made.sequence_length = 1;
  made.hidden_size = 1000;
  made.vocab_size = 1000;
  made.quirks = QuirkMode::kFixed;
  return made;
}

// The stage of three fast GPUs that share out a batch by themselves, with all layers.
WalkedStage stage_of_three(const PlanProblem& problem, PlanWalker& walker) {
  walker.set_groups({3});
  walker.set_micro_batches(1);
  REQUIRE(problem.options.max_microbatch == 2);
  HeteroPlan plan;
  plan.type_sequence = {"Fast"};
  plan.device_groups = {3};
  plan.strategies = {{3, 1}};
  plan.layer_partition = {0, 4};
  walker.set_plan(plan);
  return walker.stages().front();
}

}  // namespace

TEST_CASE("hostfiles are read as DeepSpeed and MPI write them", "[planner]") {
  const auto hosts = parse_hostfile("h",
                                    "# DeepSpeed\n"
                                    "worker-1 slots=8\n"
                                    "  worker-2\tslots=8  # the second\n"
                                    "\n"
                                    "node#3 slots=4 max_slots=16\n"
                                    "node4 max-slots=6 slots=6 user=me\n"
                                    "node5:16\r\n"
                                    "node6:8 ifname=ib0 binding=rr\n"
                                    "fe80::7 slots=2\n");
  std::string text;
  for (const HostLine& host : hosts) {
    text += host.address + " " + std::to_string(host.slots) + " " + std::to_string(host.line) + ",";
  }
  CHECK(text == "worker-1 8 2,worker-2 8 3,node#3 4 5,node4 6 6,node5 16 7,node6 8 8,fe80::7 2 9,");
  for (const std::string wrong : {"host:", "host:0", "host:x", ":8", "host slots=8 max_slots=4",
                                  "host slots=8 max_slots=", "host slots=8 slots=8",
                                  "host slots=8 gpus=8", "host:8 slots", "host:8 ifname", "host"}) {
    CHECK_THAT(input_error_of([&] { parse_hostfile("h", "a slots=1\n#\n" + wrong + " # x"); }),
               Catch::StartsWith("h: line 3 is '" + wrong + "', expected '<address> slots="));
  }
}

TEST_CASE("an address with stars is that of many nodes", "[planner]") {
  const std::vector<NodeKind> kinds = {{"w-*", "Slow", 1, 1, 1},
                                       {"w-1", "Fast", 1, 2, 1},
                                       {"*.x.*", "Fast", 1, 3, 1},
                                       {"w-2*", "Fast", 1, 4, 1}};
  const GpuCluster cluster = make_cluster(
      "h", {{"w-", 1}, {"w-1", 1}, {"w-22", 1}, {"a.x.", 1}, {"a.x.x.b", 1}}, "c", kinds);
  std::vector<double> found;
  for (const NodeKind& node : cluster.nodes) {
    found.push_back(node.intra_gbps);
  }
  CHECK((found == std::vector<double>{1, 2, 1, 3, 3}));
  for (const std::string other : {"v-1", "a.x", "aw-1"}) {
    CHECK_THAT(input_error_of([&] {
                 make_cluster("h", {{other, 1}}, "c", kinds);
               }),
               Catch::StartsWith("h: there is no address '" + other + "' in c"));
  }
}

TEST_CASE("published plans need a power of two of GPUs and equal nodes", "[planner]") {
  const auto error = [](const GpuCluster& cluster, bool uniform) {
    HeteroOptions options = fixed_options(4);
    options.quirks = QuirkMode::kReference;
    std::atomic<bool> stop{false};
    return input_error_of([&] {
      if (uniform) {
        plan_uniform(cluster, flat_profiles(), options, "", false, stop);
      } else {
        HeteroPlanner(cluster, flat_profiles(), options);
      }
    });
  };
  CHECK(error(nodes_of("FS", {6, 6}), false) ==
        "hosts has 12 GPUs on 2 nodes, expected a power of two up to 1048576 (--quirks fixed plans "
        "any number)");
  for (const bool uniform : {false, true}) {
    CHECK(error(nodes_of("FSS", {4, 4, 8}), uniform) ==
          "hosts: line 3 has 8 GPUs, expected 4 as in the lines before: published plans are for "
          "nodes with equally many GPUs (--quirks fixed plans others)");
  }
}

TEST_CASE("groups have the odd factors of the cluster", "[planner]") {
  const auto sizes = [](const GpuCluster& cluster) {
    const PlanProblem problem(cluster, flat_profiles(), fixed_options(4));
    GroupRules rules = problem.group_rules();
    rules.scale_variance = 0;
    std::set<std::int64_t> all;
    for (std::int64_t stages = 1; stages <= 4; ++stages) {
      for_each_device_groups(rules, stages, [&](const DeviceGroups& groups) {
        CHECK(std::accumulate(groups.begin(), groups.end(), std::int64_t{0}) == rules.num_gpus);
        all.insert(groups.begin(), groups.end());
        return true;
      });
    }
    return std::vector<std::int64_t>(all.begin(), all.end());
  };
  CHECK((sizes(nodes_of("FS", {4, 4})) == std::vector<std::int64_t>{1, 2, 4, 8}));
  CHECK((sizes(nodes_of("FS", {3, 3})) == std::vector<std::int64_t>{1, 2, 3, 4, 6}));
  // Of ten GPUs 6 are fast and 4 are slow: one, three and five times a power of two.
  CHECK((sizes(nodes_of("FS", {6, 4})) == std::vector<std::int64_t>{1, 2, 3, 4, 5, 6, 8, 10}));
  // In a node of 7, two nodes of 4 and one of 1.
  CHECK(
      (sizes(nodes_of("FFSS", {7, 1, 4, 4})) == std::vector<std::int64_t>{1, 2, 4, 7, 8, 14, 16}));
}

TEST_CASE("replicas that cannot share a batch evenly take one more or less", "[planner]") {  // H25
  const GpuCluster three = nodes_of("F", {3});
  const auto check = [&](std::int64_t batch, std::int64_t microbatch, double stage_ms,
                         double gap_ms, double memory_mb) {
    const PlanProblem problem(three, flat_profiles(), fixed_options(batch));
    PlanWalker walker(problem, {0});
    const WalkedStage stage = stage_of_three(problem, walker);
    INFO("batch " << batch);
    CHECK(stage.microbatch == microbatch);
    CHECK(walker.memory_need(0).needed_mb == kLeastNeedMb + memory_mb);
    CHECK(walker.memory_need(0).available_mb == 1000);
    HeteroPlan plan;
    plan.type_sequence = {"Fast"};
    plan.device_groups = {3};
    plan.strategies = {{3, 1}};
    plan.layer_partition = {0, 4};
    const PlanDetails details =
        HeteroPlanner(three, flat_profiles(), fixed_options(batch)).details(plan);
    CHECK(details.stages[0].stage_ms == stage_ms);
    CHECK(details.stages[0].microbatch == microbatch);
    CHECK(details.gap_ms == gap_ms);
  };
  check(3, 1, 16, 4, 32);
  check(4, 2, 32, 8, 64);  // 2, 1, 1
  check(5, 2, 32, 8, 64);  // 2, 2, 1
  check(6, 2, 32, 8, 64);
  check(7, 3, 48, 12, 64);   // 3 runs as 2 and 1, one after the other
  check(9, 3, 48, 12, 64);   // as all do
  check(12, 4, 64, 16, 64);  // H26: 4 has no profile, and runs as 2 and 2
}

TEST_CASE("a group halves its data degree as long as that is even", "[planner]") {
  // Twelve GPUs whose layers never fit: 12, 6 and 3 replicas are tried, then no move is left.
  HeteroOptions options = fixed_options(24);
  GpuCluster cluster = nodes_of("F", {12});
  cluster.memory_mb_of_type["Fast"] = 1;
  const PlanProblem problem(cluster, flat_profiles(), options);
  PlanWalker walker(problem, {0});
  walker.set_groups({12});
  walker.set_micro_batches(2);
  std::vector<StageStrategy> tried;
  walker.on_attempt = [&](const PartitionAttempt& attempt) {
    if (tried.empty() || !(attempt.stages[0].strategy() == tried.back())) {
      tried.push_back(attempt.stages[0].strategy());
    }
  };
  const WalkCounts counts = walker.walk([](int) {});
  CHECK(counts.abandoned);
  CHECK((tried == std::vector<StageStrategy>{{12, 1}, {6, 2}}));  // 3 replicas have 4 each, above 2

  walker.set_micro_batches(24);  // a sequence for twelve replicas, or six: none
  CHECK(walker.walk([](int) {}).abandoned);
  CHECK(tried.size() == 2);
}

TEST_CASE("nodes end where they end", "[planner]") {
  // Fast GPUs 0-1, 2-7; slow ones 8-10, 11-12.
  const PlanProblem problem(nodes_of("FSFS", {2, 3, 6, 2}), flat_profiles(), fixed_options(4));
  CHECK(problem.gpus_per_node == 0);
  const TypeLayout layout(problem, {0, 1});
  CHECK(layout.pipeline_gbps(0, 2) == 8);
  CHECK(layout.pipeline_gbps(0, 3) == 2);
  CHECK(layout.pipeline_gbps(2, 6) == 8);
  CHECK(layout.pipeline_gbps(7, 2) == 1);
  CHECK(layout.pipeline_gbps(8, 3) == 4);
  CHECK(layout.pipeline_gbps(10, 2) == 1);
  CHECK(layout.pipeline_gbps(11, 2) == 4);
  CHECK(layout.data_gbps(2, 6, {6, 1}) == 8);
  CHECK(layout.data_gbps(1, 6, {3, 2}) == 2);
  // Slow ones first: 0-2, 3-4; fast 5-6, 7-12.
  const TypeLayout turned(problem, {1, 0});
  CHECK(turned.pipeline_gbps(0, 3) == 4);
  CHECK(turned.pipeline_gbps(5, 2) == 8);
  CHECK(turned.pipeline_gbps(6, 2) == 2);
}

TEST_CASE("all plans of an odd cluster use all of it", "[planner]") {
  const std::atomic<bool> never{false};
  for (const GpuCluster& cluster : {nodes_of("FFSS", {6, 6, 6, 6}), nodes_of("FSS", {4, 2, 2}),
                                    nodes_of("FFFSSS", {1, 2, 3, 4, 5, 6}), nodes_of("S", {7})}) {
    for (const std::int64_t batch : {12, 30, 32}) {
      HeteroOptions options = fixed_options(batch);
      options.group_scale_variance = 0.5;
      options.top = 1000;
      options.sum_of_costs = true;
      const HeteroPlanner planner(cluster, flat_profiles(), options);
      const HeteroResult result = planner.search(never);
      REQUIRE_FALSE(result.top.empty());
      HeteroOptions threaded = options;
      threaded.threads = 3;
      const HeteroResult same = HeteroPlanner(cluster, flat_profiles(), threaded).search(never);
      CHECK(same.counts.steps == result.counts.steps);
      CHECK(same.sum_of_costs == result.sum_of_costs);
      bool right = true;
      for (const HeteroPlan& plan : result.top) {
        const std::int64_t gpus =
            std::accumulate(plan.device_groups.begin(), plan.device_groups.end(), std::int64_t{0});
        right = right && gpus == cluster.num_gpus() && plan.layer_partition.back() == 4;
        for (std::size_t i = 0; i < plan.strategies.size(); ++i) {
          const auto [data_par, tensor_par] = plan.strategies[i];
          right = right && data_par * tensor_par == plan.device_groups[i] &&
                  data_par <= batch / plan.micro_batches;
        }
        const PlanDetails parts = planner.details(plan);
        right = right && parts.execution_ms + parts.gap_ms + parts.optimizer_ms + parts.data_ms +
                                 parts.transfer_ms + parts.batch_generator_ms ==
                             plan.cost;
      }
      CHECK(right);
    }
  }
}

TEST_CASE("equal nodes that are listed one by one are equal nodes", "[planner]") {
  HeteroCase hetero = hetero_case(hetero_case_json("three-types"));
  hetero.options.quirks = QuirkMode::kFixed;
  const HeteroResult expected = search_all(hetero, hetero.options);
  hetero.cluster.gpus_of_node.assign(hetero.cluster.nodes.size(), hetero.cluster.gpus_per_node);
  const HeteroResult found = search_all(hetero, hetero.options);
  CHECK(found.counts.steps == expected.counts.steps);
  REQUIRE(found.top.size() == expected.top.size());
  for (std::size_t i = 0; i < found.top.size(); ++i) {
    CHECK(found.top[i].cost == expected.top[i].cost);
  }
}

TEST_CASE("uniform plans train what is left over", "[planner]") {  // H25
  const std::atomic<bool> never{false};
  const auto microbatches_of = [&](QuirkMode quirks) {
    HeteroOptions options = fixed_options(8);
    options.quirks = quirks;
    options.top = 1000;
    for (const UniformPlan& plan :
         plan_uniform(nodes_of("F", {3}), flat_profiles(), options, "", false, never).top) {
      if (plan.data_par == 3 && plan.microbatch == 1) {
        return plan.micro_batches;
      }
    }
    return std::int64_t{0};
  };
  CHECK(microbatches_of(QuirkMode::kReference) == 2);  // six of eight sequences
  CHECK(microbatches_of(QuirkMode::kFixed) == 3);
}

}  // namespace calculon::test
