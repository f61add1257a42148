#include <catch2/catch.hpp>
#include <vector>

#include "calibrated/pipeline_layout.h"

namespace calculon::test {
namespace {

using Sizes = std::vector<std::int64_t>;

// Blocks of every chunk of a model of `blocks`, chunk by chunk in model order.
Sizes chunks_of(const StepChoices& choices, std::int64_t blocks) {
  const PipelineLayout layout(choices, blocks);
  Sizes sizes;
  for (std::int64_t chunk = 0; chunk < layout.chunks(); ++chunk) {
    for (std::int64_t stage = 0; stage < layout.stages(); ++stage) {
      sizes.push_back(layout.chunk_blocks(stage, chunk));
    }
  }
  return sizes;
}

StepChoices pipeline(std::int64_t stages, std::int64_t chunks = 1) {
  StepChoices choices;
  choices.pipeline_par = stages;
  choices.pipeline_interleaving = chunks;
  return choices;
}

}  // namespace

TEST_CASE("the first stages hold what does not divide", "[calibrated]") {
  CHECK(chunks_of(pipeline(4), 30) == Sizes{8, 8, 7, 7});
  CHECK(chunks_of(pipeline(2, 3), 7) == Sizes{2, 1, 1, 1, 1, 1});
  CHECK(PipelineLayout(pipeline(2, 3), 7).stage_blocks(0) == 4);
  CHECK(PipelineLayout(pipeline(2, 3), 7).stage_sizes().most() == 4);
}

TEST_CASE("embedding and loss may count as a block each", "[calibrated]") {
  StepChoices choices = pipeline(4);
  choices.pipeline_balance = PipelineBalance::kWithEmbedding;
  CHECK(chunks_of(choices, 30) == Sizes{7, 8, 8, 7});
  CHECK(chunks_of(choices, 31) == Sizes{7, 8, 8, 8});  // 33 units: the last has one more
  CHECK(chunks_of(pipeline(1), 30) == Sizes{30});
}

TEST_CASE("the ends of a pipeline may be given, or all of it", "[calibrated]") {
  StepChoices ends = pipeline(4);
  ends.first_stage_blocks = 5;
  ends.last_stage_blocks = 3;
  CHECK(chunks_of(ends, 30) == Sizes{5, 11, 11, 3});
  StepChoices all = pipeline(2, 2);
  all.pipeline_layout = {1, 2, 2, 3};
  CHECK(chunks_of(all, 8) == Sizes{1, 2, 2, 3});
  CHECK(PipelineLayout(all, 8).stage_blocks(1) == 5);
}

TEST_CASE("blocks on the first stages are those of their chunks", "[calibrated]") {
  std::vector<StepChoices> all;
  for (const std::int64_t stages : {1, 2, 3, 5}) {
    for (const std::int64_t chunks : {1, 2, 3}) {
      all.push_back(pipeline(stages, chunks));
      all.push_back(pipeline(stages, chunks));
      all.back().pipeline_balance = PipelineBalance::kWithEmbedding;
      if (stages > 2) {
        all.push_back(pipeline(stages, chunks));
        all.back().first_stage_blocks = 4;
        all.push_back(all.back());
        all.back().last_stage_blocks = 2;
      }
      all.push_back(pipeline(stages, chunks));
      for (std::int64_t i = 0; i < stages * chunks; ++i) {
        all.back().pipeline_layout.push_back(i % 4);
      }
    }
  }
  for (const StepChoices& choices : all) {
    for (std::int64_t blocks = 15; blocks < 40; ++blocks) {
      const PipelineLayout layout(choices, blocks);
      for (std::int64_t chunk = 0; chunk < layout.chunks(); ++chunk) {
        std::int64_t sum = 0;
        for (std::int64_t stage = 0; stage < layout.stages(); ++stage) {
          REQUIRE(layout.blocks_on_first(stage, chunk) == sum);
          sum += layout.chunk_blocks(stage, chunk);
        }
        REQUIRE(layout.blocks_on_first(layout.stages(), chunk) == sum);
      }
    }
  }
}

}  // namespace calculon::test
