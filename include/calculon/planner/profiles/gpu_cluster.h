#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "calculon/base/mistakes.h"

namespace calculon {

// One kind of node: the GPUs that it has and how fast they talk to each other.
struct NodeKind {
  std::string address;
  std::string type;       // of its GPUs
  double inter_gbps = 0;  // between nodes; GB/s as in the file
  double intra_gbps = 0;  // inside the node
  double memory_mb = 0;   // of one GPU: 1024 for a GB of the file
};

// A cluster of nodes, of one or several types of GPU.
struct GpuCluster {
  std::string source;                               // the hostfile, for messages
  std::int64_t gpus_per_node = 1;                   // of the first node
  std::vector<NodeKind> nodes;                      // in the order of the hostfile
  std::vector<std::int64_t> gpus_of_node;           // of each node; empty: all are like the first
  std::int64_t first_other_line = 0;                // of the hostfile, with a node unlike the first
  std::map<std::string, double> memory_mb_of_type;  // of one GPU

  std::int64_t gpus_of(std::size_t node) const {
    return gpus_of_node.empty() ? gpus_per_node : gpus_of_node[node];
  }
  std::int64_t num_gpus() const;
  std::int64_t num_gpus(const std::string& type) const;
  // Ascending by their bytes.
  std::vector<std::string> types() const;
};

// A node of a hostfile.
struct HostLine {
  std::string address;
  std::int64_t slots = 1;
  std::int64_t line = 0;  // where it stands, from 1
};

// The nodes of a hostfile: "<address> slots=<count>" as DeepSpeed and Open MPI write them, there
// with max_slots, or "<address>:<count>" as MPICH and Intel MPI do. Counts may have several digits
// (quirk H2), empty lines and comments (#) are skipped. Throws InputError.
std::vector<HostLine> parse_hostfile(const std::string& file, const std::string& text,
                                     Mistakes& mistakes = first_mistake());

// The entries of a clusterfile in their order. Throws InputError.
std::vector<NodeKind> parse_clusterfile(const std::string& file, const std::string& text,
                                        Mistakes& mistakes = first_mistake());

// Looks up each host among the kinds of nodes: the one of its address, else the first whose address
// has stars (*, any text) and matches. The memory of a type is that of the first kind that
// has it, whether or not a host does. Throws InputError for unknown addresses.
GpuCluster make_cluster(const std::string& hostfile, const std::vector<HostLine>& hosts,
                        const std::string& clusterfile, const std::vector<NodeKind>& kinds);

// As published all nodes have equally many GPUs (quirk H3). Throws InputError if they do not.
void require_equal_nodes(const GpuCluster& cluster);

}  // namespace calculon
