// What a search takes for granted of stages that it does not time.
#include "batch/least_time.h"

#include <catch2/catch.hpp>

#include "calculon/strategy/placement.h"
#include "support/tiny_search.h"

namespace calculon::test {
namespace {

BatchShape shape_with(const TinySearch& tiny, ScheduleChoices schedule, std::int64_t microbatch,
                      std::int64_t chunks) {
  schedule.pipeline_interleaving = chunks;
  return BatchShape(tiny.transformer, schedule, microbatch);
}

System with_networks(System system, double speed) {
  for (Network& network : system.networks) {
    network.bytes_per_second *= speed;
  }
  return system;
}

void check_bounds(const TinySearch& tiny, const Execution& execution) {
  const Strategy& s = execution.strategy;
  const BatchShape fewest = shape_with(tiny, s, s.microbatch_size, 1);
  const BatchShape most = shape_with(tiny, s, s.microbatch_size,
                                     blocks_per_processor(tiny.transformer, s.pipeline_par));
  const double total = execution.outcome->total_time;
  const BlockProfile block = profile_block(tiny.transformer, tiny.system, s);
  const Network& network = tiny.system.networks[static_cast<std::size_t>(s.pipeline_par_net)];
  const PipelineTransfer transfer = pipeline_transfer(block, fewest, network);
  const BlockTimes bare = block_times(block, transfer);
  const double least = least_batch_seconds(block, fewest, most, transfer, bare);
  CHECK(least <= total);
  for (const double speed : {1e-3, 1e3}) {
    const BlockProfile elsewhere =
        profile_block(tiny.transformer, with_networks(tiny.system, speed), s);
    CHECK(least_batch_seconds(elsewhere, most) <= least);
  }
  if (s.tensor_par * s.pipeline_par * s.data_par == 1 && !s.any_offload()) {  // nothing else
    const double step = execution.outcome->optim_step_time + execution.outcome->vocabulary_time;
    CHECK(least == Approx(total - step).epsilon(1e-8));
  }
}

}  // namespace

TEST_CASE("no batch is faster than it can be whatever the interleaving and the networks",
          "[batch]") {
  std::size_t checked = 0;
  for (const TinySearch* tiny : every_tiny_search()) {
    INFO(tiny->name);
    for (const Execution& execution : tiny->enumerate()) {
      if (execution.outcome) {
        INFO(execution.index);
        check_bounds(*tiny, execution);
        ++checked;
      }
    }
  }
  CHECK(checked > 1000);
}

TEST_CASE("where something can be offloaded anywhere, it can be on every network", "[batch]") {
  std::size_t anywhere = 0;
  for (const TinySearch* tiny : every_tiny_search()) {
    for (const Execution& execution : tiny->enumerate()) {
      const bool has_none =
          !execution.outcome && execution.outcome.error().reason == Reason::kNoOffloadWindow;
      if (!execution.outcome && !has_none) {
        continue;
      }
      const bool has_some =
          has_windows_anywhere(profile_block(tiny->transformer, tiny->system, execution.strategy));
      CHECK_FALSE((has_some && has_none));
      anywhere += has_some ? 1 : 0;
    }
  }
  CHECK(anywhere > 1000);
}

}  // namespace calculon::test
