#pragma once

#include <variant>

#include "calculon/calibrated/calibrated_stats.h"
#include "calculon/hardware/system.h"
#include "calibrated/step_time.h"
#include "calibrated/suitability.h"

namespace calculon {

// Throws InputError by rules KC21 and KC22, and where a figure leaves the range of a number. An
// execution that does not suit is told by its rule; one that does not fit into memory (rule KD7) is
// evaluated, and its verdict says so.
std::variant<CalibratedStats, Unsuitable> evaluate_calibrated(const Transformer& model,
                                                              const System& system,
                                                              const CalibratedExecution& execution);

// What of the figures depends on the model alone.
struct ModelWork {
  RankShape shape;
  double blocks = 0;
  double head = 0;             // elements of one table of words
  double tables = 0;           // of these, that the model has
  double matrices = 0;         // elements of all matrices
  double active_matrices = 0;  // that a token passes, with the head
  double attention_share = 0;  // of the scores
};

ModelWork model_work(const Transformer& model);

// The figures of an execution that follow from its parts: all but the lists of stages and the
// memory.
void set_figures(CalibratedStats& stats, const ModelWork& work,
                 const CalibratedExecution& execution, const Machine& machine,
                 const BlockTime& block, const EndTimes& ends, const Step& step);

}  // namespace calculon
