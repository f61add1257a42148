#include "study/shard.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <set>

#include "calculon/base/input_error.h"

namespace calculon {
namespace {

constexpr int kMostShards = 100'000;

bool parse_number(std::string_view text, int& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size();
}

int slurm_number(const char* variable, int if_absent = -1) {
  const char* value = std::getenv(variable);
  int number = 0;
  if (!value && if_absent >= 0) {
    return if_absent;
  }
  if (!value) {
    throw InputError(fmt::format(
        "--shard slurm: {} is not set, expected a task of a Slurm job array (sbatch --array)",
        variable));
  }
  if (!parse_number(value, number)) {
    throw InputError(fmt::format("--shard slurm: {} is '{}', expected a number", variable, value));
  }
  return number;
}

Shard checked(Shard shard, std::string_view text) {
  if (shard.count < 1 || shard.count > kMostShards || shard.index < 0 ||
      shard.index >= shard.count) {
    throw InputError(fmt::format("--shard {}: shard {} of {}, expected one from 0 to {}", text,
                                 shard.index, shard.count, std::max(0, shard.count - 1)));
  }
  return shard;
}

}  // namespace

std::string Shard::name() const {
  return fmt::format("{}-of-{}", index, count);
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
  Shard shard;
  const auto slash = text.find('/');
  if (slash == std::string_view::npos || !parse_number(text.substr(0, slash), shard.index) ||
      !parse_number(text.substr(slash + 1), shard.count)) {
    throw InputError(fmt::format("--shard is '{}', expected I/N, such as 0/4, or slurm", text));
  }
  return checked(shard, text);
}

std::vector<std::vector<std::size_t>> deal_points(const std::vector<PointEntry>& points,
                                                  int shards) {
  std::vector<std::size_t> order;
  std::set<Hash128> seen;
  for (std::size_t i = 0; i < points.size(); ++i) {
    if (seen.insert(points[i].id).second) {
      order.push_back(i);
    }
  }
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return points[a].strategies != points[b].strategies
               ? points[a].strategies > points[b].strategies
               : points[a].id < points[b].id;
  });
  std::vector<std::vector<std::size_t>> dealt(static_cast<std::size_t>(shards));
  const auto count = static_cast<std::size_t>(shards);
  for (std::size_t i = 0; i < order.size(); ++i) {
    const std::size_t place = i % count;
    dealt[i / count % 2 == 0 ? place : count - 1 - place].push_back(order[i]);
  }
  return dealt;
}

}  // namespace calculon
