#include "calibrated/stage_load.h"

#include <algorithm>

namespace calculon {
namespace {

// Forwards of a chunk that are alive on a stage at once (section 6.2).
class AliveMicrobatches {
 public:
  AliveMicrobatches(const CalibratedExecution& e, std::int64_t stage)
      : group_(e.pipeline_par), chunks_(e.pipeline_interleaving), microbatches_(e.microbatches()) {
    const std::int64_t below = e.pipeline_par - stage;
    forwards_ = chunks_ == 1 ? std::min(below, microbatches_)
                             : std::min(2 * (below - 1) + (chunks_ - 1) * group_ + 1,
                                        chunks_ * microbatches_);
  }

  std::int64_t of_chunk(std::int64_t chunk) const {
    std::int64_t alive = 0;
    std::int64_t left = forwards_;
    std::int64_t unseen = microbatches_;
    while (left > 0 && unseen > 0) {
      const std::int64_t group = std::min(group_, unseen);
      alive += std::clamp(left - chunk * group, std::int64_t{0}, group);
      left -= chunks_ * group;
      unseen -= group;
    }
    return alive;
  }

 private:
  std::int64_t group_;
  std::int64_t chunks_;
  std::int64_t microbatches_;
  std::int64_t forwards_;
};

bool covers(const StageLoad& a, const StageLoad& b) {
  return a.first == b.first && a.last == b.last && a.blocks == b.blocks &&
         a.alive_blocks[0] >= b.alive_blocks[0] && a.alive_blocks[1] >= b.alive_blocks[1] &&
         a.alive_first >= b.alive_first && a.alive_last >= b.alive_last;
}

}  // namespace

std::vector<StageLoad> stage_loads(const Transformer& model, const CalibratedExecution& execution,
                                   const PipelineLayout& layout) {
  std::vector<StageLoad> loads(static_cast<std::size_t>(layout.stages()));
  for (std::int64_t stage = 0; stage < layout.stages(); ++stage) {
    const AliveMicrobatches alive(execution, stage);
    StageLoad& load = loads[static_cast<std::size_t>(stage)];
    load.stage = stage;
    load.first = stage == 0;
    load.last = stage == layout.stages() - 1;
    std::int64_t before = 0;  // blocks of the chunks in front, on all stages
    for (std::int64_t chunk = 0; chunk < layout.chunks(); ++chunk) {
      const std::int64_t start = before + layout.blocks_on_first(stage, chunk);
      const std::int64_t blocks = layout.chunk_blocks(stage, chunk);
      const std::int64_t with = expert_blocks(model, start + blocks) - expert_blocks(model, start);
      const auto forwards = static_cast<double>(alive.of_chunk(chunk));
      const std::array<double, 2> own = {static_cast<double>(blocks - with),
                                         static_cast<double>(with)};
      for (const std::size_t kind : {std::size_t{0}, std::size_t{1}}) {
        load.blocks[kind] += own[kind];
        load.alive_blocks[kind] += forwards * own[kind];
      }
      load.alive_first += load.first && chunk == 0 ? forwards : 0;
      load.alive_last += load.last && chunk == layout.chunks() - 1 ? forwards : 0;
      before += layout.blocks_on_first(layout.stages(), chunk);
    }
  }
  return loads;
}

std::vector<StageLoad> heaviest_loads(const std::vector<StageLoad>& loads) {
  std::vector<StageLoad> heaviest;
  for (const StageLoad& load : loads) {
    if (std::none_of(heaviest.begin(), heaviest.end(),
                     [&](const StageLoad& kept) { return covers(kept, load); })) {
      heaviest.push_back(load);
    }
  }
  return heaviest;
}

}  // namespace calculon
