#include "measured/ranking.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

namespace calculon {
namespace {

constexpr std::size_t kLeastRuns = 3;

// An execution without what splits it, and without which traffic overlaps, since there is traffic
// of split groups only.
CalibratedExecution without_parallelism(CalibratedExecution e) {
  const CalibratedExecution neutral;
  e.tensor_par = neutral.tensor_par;
  e.context_par = neutral.context_par;
  e.expert_par = neutral.expert_par;
  e.expert_tensor_par = neutral.expert_tensor_par;
  e.microbatch_size = neutral.microbatch_size;
  e.sequence_par = neutral.sequence_par;
  e.tensor_par_overlap = neutral.tensor_par_overlap;
  e.pipeline_par = neutral.pipeline_par;
  e.data_par = neutral.data_par;
  e.pipeline_interleaving = neutral.pipeline_interleaving;
  e.data_par_sharding = neutral.data_par_sharding;
  e.data_par_shard_size = neutral.data_par_shard_size;
  e.pipeline_balance = neutral.pipeline_balance;
  e.first_stage_blocks = neutral.first_stage_blocks;
  e.last_stage_blocks = neutral.last_stage_blocks;
  e.pipeline_layout = neutral.pipeline_layout;
  e.data_par_overlap = neutral.data_par_overlap;
  e.param_gather_overlap = neutral.param_gather_overlap;
  return e;
}

bool same_model(const Transformer& a, const Transformer& b) {
  bool same = a.details == b.details;
  for_each_field(kTransformerFields,
                 [&](const auto& field) { same = same && a.*field.member == b.*field.member; });
  return same;
}

// Runs that differ in parallelism only.
struct AlikeRuns {
  CalibratedExecution execution;
  std::vector<const PredictedRun*> runs;
};

// All groups of each system. Runs are told apart by their counts first, which is cheap.
std::map<std::string, std::vector<AlikeRuns>> alike_runs(const std::vector<PredictedRun>& runs) {
  std::map<std::string, std::map<std::string, std::vector<AlikeRuns>>> by_counts;
  for (const PredictedRun& each : runs) {
    const MeasuredRun& run = *each.run;
    if (!run.seconds || !run.use.rank || !run.flag.empty()) {
      continue;
    }
    std::vector<AlikeRuns>& candidates =
        by_counts[run.system][fmt::format("{} {} {} {}", run.model.hidden, run.model.num_blocks,
                                          run.execution.num_procs, run.execution.batch_size)];
    const CalibratedExecution execution = without_parallelism(run.execution);
    const auto found =
        std::find_if(candidates.begin(), candidates.end(), [&](const AlikeRuns& alike) {
          return alike.execution == execution && same_model(alike.runs[0]->run->model, run.model);
        });
    if (found == candidates.end()) {
      candidates.push_back({execution, {&each}});
    } else {
      found->runs.push_back(&each);
    }
  }
  std::map<std::string, std::vector<AlikeRuns>> groups;
  for (auto& [system, candidates] : by_counts) {
    for (auto& [counts, alike] : candidates) {
      std::move(alike.begin(), alike.end(), std::back_inserter(groups[system]));
    }
  }
  return groups;
}

std::vector<double> ranks_of(const std::vector<double>& values) {
  std::vector<std::size_t> order(values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return values[a] < values[b]; });
  std::vector<double> ranks(values.size());
  for (std::size_t first = 0; first < order.size();) {
    std::size_t last = first;
    while (last + 1 < order.size() && values[order[last + 1]] == values[order[first]]) {
      ++last;
    }
    for (std::size_t i = first; i <= last; ++i) {
      ranks[order[i]] = static_cast<double>(first + last) / 2;
    }
    first = last + 1;
  }
  return ranks;
}

// Sums over groups; add() ignores those that are too small or have nothing to order.
struct RankingSum {
  RankingFigures figures;

  void add(const AlikeRuns& alike) {
    std::vector<double> measured;
    std::vector<double> predicted;
    for (const PredictedRun* each : alike.runs) {
      measured.push_back(*each->run->seconds);
      predicted.push_back(each->prediction.seconds);
    }
    const auto correlation = rank_correlation(measured, predicted);
    if (measured.size() < kLeastRuns || !correlation) {
      return;
    }
    const auto chosen = std::min_element(predicted.begin(), predicted.end()) - predicted.begin();
    const double best = *std::min_element(measured.begin(), measured.end());
    const double regret = error_percent(measured[static_cast<std::size_t>(chosen)], best);
    ++figures.groups;
    figures.runs += static_cast<std::int64_t>(measured.size());
    figures.correlation += *correlation;
    figures.mean_regret_percent += regret;
    figures.max_regret_percent = std::max(figures.max_regret_percent, regret);
  }

  RankingFigures mean(const std::string& system) const {
    RankingFigures result = figures;
    result.system = system;
    const auto groups = static_cast<double>(figures.groups);
    result.correlation /= groups;
    result.mean_regret_percent /= groups;
    return result;
  }
};

}  // namespace

std::optional<double> rank_correlation(const std::vector<double>& a, const std::vector<double>& b) {
  const std::vector<double> ranks_a = ranks_of(a);
  const std::vector<double> ranks_b = ranks_of(b);
  const double middle = (static_cast<double>(a.size()) - 1) / 2;
  double both = 0;
  double squares_a = 0;
  double squares_b = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    both += (ranks_a[i] - middle) * (ranks_b[i] - middle);
    squares_a += (ranks_a[i] - middle) * (ranks_a[i] - middle);
    squares_b += (ranks_b[i] - middle) * (ranks_b[i] - middle);
  }
  if (squares_a == 0 || squares_b == 0) {
    return std::nullopt;
  }
  return both / std::sqrt(squares_a * squares_b);
}

std::vector<RankingFigures> rank_runs(const std::vector<PredictedRun>& runs) {
  std::vector<RankingFigures> result;
  RankingSum all;
  for (const auto& [system, groups] : alike_runs(runs)) {
    RankingSum sum;
    for (const AlikeRuns& alike : groups) {
      sum.add(alike);
      all.add(alike);
    }
    if (sum.figures.groups > 0) {
      result.push_back(sum.mean(system));
    }
  }
  if (!result.empty()) {
    result.push_back(all.mean("all"));
  }
  return result;
}

}  // namespace calculon
