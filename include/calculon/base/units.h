#pragma once

#include <string_view>

namespace calculon {

// Inside the program every quantity has one unit: seconds, bytes, flops, bytes per second, flops
// per second and ratios from 0 to 1, all double. Files use other units (GiB, GBps, tflops ...);
// the readers convert with these constants, and nothing else does.
inline constexpr double kMega = 1e6;
inline constexpr double kGiga = 1e9;
inline constexpr double kTera = 1e12;
inline constexpr double kGibi = 1024.0 * 1024.0 * 1024.0;

// The unit of a statistic, in its row (field.h).
enum class Unit {
  kSeconds,
  kBytes,
  kBytesPerSecond,
  kFlops,
  kRatio,
  kSequencesPerSecond,
  kElements,
  kFlopsPerByte,
  kFlopsPerSecond,
  kTokensPerSecond,
};

// "s", "bytes", "bytes/s" ...: as it stands in field lists and documentation.
std::string_view unit_name(Unit unit);

}  // namespace calculon
