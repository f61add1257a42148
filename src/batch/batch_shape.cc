#include "batch/batch_shape.h"

#include "calculon/strategy/placement.h"

namespace calculon {

BatchShape::BatchShape(const Transformer& transformer, const ScheduleChoices& schedule,
                       std::int64_t microbatch_size) {
  const std::int64_t num_microbatches = schedule.batch_size / schedule.data_par / microbatch_size;
  const std::int64_t num_blocks = blocks_per_processor(transformer, schedule.pipeline_par);
  const std::int64_t surplus = transformer.num_blocks % schedule.pipeline_par;
  stages = static_cast<double>(schedule.pipeline_par);
  replicas = static_cast<double>(schedule.data_par);
  chunks = static_cast<double>(schedule.pipeline_interleaving);
  microbatches = static_cast<double>(num_microbatches);
  last_round = static_cast<double>(num_microbatches % schedule.pipeline_par);
  blocks = static_cast<double>(num_blocks);
  model_blocks = static_cast<double>(transformer.num_blocks);
  tied_ends = transformer.details.tie_embeddings;
  missing_blocks = static_cast<double>(surplus == 0 ? 0 : schedule.pipeline_par - surplus);
  chunk_blocks = static_cast<double>(num_blocks / schedule.pipeline_interleaving);
}

}  // namespace calculon
