#pragma once

#include <array>
#include <string_view>

namespace calculon {

// A key of a system file, for people: its place below the file, with * for a name of one's own and
// without the numbers of lists. The constants of the calibrated model have rows of their own
// (hardware/calibration.h).
struct SystemKey {
  std::string_view path;
  std::string_view meaning;  // with the unit
};

inline constexpr auto kSystemKeys = std::to_array<SystemKey>({
    {"matrix", "engine of matrix products, by datatype"},
    {"matrix.*.tflops", "peak, 1e12 flops/s without sparsity"},
    {"matrix.*.gflops_efficiency",
     "pairs [1e9 flops, share of the peak], the first that an operation reaches counts; to 0"},
    {"vector", "engine of all other operations, by datatype"},
    {"vector.*.tflops", "peak, 1e12 flops/s"},
    {"vector.*.gflops_efficiency", "as that of matrix"},
    {"mem1", "memory of a processor"},
    {"mem1.GiB", "capacity, 2^30 bytes; or GB, 1e9 bytes"},
    {"mem1.GBps", "bandwidth, 1e9 bytes/s"},
    {"mem1.MB_efficiency", "pairs [1e6 bytes, share of the bandwidth], as those of engines"},
    {"mem2", "memory for offloading; may be absent"},
    {"mem2.GiB", "as that of mem1"},
    {"mem2.GBps", "as that of mem1, in each direction"},
    {"mem2.MB_efficiency", "as that of mem1"},
    {"processing_mode",
     "roofline: compute and memory time of an operation overlap; no_overlap: they add up"},
    {"networks", "tiers of the network, the fastest and smallest first"},
    {"networks.bandwidth", "1e9 bytes/s of a processor in each direction"},
    {"networks.efficiency", "share of the bandwidth that is reached, 0 < x <= 1"},
    {"networks.size", "processors that the tier connects"},
    {"networks.latency", "seconds, once per operation"},
    {"networks.ops",
     "traffic of an operation: [scalar, offset], scalar * bytes * (1 + offset / group); the "
     "offset of p2p and all_to_all is null, all_to_all may be absent"},
    {"networks.must_be_filled", "whether what is placed on the tier has to divide its size"},
    {"networks.processor_usage",
     "share of compute that communication takes away while both run, 0 <= x < 1"},
    {"calibration", "constants of the calibrated model; may be absent"},
});

}  // namespace calculon
