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

// What launchers read of a node and the planner does not need.
constexpr std::array<std::string_view, 4> kIgnoredKeys = {"ifname", "binding", "user", "username"};

// A comment begins a line or follows a blank.
std::string_view without_comment(std::string_view line) {
  std::size_t hash = line.find('#');
  while (hash != std::string_view::npos && hash > 0 &&
         kBlanks.find(line[hash - 1]) == std::string_view::npos) {
    hash = line.find('#', hash + 1);
  }
  return trimmed(line.substr(0, hash), kBlanks);
}

std::vector<std::string_view> words_of(std::string_view line) {
  std::vector<std::string_view> words;
  while (!line.empty()) {
    const std::size_t end = std::min(line.find_first_of(kBlanks), line.size());
    words.push_back(line.substr(0, end));
    line = trimmed(line.substr(end), kBlanks);
  }
  return words;
}

std::optional<std::int64_t> parse_slots(std::string_view text) {
  const auto slots = parse_number<std::int64_t>(text);
  return slots && *slots >= 1 && *slots <= kMostSlots ? slots : std::nullopt;
}

// The words of a line as a node; nothing if they are none.
std::optional<HostLine> parse_host(std::string_view line) {
  const std::vector<std::string_view> words = words_of(line);
  std::string_view address = words.front();
  std::optional<std::int64_t> slots;
  std::int64_t most_slots = kMostSlots;
  const auto colon = address.rfind(':');
  const bool has_key = std::any_of(words.begin() + 1, words.end(), [](std::string_view word) {
    return word.starts_with("slots=");
  });
  if (!has_key && colon != std::string_view::npos) {  // <address>:<count>
    slots = parse_slots(address.substr(colon + 1));
    address = address.substr(0, colon);
  }
  for (std::size_t i = 1; i < words.size(); ++i) {
    const auto equals = words[i].find('=');
    const std::string_view key = words[i].substr(0, equals);
    const std::string_view value =
        equals == std::string_view::npos ? "" : words[i].substr(equals + 1);
    if (key == "slots" && !slots) {
      slots = parse_slots(value);
    } else if (key == "max_slots" || key == "max-slots") {
      most_slots = parse_slots(value).value_or(0);
    } else if (value.empty() ||
               std::find(kIgnoredKeys.begin(), kIgnoredKeys.end(), key) == kIgnoredKeys.end()) {
      return std::nullopt;
    }
  }
  if (address.empty() || address.find('=') != std::string_view::npos || !slots ||
      *slots > most_slots) {
    return std::nullopt;
  }
  return HostLine{std::string(address), *slots, 0};
}

HostLine host_of_line(const std::string& file, std::int64_t number, std::string_view line) {
  const auto host = parse_host(line);
  if (!host) {
    throw InputError(
        fmt::format("{}: line {} is '{}', expected '<address> slots=<count>' or "
                    "'<address>:<count>', with a count from 1 to {}",
                    file, number, line.substr(0, 60), kMostSlots));
  }
  return *host;
}

NodeKind parse_node_kind(std::string_view address, const JsonReader& entry) {
  static constexpr std::array<std::string_view, 4> kKeys = {"instance_type", "inter_bandwidth",
                                                            "intra_bandwidth", "memory"};
  entry.require_keys(kKeys, entry.keys());  // there may be others
  NodeKind kind;
  kind.address = address;
  kind.type = entry["instance_type"].string();
  kind.inter_gbps = entry["inter_bandwidth"].number(kPositive);
  kind.intra_gbps = entry["intra_bandwidth"].number(kPositive);
  kind.memory_mb = entry["memory"].number(kPositive) * kMbPerGb;
  return kind;
}

// Whether `text` is `pattern`, in which a star stands for any text.
bool matches(std::string_view pattern, std::string_view text) {
  const auto star = pattern.find('*');
  if (star == std::string_view::npos) {
    return pattern == text;
  }
  if (!text.starts_with(pattern.substr(0, star))) {
    return false;
  }
  for (std::size_t end = star; end <= text.size(); ++end) {
    if (matches(pattern.substr(star + 1), text.substr(end))) {
      return true;
    }
  }
  return false;
}

// The number of the kind of node behind an address.
std::optional<std::size_t> find_kind(const std::vector<NodeKind>& kinds,
                                     const std::string& address) {
  const auto number = [&](const auto& found) {
    return found == kinds.end() ? std::nullopt
                                : std::optional(static_cast<std::size_t>(found - kinds.begin()));
  };
  const auto same = number(std::find_if(
      kinds.begin(), kinds.end(), [&](const NodeKind& kind) { return kind.address == address; }));
  return same ? same : number(std::find_if(kinds.begin(), kinds.end(), [&](const NodeKind& kind) {
    return matches(kind.address, address);
  }));
}

}  // namespace

std::vector<std::string> GpuCluster::types() const {
  std::set<std::string> types;
  for (const NodeKind& node : nodes) {
    types.insert(node.type);
  }
  return {types.begin(), types.end()};
}

std::int64_t GpuCluster::num_gpus() const {
  std::int64_t gpus = 0;
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    gpus += gpus_of(i);
  }
  return gpus;
}

std::int64_t GpuCluster::num_gpus(const std::string& type) const {
  std::int64_t gpus = 0;
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    gpus += nodes[i].type == type ? gpus_of(i) : 0;
  }
  return gpus;
}

std::vector<HostLine> parse_hostfile(const std::string& file, const std::string& text,
                                     Mistakes& mistakes) {
  std::vector<HostLine> hosts;
  std::int64_t number = 0;
  bool has_lines = false;
  for (const std::string_view whole_line : split(text, '\n')) {
    const std::string_view line = without_comment(trimmed(whole_line, kBlanks));
    ++number;
    if (line.empty()) {
      continue;
    }
    has_lines = true;
    mistakes.attempt([&] {
      hosts.push_back(host_of_line(file, number, line));
      hosts.back().line = number;
    });
  }
  if (!has_lines) {
    throw InputError(
        fmt::format("{} has no nodes, expected lines '<address> slots=<count>'", file));
  }
  return hosts;
}

std::vector<NodeKind> parse_clusterfile(const std::string& file, const std::string& text,
                                        Mistakes& mistakes) {
  const Json json = parse_json(file, text);
  const JsonReader reader(file, json);
  require_kind(reader, FileKind::kCluster);
  std::vector<NodeKind> kinds;
  for (const std::string_view address : reader.keys()) {
    mistakes.attempt([&] { kinds.push_back(parse_node_kind(address, reader[address])); });
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
    const auto kind = find_kind(kinds, host.address);
    if (!kind) {
      throw InputError(fmt::format("{}: there is no address '{}' in {}{}", hostfile, host.address,
                                   clusterfile, did_you_mean(host.address, addresses)));
    }
    cluster.nodes.push_back(kinds[*kind]);
    cluster.gpus_of_node.push_back(host.slots);
    if (host.slots != cluster.gpus_per_node && cluster.first_other_line == 0) {
      cluster.first_other_line = host.line;
    }
  }
  if (cluster.first_other_line == 0) {
    cluster.gpus_of_node.clear();
  }
  return cluster;
}

void require_equal_nodes(const GpuCluster& cluster) {
  for (std::size_t i = 0; i < cluster.nodes.size(); ++i) {
    if (cluster.gpus_of(i) != cluster.gpus_per_node) {
      throw InputError(fmt::format(
          "{}: line {} has {} GPUs, expected {} as in the lines before: published plans are for "
          "nodes with equally many GPUs (--quirks fixed plans others)",
          cluster.source, cluster.first_other_line, cluster.gpus_of(i), cluster.gpus_per_node));
    }
  }
}

}  // namespace calculon
