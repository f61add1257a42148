// Values of Megatron-LM's arguments that are more than a number or a name.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "launch/megatron_table.h"

namespace calculon {
namespace {

// "ttt" or "t*20".
std::string repeated(char letter, std::int64_t count) {
  constexpr std::int64_t kSpelledOut = 4;
  return count > kSpelledOut ? fmt::format("{}*{}", letter, count)
                             : std::string(static_cast<std::size_t>(count), letter);
}

}  // namespace

bool is_megatron_module(RecomputeModule module) {
  switch (module) {
    case RecomputeModule::kCoreAttn:
    case RecomputeModule::kLayernorm:
    case RecomputeModule::kMlaUpProj:
    case RecomputeModule::kMlp:
    case RecomputeModule::kMoe:
    case RecomputeModule::kMoeAct:
      return true;
    case RecomputeModule::kMlpIn:
    case RecomputeModule::kMlpAct:
    case RecomputeModule::kOp:
      break;
  }
  return false;
}

std::string expert_block_list(const Transformer& model) {
  const std::int64_t first = std::min(model.details.moe_first_dense_blocks, model.num_blocks);
  const std::int64_t period = model.details.moe_block_period;
  const std::int64_t groups = (model.num_blocks - first) / period;
  const std::int64_t rest = (model.num_blocks - first) % period;
  std::string list = first > 0 ? fmt::format("[0]*{}+", first) : "";
  list += period == 1 ? fmt::format("[1]*{}", groups)
                      : fmt::format("([0]*{}+[1]*1)*{}", period - 1, groups);
  list += rest > 0 ? fmt::format("+[0]*{}", rest) : "";
  return "(" + list + ")";
}

std::int64_t recomputed_blocks(const LaunchJob& job) {
  const CalibratedExecution& e = job.execution;
  const bool equal = !has_layout(job) && e.first_stage_blocks == 0 && e.last_stage_blocks == 0 &&
                     e.pipeline_balance == PipelineBalance::kBlocks &&
                     job.model.num_blocks % e.pipeline_par == 0;
  const auto blocks = static_cast<double>(job.model.num_blocks / e.pipeline_par);
  const double recomputed = std::round(e.recompute_block_share * blocks);
  return equal && recomputed / blocks == e.recompute_block_share
             ? static_cast<std::int64_t>(recomputed)
             : 0;
}

std::string layout_text(const LaunchJob& job) {
  const std::vector<std::int64_t>& chunks = job.execution.pipeline_layout;
  std::string text = "E";
  for (std::size_t i = 0; i < chunks.size();) {
    std::size_t same = i + 1;
    while (i > 0 && same + 1 < chunks.size() && chunks[same] == chunks[i]) {
      ++same;
    }
    text += same - i > 1 ? fmt::format("({}|)*{}", repeated('t', chunks[i]), same - i)
                         : repeated('t', chunks[i]) + (same < chunks.size() ? "|" : "");
    i = same;
  }
  return text + repeated('m', job.model.details.mtp_blocks) + "L";
}

}  // namespace calculon
