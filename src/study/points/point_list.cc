#include "study/points/point_list.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <mutex>
#include <optional>

#include "calculon/base/parallel.h"
#include "hardware/system_json.h"
#include "search/search_plan.h"
#include "strategy/strategy_json.h"
#include "text/json_report.h"
#include "workload/transformer_json.h"

namespace calculon {
namespace {

// Changes whenever a formula does, so that old results are never mixed with new ones.
constexpr std::string_view kMethodologyVersion = "calculon 1, calculon-moe 1";

// Keys sorted, numbers as doubles in their shortest form.
void append_canonical(std::string& text, const Json& json) {
  if (json.is_object()) {
    std::vector<const std::string*> keys;
    for (auto item = json.begin(); item != json.end(); ++item) {
      keys.push_back(&item.key());
    }
    std::sort(keys.begin(), keys.end(), [](const auto* a, const auto* b) { return *a < *b; });
    text += '{';
    for (const std::string* key : keys) {
      text += Json(*key).dump();
      text += ':';
      append_canonical(text, json[*key]);
      text += ',';
    }
    text += '}';
  } else if (json.is_array()) {
    text += '[';
    for (const Json& element : json) {
      append_canonical(text, element);
      text += ',';
    }
    text += ']';
  } else if (json.is_number()) {
    text += to_json(json.get<double>()).dump();
  } else {
    text += json.dump(-1, ' ', true, Json::error_handler_t::replace);
  }
}

Hash128 canonical_hash(const Json& json) {
  std::string text;
  append_canonical(text, json);
  return hash_of(text);
}

// Of a model only what is read counts.
Json model_json(const Transformer& transformer) {
  Json json = Json::object();
  for_each_field(kTransformerFields, [&](const auto& field) {
    json[std::string(field.name)] = transformer.*field.member;
  });
  return json;
}

// What the size of a search space depends on, besides the model and the search.
struct SpaceKey {
  Hash128 model;
  Hash128 search;
  std::size_t networks;
  bool has_tier2;
  auto operator<=>(const SpaceKey&) const = default;
};

// Sizes of spaces that were asked for before.
class SpaceSizes {
 public:
  std::int64_t size(const SpaceKey& key, const PointTask& task) {
    {
      const std::lock_guard lock(mutex_);
      if (const auto known = sizes_.find(key); known != sizes_.end()) {
        return known->second;
      }
    }
    std::int64_t size = 0;
    for (const SpaceOptions& options : task.search->spaces) {
      size += StrategySpace(task.transformer, task.system, options).size();
    }
    const std::lock_guard lock(mutex_);
    return sizes_.emplace(key, size).first->second;
  }

 private:
  std::mutex mutex_;
  std::map<SpaceKey, std::int64_t> sizes_;
};

PointEntry entry_of(const Study& study, std::size_t index, SpaceSizes& sizes) {
  PointEntry entry;
  Hash128 ask;
  std::optional<Point> point;
  try {
    point = study.point(index);
    const PointTask task = read_point(point->inputs);
    entry.model = canonical_hash(model_json(task.transformer));
    entry.system = canonical_hash(point->inputs.system);
    ask = canonical_hash(task.search ? task.search->canonical : to_json(task.execution->strategy));
    entry.strategies = 1;
    if (task.search) {
      const bool has_tier2 = task.system.mem2.capacity_bytes > 0;
      entry.strategies =
          sizes.size({entry.model, ask, task.system.networks.size(), has_tier2}, task);
    }
  } catch (const InputError& error) {
    entry.strategies = -1;
    if (point) {
      const PointInputs& inputs = point->inputs;
      entry.model = canonical_hash(inputs.model);
      entry.system = canonical_hash(inputs.system);
      ask = canonical_hash(Json::array({inputs.search, inputs.execution}));
    } else {
      ask = hash_of(error.what());
    }
  }
  entry.id = hash_of(fmt::format("{} {} {} {} {}", kMethodologyVersion, entry.model.hex(),
                                 entry.system.hex(), study.searches() ? "search" : "execution",
                                 ask.hex()));
  return entry;
}

// Whether a search space has the same size at all values of an axis: it depends on the model, the
// search, the number of networks and whether there is a second memory.
bool keeps_space_size(const Axis& axis) {
  const std::vector<std::string> paths = axis.paths();
  return std::all_of(paths.begin(), paths.end(), [](const std::string& path) {
    return path.starts_with("system.") && path != "system.networks" &&
           !path.starts_with("system.mem2") && path.find('*') == std::string::npos;
  });
}

}  // namespace

std::int64_t count_strategies(const Study& study) {
  std::vector<Study::Stride> same;  // along axes of which one value stands for all
  std::int64_t weight = 1;
  for (const Axis& axis : study.axes()) {
    if (keeps_space_size(axis)) {
      same.push_back(study.stride(axis.name));
      weight *= static_cast<std::int64_t>(axis.values.size());
    }
  }
  SpaceSizes sizes;
  std::int64_t sum = 0;
  for (std::size_t i = 0; i < study.size(); ++i) {
    if (std::all_of(same.begin(), same.end(),
                    [&](const Study::Stride& stride) { return stride.value(i) == 0; })) {
      sum += weight * std::max<std::int64_t>(0, entry_of(study, i, sizes).strategies);
    }
  }
  return sum;
}

PointTask read_point(const PointInputs& inputs) {
  PointTask task{to_transformer(JsonReader("model", inputs.model)),
                 to_system(JsonReader("system", inputs.system)), nullptr, nullptr};
  if (inputs.search.is_null()) {
    task.execution =
        std::make_unique<StrategyFile>(to_strategy(JsonReader("execution", inputs.execution)));
  } else {
    task.search = std::make_unique<SearchSpec>(parse_search(JsonReader("search", inputs.search)));
    for (const SpaceOptions& space : task.search->spaces) {
      require_datatype(task.system, space.datatype);
    }
  }
  return task;
}

std::vector<PointEntry> list_points(const Study& study, int threads) {
  std::vector<PointEntry> points(study.size());
  SpaceSizes sizes;
  parallel_for(points.size(), threads,
               [&](std::size_t i) { points[i] = entry_of(study, i, sizes); });
  return points;
}

std::size_t num_distinct(const std::vector<PointEntry>& points) {
  std::vector<Hash128> ids;
  ids.reserve(points.size());
  for (const PointEntry& point : points) {
    ids.push_back(point.id);
  }
  std::sort(ids.begin(), ids.end());
  return static_cast<std::size_t>(std::unique(ids.begin(), ids.end()) - ids.begin());
}

}  // namespace calculon
