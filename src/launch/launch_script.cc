#include "launch/launch_script.h"

#include <fmt/format.h>

#include "base/printable.h"

namespace calculon {

std::string launch_script(Framework framework, const LaunchJob& job) {
  switch (framework) {
    case Framework::kBridge:
      return bridge_script(job);
    case Framework::kTorchtitan:
      return torchtitan_script(job);
    case Framework::kNanotron:
      return nanotron_script(job);
    case Framework::kMegatron:
      break;
  }
  return megatron_script(job);
}

std::string launch_headline(Framework framework, const LaunchJob& job) {
  return fmt::format(
      "# {} on {} processors with a batch of {} sequences, for {}.\n"
      "# Data, tokenizer, learning rate, dropout and checkpoints are not part of it.\n",
      printable(job.model_name), job.execution.num_procs, job.execution.batch_size,
      title(framework));
}

}  // namespace calculon
