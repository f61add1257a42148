#pragma once

#include <string>

namespace calculon {

// Which steps, prefixes and suffix a number gets in a report for people.
enum class QuantityKind {
  kPlain,       // steps of 1000, no suffix: "125.949 M"
  kBinary,      // steps of 1024, no suffix
  kBytes,       // steps of 1024: "2.980 GiB"; quirk G1: "iB" without a prefix, "kiB" for 1024
  kBandwidth,   // steps of 1000: "3.489 GB/s"
  kFlops,       // steps of 1000: "1.000 TOps"
  kThroughput,  // steps of 1000: "1.000 TOp/s"
};

// `value` with `decimals` decimals, a space, the prefix (k M G T P E Z Y ...) and the suffix.
// Values past the largest prefix keep growing in front of it (the published tool failed from
// 1000^7 on, quirk G2). NaN, which stands for a missing value, prints as "n/a".
std::string quantity_text(double value, QuantityKind kind, int decimals = 3);

// Bytes in texts of our own: as above, but "0 B" and "512 B" instead of "0.000 iB" and "512.000
// iB".
std::string bytes_text(double value, int decimals = 3);

// The digits in groups of three: 7126368 -> "7,126,368".
std::string grouped_digits(long long value);

}  // namespace calculon
