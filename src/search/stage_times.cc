#include "search/stage_times.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "batch/batch_shape.h"
#include "batch/least_time.h"
#include "batch/offload.h"
#include "search/until_stopped.h"

namespace calculon {

MicrobatchStages time_stages(const Transformer& transformer, const NumberedSystem& system,
                             const Degrees& degrees, const StagePlan& placements, Strategy choices,
                             ProfileCache& profiles, const StopToken& stop) {
  const auto shape_of = [&](const Interleaving& interleaving) {
    choices.pipeline_interleaving = interleaving.pipeline_interleaving;
    return BatchShape(transformer, choices, choices.microbatch_size);
  };
  const auto [fewest, most] =
      std::minmax_element(degrees.interleavings.begin(), degrees.interleavings.end(),
                          [](const Interleaving& a, const Interleaving& b) {
                            return a.pipeline_interleaving < b.pipeline_interleaving;
                          });
  const BatchShape fewest_chunks = shape_of(*fewest);
  const BatchShape most_chunks = shape_of(*most);
  const auto sequences = static_cast<double>(choices.batch_size);
  MicrobatchStages stages;
  visit_until_stopped(placements.stages, stop, [&](const StagePlan::StagePlacement& placement) {
    set_all(placement.tiers, choices);
    StageTimes times{};
    times.placement = &placement;
    times.block = &profiles.block(system, choices.microbatch_size, placement.tiers);
    times.transfer = pipeline_transfer(
        *times.block, fewest_chunks,
        system.system->networks[static_cast<std::size_t>(choices.pipeline_par_net)]);
    times.bare = block_times(*times.block, times.transfer);
    if (offload_windows(*times.block, times.bare).any_empty()) {
      stages.windowless.push_back(&placement);
      return;
    }
    const double bound = sequences / least_batch_seconds(*times.block, fewest_chunks, most_chunks,
                                                         times.transfer, times.bare);
    times.rate_bound = bound > 0 ? bound : std::numeric_limits<double>::infinity();
    stages.timed.push_back(times);
    stages.num_placements += static_cast<std::int64_t>(placement.placements.size());
    stages.rate_bound = std::max(stages.rate_bound, times.rate_bound);
  });
  return stages;
}

}  // namespace calculon
