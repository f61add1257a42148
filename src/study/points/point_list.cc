#include "study/points/point_list.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <mutex>
#include <numeric>
#include <optional>
#include <set>
#include <stdexcept>

#include "calculon/base/parallel.h"
#include "search/free_setting_lists.h"
#include "search/search_plan.h"
#include "study/points/canonical.h"
#include "study/points/document_readings.h"
#include "study/spec/document_forms.h"

namespace calculon {
namespace {

Methodology methodology_of(Preset preset) {
  switch (preset) {
    case Preset::kCalculon:
    case Preset::kCalculonMoe:
      return Methodology::kPublished;
    case Preset::kCorrected:
      return Methodology::kCorrected;
  }
  throw std::logic_error("this preset is of no methodology");
}

// Sizes of spaces that were asked for before.
class SpaceSizes {
 public:
  std::int64_t size(const PointTask& task) {
    const SpaceKey key = space_key(task);
    {
      const std::lock_guard lock(mutex_);
      if (const auto known = sizes_.find(key); known != sizes_.end()) {
        return known->second;
      }
    }
    std::int64_t size = 0;
    for (const SpaceOptions& options : task.search->spaces) {
      size += StrategySpace(*task.transformer, *task.system, options, &lists_).size();
    }
    const std::lock_guard lock(mutex_);
    return sizes_.emplace(key, size).first->second;
  }

 private:
  std::mutex mutex_;
  std::map<SpaceKey, std::int64_t> sizes_;
  FreeSettingLists lists_;
};

// `ask` is the hash of the search or the execution.
Hash128 point_id(const Study& study, const PointEntry& entry, const Hash128& ask) {
  return hash_of(fmt::format("{} {} {} {} {}", formulas_of(methodology_of(entry.task)),
                             entry.model.hex(), entry.system.hex(),
                             study.searches() ? "search" : "execution", ask.hex()));
}

// The number of strategies of a point, which it has to have a sense for. Throws InputError.
std::int64_t strategies_of(const PointTask& task, SpaceSizes& sizes) {
  if (!task.search) {
    return 1;
  }
  if (task.search->calibrated) {
    return CalibratedSpace(*task.transformer, *task.system, task.search->calibrated->space).size();
  }
  for (const SpaceOptions& space : task.search->spaces) {
    require_datatype(*task.system, space.datatype);
  }
  return sizes.size(task);
}

// Of a measured run that its methodology refuses: its row says it all.
Hash128 ask_of_refusal(const PointInputs& inputs, const Refusal& refusal) {
  return canonical_hash(Json::array({inputs.methodology, inputs.execution, refusal.words}));
}

// A point by itself, which finds whatever makes it invalid in the order in which its inputs are
// made and read.
PointEntry entry_alone(const Study& study, std::size_t index) {
  PointEntry entry;
  Hash128 ask;
  std::optional<Point> point;
  try {
    point = study.point(index);
    const PointInputs& inputs = point->inputs;
    if (point->run && point->run->refusal) {
      entry.refusal = std::make_shared<const Refusal>(*point->run->refusal);
      entry.model = canonical_hash(inputs.model);
      entry.system = canonical_hash(inputs.system);
      entry.strategies = 1;
      entry.id = point_id(study, entry, ask_of_refusal(inputs, *entry.refusal));
      return entry;
    }
    const auto model = kReadModel(inputs.model);
    const auto system = kReadSystem(inputs.system);
    PointTask task{model.value, system.value, nullptr, nullptr};
    if (inputs.search.is_null()) {
      const auto execution = kReadExecution(inputs.execution);
      task.execution = execution.value;
      ask = execution.hash;
    } else {
      const auto search = kReadSearch(inputs.search);
      task.search = search.value;
      ask = search.hash;
    }
    SpaceSizes sizes;
    entry.strategies = strategies_of(task, sizes);
    entry.model = model.hash;
    entry.system = system.hash;
    entry.task = std::move(task);
  } catch (const InputError& error) {
    entry.strategies = -1;
    entry.error = std::make_shared<const std::string>(error.what());
    if (point) {
      const PointInputs& inputs = point->inputs;
      entry.model = canonical_hash(inputs.model);
      entry.system = canonical_hash(inputs.system);
      ask = canonical_hash(Json::array({inputs.search, inputs.execution}));
    } else {
      ask = hash_of(error.what());
    }
  }
  entry.id = point_id(study, entry, ask);
  return entry;
}

// Which points have a price, where one is asked for.
class Prices {
 public:
  Prices(const Study& study, const std::vector<std::size_t>& points, int threads,
         const Watch& watch)
      : forms_(study, study.cost().documents()) {
    if (!study.cost().known()) {
      return;
    }
    known_.resize(forms_.count(), 0);
    for_each_form(forms_, points, threads, watch, [&](std::size_t form) {
      try {
        known_[form] = study.point(forms_.first_point(form)).price.has_value() ? 1 : 0;
      } catch (const InputError&) {
        // Whether it is the price, entry_alone() finds out.
      }
    });
  }

  bool known_at(std::size_t point) const {
    return known_.empty() || known_[forms_.form_at(point)] != 0;
  }

 private:
  DocumentForms forms_;
  std::vector<char> known_;  // by form; empty: nothing has a price
};

// Whether either all points of a study are searches or none is.
bool is_of_one_kind(const Study& study) {
  try {
    return !study.is_measured() &&
           (study.searches() || (DocumentForms(study, {"search"}).count() == 1 &&
                                 study.document(0, "search").is_null()));
  } catch (const InputError&) {
    return false;
  }
}

// Makes entries of points out of documents that are read once.
class EntryMaker {
 public:
  // For these points.
  EntryMaker(const Study& study, const std::vector<std::size_t>& points, Wanted wanted, int threads,
             const Watch& watch)
      : study_(study),
        wanted_(wanted),
        models_(study, "model", kReadModel),
        systems_(study, "system", kReadSystem),
        searches_(study, "search", kReadSearch),
        executions_(study, "execution", kReadExecution),
        prices_(study, points, threads, watch),
        of_one_kind_(is_of_one_kind(study)) {
    models_.read_all(points, wanted, threads, watch);
    systems_.read_all(points, wanted, threads, watch);
    if (study.searches()) {
      searches_.read_all(points, wanted, threads, watch);
    } else {
      executions_.read_all(points, wanted, threads, watch);
    }
  }

  // May be called from many threads.
  PointEntry entry(std::size_t index) {
    if (!of_one_kind_) {
      return entry_alone(study_, index);
    }
    const auto& model = models_.at(index);
    const auto& system = systems_.at(index);
    PointEntry entry;
    entry.model = model.hash;
    entry.system = system.hash;
    entry.task.transformer = model.value;
    entry.task.system = system.value;
    Hash128 ask;
    if (study_.searches()) {
      entry.task.search = searches_.at(index).value;
      ask = searches_.at(index).hash;
    } else {
      entry.task.execution = executions_.at(index).value;
      ask = executions_.at(index).hash;
    }
    const bool asked = entry.task.search || entry.task.execution;
    if (!model.value || !system.value || !asked || !prices_.known_at(index)) {
      return entry_alone(study_, index);
    }
    try {
      entry.strategies = strategies_of(entry.task, sizes_);
    } catch (const InputError&) {
      return entry_alone(study_, index);
    }
    if (wanted_ == Wanted::kSizesAndIds) {
      entry.id = point_id(study_, entry, ask);
    }
    return entry;
  }

 private:
  const Study& study_;
  Wanted wanted_;
  DocumentReadings<Transformer> models_;
  DocumentReadings<System> systems_;
  DocumentReadings<SearchSpec> searches_;
  DocumentReadings<PointExecution> executions_;
  Prices prices_;
  bool of_one_kind_;
  SpaceSizes sizes_;
};

// Whether a published search space has the same size at all values of an axis: it depends on the
// model, the search, the number of networks and whether there is a second memory.
bool keeps_space_size(const Axis& axis) {
  const std::vector<std::string> paths = axis.paths();
  return std::all_of(paths.begin(), paths.end(), [](const std::string& path) {
    return path.starts_with("system.") && path != "system.networks" &&
           !path.starts_with("system.mem2") && path.find('*') == std::string::npos;
  });
}

}  // namespace

Methodology methodology_of(const PointTask& task) {
  if (task.execution) {
    const auto* published = std::get_if<StrategyFile>(task.execution.get());
    return published ? methodology_of(published->strategy.preset) : Methodology::kCalibrated;
  }
  if (!task.search) {
    return Methodology::kPublished;
  }
  return task.search->calibrated ? Methodology::kCalibrated
                                 : methodology_of(task.search->spaces.front().preset());
}

// A text changes whenever a formula does, so that old results are never mixed with new ones, and
// results of other methodologies stay valid. The published one keeps the text that was everybody's
// when there were no others.
std::string_view formulas_of(Methodology methodology) {
  switch (methodology) {
    case Methodology::kPublished:
      return "calculon 1, calculon-moe 1";
    case Methodology::kCorrected:
      return "corrected 1";
    case Methodology::kCalibrated:
      return "calibrated 1";
  }
  throw std::logic_error("the formulas of this methodology have no name");
}

SpaceKey space_key(const PointTask& task) {
  const auto& networks = task.system->networks;
  return {task.transformer.get(), task.search.get(), networks.size(),
          task.system->mem2.capacity_bytes > 0,
          std::all_of(networks.begin(), networks.end(),
                      [](const Network& network) { return network.has_all_to_all; })};
}

std::int64_t count_strategies(const Study& study, int threads) {
  std::vector<Study::Stride> same;  // along axes of which one value stands for all
  std::int64_t weight = 1;
  for (const Axis& axis : study.axes()) {
    if (!study.may_be_calibrated() && keeps_space_size(axis)) {
      same.push_back(study.stride(axis.name));
      weight *= static_cast<std::int64_t>(axis.values.size());
    }
  }
  std::vector<std::size_t> counted;
  for (std::size_t i = 0; i < study.size(); ++i) {
    if (std::all_of(same.begin(), same.end(),
                    [&](const Study::Stride& stride) { return stride.value(i) == 0; })) {
      counted.push_back(i);
    }
  }
  EntryMaker maker(study, counted, Wanted::kSizes, threads, no_watch());
  std::vector<std::int64_t> strategies(counted.size());
  parallel_for(counted.size(), threads,
               [&](std::size_t i) { strategies[i] = maker.entry(counted[i]).strategies; });
  std::int64_t sum = 0;
  for (const std::int64_t each : strategies) {
    sum += weight * std::max<std::int64_t>(0, each);
  }
  return sum;
}

std::vector<PointEntry> list_points(const Study& study, int threads, const Watch& watch) {
  std::vector<std::size_t> all(study.size());
  std::iota(all.begin(), all.end(), std::size_t{0});
  EntryMaker maker(study, all, Wanted::kSizesAndIds, threads, watch);
  std::vector<PointEntry> points(study.size());
  watched_for(watch, "listing points", points.size(), threads,
              [&](std::size_t i) { points[i] = maker.entry(i); });
  return points;
}

std::vector<Methodology> methodologies_of(const std::vector<PointEntry>& points) {
  std::set<Methodology> found;
  for (const PointEntry& point : points) {
    if (point.task.transformer) {
      found.insert(methodology_of(point.task));
    }
  }
  return found.empty() ? std::vector{Methodology::kPublished}
                       : std::vector(found.begin(), found.end());
}

std::vector<Hash128> distinct_ids(const std::vector<PointEntry>& points) {
  std::vector<Hash128> ids;
  ids.reserve(points.size());
  for (const PointEntry& point : points) {
    ids.push_back(point.id);
  }
  std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  return ids;
}

std::size_t num_distinct(const std::vector<PointEntry>& points) {
  return distinct_ids(points).size();
}

}  // namespace calculon
