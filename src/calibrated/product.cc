#include "calibrated/product.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace calculon {
namespace {

struct Tile {
  double m;
  double n;
  double speed;  // of the peak
};

constexpr std::array<Tile, 3> kTiles = {{{256, 128, 1}, {128, 128, 1}, {128, 64, 0.75}}};

double sustained_share(const Calibration& constants, Datatype datatype) {
  switch (datatype) {
    case Datatype::kFloat8:
      return constants.gemm_efficiency_float8;
    case Datatype::kFloat4:
      return constants.gemm_efficiency_float4;
    default:
      return constants.gemm_efficiency_16bit;
  }
}

}  // namespace

double ProductLaw::seconds(double m, double n, double k, double count) const {
  constexpr double kDepthOverhead = 300;
  constexpr double kQuantisation = 0.4;
  double best = std::numeric_limits<double>::infinity();
  for (const Tile& tile : kTiles) {
    const double waves = count * std::ceil(m / tile.m) * std::ceil(n / tile.n) / units;
    const double charged =
        kQuantisation * std::ceil(waves) + (1 - kQuantisation) * std::max(waves, 1.0);
    const double flops = charged * units * 2 * tile.m * tile.n * (k + kDepthOverhead);
    best = std::min(best, flops / (rate * tile.speed));
  }
  const double bytes = count * (operand_bytes * (m * k + n * k) + 2 * m * n);
  return std::max(best, bytes / memory_rate);
}

ProductLaw half_law(const Machine& machine) {
  const Calibration& constants = machine.constants;
  return {constants.clock_scale * machine.peak_16bit * constants.gemm_efficiency_16bit, 2,
          machine.reached_memory_rate(), constants.processor_units};
}

ProductLaw block_law(const Machine& machine, Datatype gemm_datatype) {
  const Calibration& constants = machine.constants;
  return {constants.clock_scale * machine.peak_gemm * sustained_share(constants, gemm_datatype),
          is_low_precision(gemm_datatype) ? 1.0 : 2.0, machine.reached_memory_rate(),
          constants.processor_units};
}

}  // namespace calculon
