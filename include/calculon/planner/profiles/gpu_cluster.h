#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace calculon {

// One kind of node: the GPUs that it has and how fast they talk to each other.
struct NodeKind {
  std::string address;
  std::string type;       // of its GPUs
  double inter_gbps = 0;  // between nodes; GB/s as in the file
  double intra_gbps = 0;  // inside the node
  double memory_mb = 0;   // of one GPU: 1024 for a GB of the file
};

// A cluster of nodes with equally many GPUs each, of one or several types.
struct GpuCluster {
  std::string source;                               // the hostfile, for messages
  std::int64_t gpus_per_node = 1;                   // a power of two, as the number of nodes is
  std::vector<NodeKind> nodes;                      // in the order of the hostfile
  std::map<std::string, double> memory_mb_of_type;  // of one GPU

  std::int64_t num_gpus() const { return gpus_per_node * static_cast<std::int64_t>(nodes.size()); }
  // Ascending by their bytes.
  std::vector<std::string> types() const;
  std::int64_t num_nodes(const std::string& type) const;
};

// A line of a hostfile: "<address> slots=<count>".
struct HostLine {
  std::string address;
  std::int64_t slots = 1;
};

// The nodes of a hostfile, which all have to have equally many slots (quirk H3, put right; slots
// may have several digits, quirk H2, and empty lines are skipped). Throws InputError.
std::vector<HostLine> parse_hostfile(const std::string& file, const std::string& text);

// The entries of a clusterfile in their order. Throws InputError.
std::vector<NodeKind> parse_clusterfile(const std::string& file, const std::string& text);

// Looks up each host among the kinds of nodes. The memory of a type is that of the first kind that
// has it, whether or not a host does. Throws InputError for unknown addresses.
GpuCluster make_cluster(const std::string& hostfile, const std::vector<HostLine>& hosts,
                        const std::string& clusterfile, const std::vector<NodeKind>& kinds);

}  // namespace calculon
