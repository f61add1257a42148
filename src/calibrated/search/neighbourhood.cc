#include "calibrated/search/neighbourhood.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "calibrated/calibrated_evaluate.h"
#include "calibrated/calibrated_execution_json.h"
#include "calibrated/search/wanted_settings.h"

namespace calculon {
namespace {

using Degree = std::int64_t CalibratedExecution::*;

// Collects the neighbours of one execution.
class Neighbourhood {
 public:
  explicit Neighbourhood(const CalibratedExecution& from) : from_(from) {}

  void add_degree(std::string_view key, Degree degree) {
    if (from_.data_par % 2 == 0) {
      CalibratedExecution changed = from_;
      changed.*degree *= 2;
      changed.data_par /= 2;
      add(key, changed);
    }
    if (from_.*degree % 2 == 0) {
      CalibratedExecution changed = from_;
      changed.*degree /= 2;
      changed.data_par *= 2;
      add(key, changed);
    }
  }

  // A number that stands for itself.
  void add_number(std::string_view key, Degree number) {
    CalibratedExecution changed = from_;
    changed.*number *= 2;
    add(key, changed);
    if (from_.*number % 2 == 0) {
      changed.*number = from_.*number / 2;
      add(key, changed);
    }
  }

  void add_choice(std::string_view key) {
    for (const std::int64_t value : other_choices(from_, key)) {
      CalibratedExecution changed = from_;
      set_choice(changed, key, value);
      add(key, changed);
    }
  }

  std::vector<Neighbour> found() && { return std::move(found_); }

 private:
  void add(std::string_view key, CalibratedExecution changed) {
    // Activations are scattered where they can be, as frameworks do.
    if ((from_.tensor_par > 1) != (changed.tensor_par > 1)) {
      changed.sequence_par = changed.tensor_par > 1;
    }
    if (changed.shards_gradients() != from_.shards_gradients()) {
      changed.grad_reduce_datatype =
          changed.shards_gradients() ? Datatype::kBfloat16 : Datatype::kFloat32;
    }
    found_.push_back({{{std::string(key), setting_text(from_, key), setting_text(changed, key)}},
                      std::move(changed)});
  }

  const CalibratedExecution& from_;
  std::vector<Neighbour> found_;
};

// Its time, if it can run and fits.
std::optional<BetterExecution> tried(const Transformer& model, const System& system,
                                     const Neighbour& neighbour) {
  if (!contradiction(neighbour.execution).empty()) {
    return std::nullopt;
  }
  try {
    const auto outcome = evaluate_calibrated(model, system, neighbour.execution);
    const auto* stats = std::get_if<CalibratedStats>(&outcome);
    if (stats == nullptr || stats->memory.verdict == MemoryVerdict::kDoesNotFit) {
      return std::nullopt;
    }
    return BetterExecution{neighbour.changes, stats->total_time, stats->memory.verdict};
  } catch (const InputError&) {  // its figures are no numbers, whatever those of others are
    return std::nullopt;
  }
}

void sort_by_time(std::vector<BetterExecution>& list, std::size_t count) {
  std::stable_sort(list.begin(), list.end(),
                   [](const auto& a, const auto& b) { return a.total_time < b.total_time; });
  if (list.size() > count) {
    list.resize(count);
  }
}

// Both orders of two changes come to the same.
std::set<std::string> settings_of(const std::vector<SettingChange>& changes) {
  std::set<std::string> settings;
  for (const SettingChange& change : changes) {
    settings.insert(fmt::format("{} {}", change.setting, change.to));
  }
  return settings;
}

std::vector<BetterExecution> pairs_below(const Transformer& model, const System& system,
                                         const std::vector<Neighbour>& singles, double total_time) {
  std::vector<BetterExecution> better;
  std::set<std::set<std::string>> seen;
  for (const Neighbour& first : singles) {
    for (Neighbour& second : neighbours(first.execution)) {
      if (second.changes.front().setting == first.changes.front().setting) {
        continue;
      }
      second.changes.insert(second.changes.begin(), first.changes.front());
      if (!seen.insert(settings_of(second.changes)).second) {
        continue;
      }
      if (auto pair = tried(model, system, second); pair && pair->total_time < total_time) {
        better.push_back(*std::move(pair));
      }
    }
  }
  return better;
}

}  // namespace

std::vector<Neighbour> neighbours(const CalibratedExecution& execution) {
  using C = CalibratedExecution;
  Neighbourhood all(execution);
  all.add_degree("tensor_par", static_cast<Degree>(&C::tensor_par));
  all.add_degree("pipeline_par", static_cast<Degree>(&C::pipeline_par));
  all.add_degree("context_par", static_cast<Degree>(&C::context_par));
  all.add_number("expert_par", static_cast<Degree>(&C::expert_par));
  all.add_number("microbatch_size", static_cast<Degree>(&C::microbatch_size));
  all.add_number("pipeline_interleaving", static_cast<Degree>(&C::pipeline_interleaving));
  all.add_choice("pipeline_balance");
  for (const CalibratedSetting& setting : calibrated_choice_settings()) {
    if (!setting.key.ends_with("datatype")) {
      all.add_choice(setting.key);
    }
  }
  return std::move(all).found();
}

std::optional<BetterExecution> nearest_fit(const Transformer& model, const System& system,
                                           const CalibratedExecution& execution) {
  std::optional<BetterExecution> best;
  for (const Neighbour& neighbour : neighbours(execution)) {
    if (auto one = tried(model, system, neighbour);
        one && (!best || one->total_time < best->total_time)) {
      best = std::move(one);
    }
  }
  return best;
}

std::vector<BetterExecution> improvements(const Transformer& model, const System& system,
                                          const CalibratedExecution& execution, double total_time,
                                          std::size_t count) {
  const std::vector<Neighbour> singles = neighbours(execution);
  std::vector<BetterExecution> better;
  for (const Neighbour& neighbour : singles) {
    if (auto one = tried(model, system, neighbour); one && one->total_time < total_time) {
      better.push_back(*std::move(one));
    }
  }
  if (better.empty()) {
    better = pairs_below(model, system, singles, total_time);
  }
  sort_by_time(better, count);
  return better;
}

std::string changes_text(const std::vector<SettingChange>& changes) {
  std::string text;
  for (const SettingChange& change : changes) {
    text += fmt::format("{}{} {} -> {}", text.empty() ? "" : " and ", change.setting, change.from,
                        change.to);
  }
  return text;
}

}  // namespace calculon
