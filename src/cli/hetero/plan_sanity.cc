#include "cli/hetero/plan_sanity.h"

#include "cli/message.h"
#include "model/given_work.h"
#include "text/notes.h"

namespace calculon {

GpuCounts gpus_by_type(const GpuCluster& cluster) {
  GpuCounts counts;
  for (const std::string& type : cluster.types()) {
    counts[type] = cluster.num_gpus(type);
  }
  return counts;
}

void tell_impossible_plan(const ModelInputs& model, const GpuCounts& gpus, std::int64_t batch_size,
                          double milliseconds, Console& console) {
  BlockChoices choices = model.choices;
  choices.training = true;
  double peak = 0;  // of all GPUs
  double count = 0;
  for (const GpuSystem& gpu : model.gpus) {
    const auto found = gpus.find(gpu.type);
    const auto of_type = found == gpus.end() ? 0.0 : static_cast<double>(found->second);
    peak += of_type * gpu.system.matrix_engine(choices.datatype).peak_flops_per_second;
    count += of_type;
  }
  const double sample_rate = 1000 * static_cast<double>(batch_size) / milliseconds;
  const double needed = given_flops_of_sequence(model.transformer, choices) * sample_rate;
  const NeededRate rate{needed / count, peak / count};
  if (rate.impossible()) {
    note(console, "impossible: " + impossible_effect(rate));
  }
}

}  // namespace calculon
