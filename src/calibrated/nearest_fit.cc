#include "calibrated/nearest_fit.h"

#include <fmt/format.h>

#include "calibrated/calibrated_evaluate.h"

namespace calculon {
namespace {

struct Neighbour {
  std::string setting;
  std::string from;
  std::string to;
  CalibratedExecution execution;
};

template <class Enum>
void add_stronger(std::vector<Neighbour>& all, const CalibratedExecution& from,
                  std::string_view name, Enum CalibratedExecution::*setting) {
  for (std::size_t i = static_cast<std::size_t>(from.*setting) + 1; i < kEnumSize<Enum>; ++i) {
    CalibratedExecution changed = from;
    changed.*setting = static_cast<Enum>(i);
    all.push_back({std::string(name), std::string(enum_name(from.*setting)),
                   std::string(enum_name(changed.*setting)), std::move(changed)});
  }
}

// Twice a degree, with half of the replicas.
void add_doubled(std::vector<Neighbour>& all, const CalibratedExecution& from,
                 std::string_view name, std::int64_t CalibratedExecution::*degree) {
  if (from.data_par % 2 != 0) {
    return;
  }
  CalibratedExecution changed = from;
  changed.*degree *= 2;
  changed.data_par /= 2;
  changed.sequence_par = changed.sequence_par || changed.tensor_par > from.tensor_par;
  all.push_back({std::string(name), fmt::format("{}", from.*degree),
                 fmt::format("{}", changed.*degree), std::move(changed)});
}

std::vector<Neighbour> neighbours(const CalibratedExecution& from) {
  using C = CalibratedExecution;
  std::vector<Neighbour> all;
  add_stronger(all, from, "activation_recompute",
               static_cast<CalibratedRecompute C::*>(&C::activation_recompute));
  add_stronger(all, from, "data_par_sharding",
               static_cast<DataParSharding C::*>(&C::data_par_sharding));
  if (from.microbatch_size % 2 == 0) {
    C changed = from;
    changed.microbatch_size /= 2;
    all.push_back({"microbatch_size", fmt::format("{}", from.microbatch_size),
                   fmt::format("{}", changed.microbatch_size), std::move(changed)});
  }
  add_doubled(all, from, "tensor_par", static_cast<std::int64_t C::*>(&C::tensor_par));
  add_doubled(all, from, "context_par", static_cast<std::int64_t C::*>(&C::context_par));
  add_doubled(all, from, "pipeline_par", static_cast<std::int64_t C::*>(&C::pipeline_par));
  return all;
}

}  // namespace

std::optional<NearestFit> nearest_fit(const Transformer& model, const System& system,
                                      const CalibratedExecution& execution) {
  std::optional<NearestFit> best;
  for (const Neighbour& neighbour : neighbours(execution)) {
    if (!contradiction(neighbour.execution).empty()) {
      continue;
    }
    const auto outcome = evaluate_calibrated(model, system, neighbour.execution);
    const auto* stats = std::get_if<CalibratedStats>(&outcome);
    if (stats == nullptr || stats->memory.verdict == MemoryVerdict::kDoesNotFit ||
        (best && best->total_time <= stats->total_time)) {
      continue;
    }
    best = NearestFit{neighbour.setting, neighbour.from, neighbour.to, stats->total_time,
                      stats->memory.verdict};
  }
  return best;
}

}  // namespace calculon
