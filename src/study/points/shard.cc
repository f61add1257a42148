#include "study/points/shard.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <tuple>

#include "base/text.h"
#include "calculon/base/input_error.h"

namespace calculon {
namespace {

constexpr int kMostShards = 100'000;

int slurm_number(const char* variable, int if_absent = -1) {
  const char* value = std::getenv(variable);
  if (!value && if_absent >= 0) {
    return if_absent;
  }
  if (!value) {
    throw InputError(fmt::format(
        "--shard slurm: {} is not set, expected a task of a Slurm job array (sbatch --array)",
        variable));
  }
  const auto number = parse_number<int>(value);
  if (!number) {
    throw InputError(fmt::format("--shard slurm: {} is '{}', expected a number", variable, value));
  }
  return *number;
}

Shard checked(Shard shard, std::string_view text) {
  if (is_shard(shard)) {
    return shard;
  }
  if (shard.count < 1 || shard.count > kMostShards) {
    throw InputError(fmt::format(
        "--shard {}: {} shards, expected one from 0 to N - 1 of N shards, N from 1 to {}", text,
        shard.count, kMostShards));
  }
  throw InputError(fmt::format("--shard {}: shard {} of {}, expected one from 0 to {}", text,
                               shard.index, shard.count, shard.count - 1));
}

}  // namespace

std::string Shard::name() const {
  return fmt::format("{}-of-{}", index, count);
}

bool is_shard(const Shard& shard) {
  return shard.count >= 1 && shard.count <= kMostShards && shard.index >= 0 &&
         shard.index < shard.count;
}

Shard parse_shard(std::string_view text) {
  if (text == "slurm") {
    const int task = slurm_number("SLURM_ARRAY_TASK_ID");
    const int first = slurm_number("SLURM_ARRAY_TASK_MIN");
    const int step = std::max(1, slurm_number("SLURM_ARRAY_TASK_STEP", 1));  // --array=0-62:2
    const int count = slurm_number("SLURM_ARRAY_TASK_COUNT");
    const int last = slurm_number("SLURM_ARRAY_TASK_MAX", first + (count - 1) * step);
    if ((last - first) / step + 1 != count || (task - first) % step != 0) {
      throw InputError(fmt::format(
          "--shard slurm: {} tasks from {} to {}, expected an array without gaps, such as 0-31; a "
          "single shard is --shard I/N",
          count, first, last));
    }
    return checked({(task - first) / step, count}, text);
  }
  const auto parts = split(text, '/');
  const auto index = parse_number<int>(parts.front());
  const auto count = parse_number<int>(parts.back());
  if (parts.size() != 2 || !index || !count) {
    throw InputError(fmt::format("--shard is '{}', expected I/N, such as 0/4, or slurm", text));
  }
  return checked({*index, *count}, text);
}

std::vector<std::vector<std::size_t>> deal_points(const std::vector<PointEntry>& points,
                                                  int shards) {
  using Key = std::tuple<std::int64_t, Hash128, std::size_t>;  // the most work first, then by id
  std::vector<Key> order;
  order.reserve(points.size());
  for (std::size_t i = 0; i < points.size(); ++i) {
    order.emplace_back(-points[i].strategies, points[i].id, i);
  }
  std::sort(order.begin(), order.end());
  const auto same = [](const Key& a, const Key& b) { return std::get<1>(a) == std::get<1>(b); };
  order.erase(std::unique(order.begin(), order.end(), same), order.end());
  std::vector<std::vector<std::size_t>> dealt(static_cast<std::size_t>(shards));
  const auto count = static_cast<std::size_t>(shards);
  for (std::size_t i = 0; i < order.size(); ++i) {
    const std::size_t place = i % count;
    dealt[i / count % 2 == 0 ? place : count - 1 - place].push_back(std::get<2>(order[i]));
  }
  return dealt;
}

}  // namespace calculon
