#include "fuzz/calibrated_faults.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <utility>

namespace calculon::fuzz {
namespace {

using Faults = std::vector<std::string>;

constexpr double kRounding = 1e-9;

void check_values(const Json& json, const std::string& where, Faults& faults) {
  if (json.is_null()) {
    faults.push_back("no figure at " + where);
  }
  if (json.is_structured()) {
    for (const auto& item : json.items()) {
      check_values(item.value(), where + "/" + item.key(), faults);
    }
  }
}

double sum_of(const Json& parts, std::initializer_list<const char*> names) {
  double sum = 0;
  for (const char* name : names) {
    sum += parts[name].get<double>();
  }
  return sum;
}

void check_stages(const Json& memory, Faults& faults) {
  double most = 0;
  for (const Json& stage : memory["stages"]) {
    const double fixed =
        sum_of(stage, {"parameters", "gradients", "optimizer", "workspaces", "retained"});
    const double rest = sum_of(stage, {"activations", "working", "gathered"});
    const double peak = stage["peak"].get<double>();
    const double room = kRounding * (fixed + rest);
    if (std::fabs(stage["static"].get<double>() - fixed) > room) {
      faults.push_back(fmt::format("static bytes that are not their parts: {}", stage.dump()));
    }
    if (peak > fixed + rest + room ||
        peak < fixed + rest - stage["gradients"].get<double>() - room) {
      faults.push_back(fmt::format("a peak that is not its parts: {}", stage.dump()));
    }
    most = std::max(most, peak);
  }
  if (memory["peak"].get<double>() != most) {
    faults.push_back(fmt::format("a peak of {} where a stage has {}", memory["peak"].dump(), most));
  }
}

}  // namespace

std::vector<std::string> faults_of_statistics(const Json& stats) {
  Faults faults;
  if (!stats.is_object() || !stats.contains("time") || !stats.contains("memory")) {
    return faults;
  }
  check_values(stats, "", faults);
  if (!faults.empty()) {
    return faults;
  }
  double sum = 0;
  double size = 0;
  for (const auto& part : stats["time"].items()) {
    const double seconds = part.value().get<double>();
    sum += seconds;
    size += std::fabs(seconds);
    if (seconds < 0 && part.key() != "slowdown" && part.key() != "data_par") {
      faults.push_back(fmt::format("{} takes {} s", part.key(), seconds));
    }
  }
  const double total = stats["total_time"].get<double>();
  if (!(total > 0) || std::fabs(sum - total) > kRounding * size) {
    faults.push_back(fmt::format("a step of {} s whose parts are {} s", total, sum));
  }
  check_stages(stats["memory"], faults);
  return faults;
}

std::vector<std::string> faults_of_timeline(const Json& trace) {
  Faults faults;
  if (!trace.is_object() || !trace.contains("otherData")) {
    return faults;
  }
  const double total = trace["otherData"]["total_time"].get<double>() * 1e6;
  const double room = kRounding * total;
  std::map<std::pair<int, int>, std::vector<std::pair<double, double>>> tracks;
  double end = 0;
  for (const Json& event : trace["traceEvents"]) {
    if (event["ph"] == "X") {
      const double begin = event["ts"].get<double>();
      const double last = begin + event["dur"].get<double>();
      tracks[{event["pid"].get<int>(), event["tid"].get<int>()}].emplace_back(begin, last);
      end = std::max(end, last);
      if (begin < 0) {
        faults.push_back(fmt::format("a bar before the step: {}", event.dump()));
      }
    }
  }
  if (std::fabs(end - total) > room) {
    faults.push_back(fmt::format("a timeline of {} us of a step of {} us", end, total));
  }
  std::set<int> processes;
  for (const auto& [row, bars] : tracks) {
    processes.insert(row.first);
  }
  for (auto& [row, bars] : tracks) {
    if (processes.contains(row.second)) {
      faults.push_back(fmt::format("thread {} has the number of a process", row.second));
    }
    std::sort(bars.begin(), bars.end());
    for (std::size_t i = 1; i < bars.size(); ++i) {
      if (bars[i].first < bars[i - 1].second - room) {
        faults.push_back(fmt::format("bars of process {} thread {} overlap at {} us", row.first,
                                     row.second, bars[i].first));
        break;
      }
    }
  }
  return faults;
}

}  // namespace calculon::fuzz
