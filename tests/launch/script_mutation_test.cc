// Damaged scripts are read or refused, whatever they hold.
#include <catch2/catch.hpp>
#include <random>

#include "calculon/base/input_error.h"
#include "launch/launch_case.h"
#include "launch/launch_script.h"
#include "launch/megatron_import.h"

namespace calculon::test {
namespace {

const std::string kPieces[] = {"\"",    "'",
                               "\\\n",  "$(",
                               "${",    "}",
                               ")",     "(",
                               "`",     "#",
                               "<<E",   " $X ",
                               "X=(",   "\nX=$X",
                               "--",    "=",
                               "|)",    ")*999",
                               "\0",    "\xff",
                               "-1",    "1e9",
                               "0",     "9999999999999999999",
                               "*0",    "# calculon: a = [",
                               " 2>&1 "};

std::string damaged(std::string text, std::mt19937& engine) {
  for (auto changes = 1 + engine() % 4; changes > 0; --changes) {
    const std::size_t at = engine() % text.size();
    switch (engine() % 3) {
      case 0:
        text.erase(at, 1 + engine() % 12);
        break;
      case 1:
        text.insert(at, kPieces[engine() % std::size(kPieces)]);
        break;
      default:
        text.replace(at, 1, kPieces[engine() % std::size(kPieces)]);
    }
  }
  return text;
}

}  // namespace

TEST_CASE("a damaged script is imported or refused in one line", "[launch][import]") {
  LaunchJob laid_out = dense_job();
  laid_out.execution.pipeline_layout = {5, 6, 6, 7};
  LaunchJob blocks = mixture_job();
  blocks.model.details.moe_first_dense_blocks = 3;
  const std::string scripts[] = {
      megatron_script(laid_out), megatron_script(blocks),
      "A=8\nB=( --num-layers $((3 * A)) )\ntorchrun --nnodes 1 "
      "--nproc_per_node ${A} x \"${B[@]}\" --hidden-size 64 --bf16 "
      "--num-attention-heads 2 --seq-length 32 --micro-batch-size 1 # x"};
  std::mt19937 engine(5);
  std::size_t imported = 0;
  std::size_t refused = 0;
  for (int i = 0; i < 20000; ++i) {
    try {
      import_megatron("train.sh", damaged(scripts[engine() % std::size(scripts)], engine));
      ++imported;
    } catch (const InputError& error) {
      ++refused;
      const std::string line = error.what();
      if (line.empty() || line.find('\n') != std::string::npos) {
        FAIL(line);
      }
    }
  }
  CHECK(imported > 1000);
  CHECK(refused > 1000);
}

}  // namespace calculon::test
