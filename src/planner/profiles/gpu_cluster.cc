#include "calculon/planner/profiles/gpu_cluster.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <set>

#include "base/file_kind.h"
#include "base/json_reader.h"
#include "base/text.h"
#include "calculon/base/input_error.h"

namespace calculon {
namespace {

constexpr std::int64_t kMostSlots = 1 << 16;
constexpr double kMbPerGb = 1024;
constexpr std::string_view kBlanks = " \t\r";

std::optional<HostLine> parse_host(std::string_view line) {
  constexpr std::string_view kSlots = "slots=";
  const auto end = line.find_first_of(kBlanks);
  if (end == std::string_view::npos) {
    return std::nullopt;
  }
  const std::string_view count = trimmed(line.substr(end), kBlanks);
  if (!count.starts_with(kSlots)) {
    return std::nullopt;
  }
  const auto slots = parse_number<std::int64_t>(count.substr(kSlots.size()));
  if (!slots || *slots < 1 || *slots > kMostSlots) {
    return std::nullopt;
  }
  return HostLine{std::string(line.substr(0, end)), *slots};
}

}  // namespace

std::vector<std::string> GpuCluster::types() const {
  std::set<std::string> types;
  for (const NodeKind& node : nodes) {
    types.insert(node.type);
  }
  return {types.begin(), types.end()};
}

std::int64_t GpuCluster::num_nodes(const std::string& type) const {
  return std::count_if(nodes.begin(), nodes.end(),
                       [&](const NodeKind& node) { return node.type == type; });
}

std::vector<HostLine> parse_hostfile(const std::string& file, const std::string& text) {
  std::vector<HostLine> hosts;
  std::size_t number = 0;
  for (const std::string_view whole_line : split(text, '\n')) {
    const std::string_view line = trimmed(whole_line, kBlanks);
    ++number;
    if (line.empty()) {
      continue;
    }
    const auto host = parse_host(line);
    if (!host) {
      throw InputError(
          fmt::format("{}: line {} is '{}', expected '<address> slots=<count>', with "
                      "a count from 1 to {}",
                      file, number, line.substr(0, 60), kMostSlots));
    }
    if (!hosts.empty() && host->slots != hosts.front().slots) {  // quirk H3, put right
      throw InputError(
          fmt::format("{}: line {} has slots={}, expected {} as in the lines before: "
                      "all nodes must have equally many GPUs",
                      file, number, host->slots, hosts.front().slots));
    }
    hosts.push_back(*host);
  }
  if (hosts.empty()) {
    throw InputError(
        fmt::format("{} has no nodes, expected lines '<address> slots=<count>'", file));
  }
  return hosts;
}

std::vector<NodeKind> parse_clusterfile(const std::string& file, const std::string& text) {
  const Json json = parse_json(file, text);
  const JsonReader reader(file, json);
  require_kind(reader, FileKind::kCluster);
  std::vector<NodeKind> kinds;
  for (const std::string_view address : reader.keys()) {
    static constexpr std::array<std::string_view, 4> kKeys = {"instance_type", "inter_bandwidth",
                                                              "intra_bandwidth", "memory"};
    const JsonReader entry = reader[address];
    entry.require_keys(kKeys, entry.keys());  // there may be others
    NodeKind kind;
    kind.address = address;
    kind.type = entry["instance_type"].string();
    kind.inter_gbps = entry["inter_bandwidth"].number(kPositive);
    kind.intra_gbps = entry["intra_bandwidth"].number(kPositive);
    kind.memory_mb = entry["memory"].number(kPositive) * kMbPerGb;
    kinds.push_back(std::move(kind));
  }
  return kinds;
}

GpuCluster make_cluster(const std::string& hostfile, const std::vector<HostLine>& hosts,
                        const std::string& clusterfile, const std::vector<NodeKind>& kinds) {
  GpuCluster cluster;
  cluster.source = hostfile;
  cluster.gpus_per_node = hosts.front().slots;
  for (const NodeKind& kind : kinds) {
    cluster.memory_mb_of_type.emplace(kind.type, kind.memory_mb);
  }
  std::vector<std::string_view> addresses;
  for (const NodeKind& kind : kinds) {
    addresses.push_back(kind.address);
  }
  for (const HostLine& host : hosts) {
    const auto found = std::find(addresses.begin(), addresses.end(), host.address);
    if (found == addresses.end()) {
      throw InputError(fmt::format("{}: there is no address '{}' in {}{}", hostfile, host.address,
                                   clusterfile, did_you_mean(host.address, addresses)));
    }
    cluster.nodes.push_back(kinds[static_cast<std::size_t>(found - addresses.begin())]);
  }
  return cluster;
}

}  // namespace calculon
