#include "calculon/base/units.h"

namespace calculon {

std::string_view unit_name(Unit unit) {
  switch (unit) {
    case Unit::kSeconds:
      return "s";
    case Unit::kBytes:
      return "bytes";
    case Unit::kBytesPerSecond:
      return "bytes/s";
    case Unit::kFlops:
      return "flops";
    case Unit::kRatio:
      return "ratio";
    case Unit::kSequencesPerSecond:
      return "sequences/s";
    case Unit::kElements:
      return "elements";
    case Unit::kFlopsPerSecond:
      return "flop/s";
    case Unit::kTokensPerSecond:
      return "tokens/s";
    case Unit::kFlopsPerByte:
      return "flops/byte";
  }
  return "";
}

}  // namespace calculon
