// The two examples that the specification works out, to its nine digits.
#include <catch2/catch.hpp>

#include "calibrated/block_time.h"
#include "calibrated/calibrated_evaluate.h"
#include "support/calibrated_golden.h"

namespace calculon::test {
namespace {

struct Example {
  PublishedExecution inputs;
  System system;
  CalibratedStats stats;
};

Example example(const std::string& model, const std::string& execution) {
  const Json golden = {{"model", model}, {"execution", execution}, {"system", "h100-80g-nemo"}};
  Example found{calibrated_golden().inputs(golden), calibrated_golden().machine(golden), {}};
  found.stats = std::get<CalibratedStats>(
      evaluate_calibrated(found.inputs.model, found.system, found.inputs.execution));
  return found;
}

Approx nine_digits(double value) {
  return Approx(value).epsilon(1e-8);
}

BlockTime block_of(const Example& found) {
  const CalibratedExecution& e = found.inputs.execution;
  const Machine machine = machine_of(found.system, e);
  return block_time(found.inputs.model, e, machine,
                    place_groups(e, machine.domain, found.inputs.model.details.num_experts > 0));
}

}  // namespace

TEST_CASE("a dense model of 70 G on 512 processors, worked out", "[calibrated]") {
  const Example found = example("llama-3.1-70b", "llama-3.1-70b_512_t4_p4");
  const Machine machine = machine_of(found.system, found.inputs.execution);
  const BlockProducts products =
      block_products(rank_shape(found.inputs.model, found.inputs.execution), false,
                     block_law(machine, Datatype::kBfloat16));
  REQUIRE(products.size == 4);
  CHECK(products.rows[0].forward == nine_digits(0.000501536517));
  CHECK(products.rows[0].backward == nine_digits(0.000540516039 + 0.000501536517));
  CHECK(products.rows[2].n == 14336);
  CHECK(products.rows[2].forward == nine_digits(0.00278817153));
  const BlockTime block = block_of(found);
  CHECK(block.forward.products == nine_digits(0.00514484981));
  CHECK(block.backward.attention == nine_digits(0.00145640584));
  CHECK(block.forward.elementwise == nine_digits(0.000600163883));
  CHECK(block.forward.tensor_par == nine_digits(0.0015229863));
  CHECK(block.forward_seconds == nine_digits(0.00774570111));
  CHECK(block.backward_seconds == nine_digits(0.0142074661));
  CHECK(found.stats.head_time == nine_digits(0.0222132071));
  CHECK(found.stats.time.bubble == nine_digits(0.263997294));
  CHECK(found.stats.time.data_par == nine_digits(0.0478727227));
  CHECK(found.stats.total_time == nine_digits(15.3522093));
  CHECK(found.stats.mfu == nine_digits(0.484746078));
}

TEST_CASE("the memory of that model's stages, worked out", "[calibrated]") {
  const Example found = example("llama-3.1-70b", "llama-3.1-70b_512_t4_p4");
  const auto& stages = found.stats.stages;
  REQUIRE(stages.size() == 4);
  CHECK(stages[0].parameters == 9083420672);
  CHECK(stages[0].gradients == 18166841344);
  CHECK(stages[0].optimizer == 1703141376);
  CHECK(stages[0].workspaces == 100664320);
  CHECK(stages[0].retained == 696254464);
  CHECK(stages[0].activations == Approx(51758268416).epsilon(1e-11));
  CHECK(stages[3].activations == Approx(38255263744).epsilon(1e-11));
  CHECK(stages[3].head == 1254096896);
  CHECK(stages[0].peak == Approx(82364228608).epsilon(1e-11));
  CHECK(found.stats.memory.device_high == Approx(89289199738).epsilon(1e-10));
  CHECK(found.stats.memory.verdict == MemoryVerdict::kFitsBarely);
}

TEST_CASE("a mixture of experts on 128 processors, worked out", "[calibrated]") {
  const Example found = example("mixtral-8x7b", "mixtral-8x7b_128_e8");
  const BlockTime block = block_of(found);
  CHECK(block.forward.products == nine_digits(0.00240156991));
  CHECK(block.backward.elementwise == nine_digits(0.00146914723));
  CHECK(block.forward.expert_par == nine_digits(0.000406223644));
  CHECK(block.backward_seconds == nine_digits(0.00723921002));
  CHECK(found.stats.time.expert_par == nine_digits(0.103993253));
  CHECK(found.stats.total_time == nine_digits(1.94551062));
  CHECK(found.stats.active_matrix_parameters == nine_digits(1.2879659e+10));
  REQUIRE(found.stats.stages.size() == 2);
  CHECK(found.stats.stages[0].parameters == 6440615936);
  CHECK(found.stats.stages[1].retained == 75497472);
  CHECK(found.stats.stages[1].peak == Approx(32266467840).epsilon(1e-11));
  CHECK(found.stats.memory.verdict == MemoryVerdict::kFits);
}

}  // namespace calculon::test
