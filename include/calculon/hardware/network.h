#pragma once

#include <array>
#include <compare>
#include <cstdint>

#include "calculon/base/enum_names.h"

namespace calculon {

// The operations whose traffic a network file describes: a transfer between two processors, and
// the collectives of a group.
enum class NetworkOp { kP2p, kReduceScatter, kAllGather, kAllReduce, kAllToAll };

template <>
struct EnumNames<NetworkOp> {
  static constexpr std::array<std::string_view, 5> kNames = {"p2p", "reduce_scatter", "all_gather",
                                                             "all_reduce", "all_to_all"};
};

// One network tier as a processor sees it (docs/model.md, "Network"). The traffic of an operation
// on Q bytes in a group of g is scalar*Q*(1 + offset/g): scalar 2, offset -1 is the ring
// all-reduce's 2Q(g-1)/g. Additions inside the network, which would make a reduction free, cannot
// be chosen (quirk G10).
struct Network {
  struct OpLaw {
    double scalar = 1;
    double offset = 0;      // 0 for transfers between two processors
    double efficiency = 1;  // the operation's own, or the network's

    friend auto operator<=>(const OpLaw&, const OpLaw&) = default;
  };

  double bytes_per_second = 0;  // link bandwidth
  double efficiency = 1;        // the same for every message size (quirk G11)
  std::int64_t size = 0;        // processors that the tier connects
  double latency_seconds = 0;   // once per operation, whatever the group (quirk G11)
  std::array<OpLaw, kEnumSize<NetworkOp>> ops{};
  bool has_all_to_all = false;  // systems for dense models need not say
  bool must_be_filled = false;
  double processor_usage = 0;  // share of compute lost while communication overlaps it

  const OpLaw& law(NetworkOp op) const { return ops[static_cast<std::size_t>(op)]; }

  // Time of `op` in a group of `group` >= 1 processors, where `bytes` is the size of the whole
  // buffer: gathered, or not yet reduced. The latency is charged for 0 bytes, too. Not for the
  // all-to-all between experts, which is a sequence of exchanges (docs/mixtures.md).
  double seconds(NetworkOp op, double bytes, double group) const {
    const OpLaw& law = this->law(op);
    const double scaled = law.scalar * bytes;
    const double traffic = scaled + scaled / group * law.offset;
    return latency_seconds + traffic / (bytes_per_second * law.efficiency);
  }

  friend auto operator<=>(const Network&, const Network&) = default;
};

}  // namespace calculon
