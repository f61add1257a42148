#pragma once

#include <compare>
#include <string>
#include <vector>

namespace calculon {

// The efficiency that an operation reaches, as a step function of its size: small operations do
// not fill a machine. It is that of the first step, in file order, whose threshold does not exceed
// the size, without interpolation (docs/model.md, "Hardware laws"). Immutable once built, so that
// threads may share it.
class EfficiencyCurve {
 public:
  struct Step {
    double threshold;   // smallest size, flops or bytes
    double efficiency;  // 0 < x <= 1

    friend auto operator<=>(const Step&, const Step&) = default;
  };

  EfficiencyCurve() = default;
  // `name` says in messages where the curve stands. The steps are taken as they are: readers check
  // their efficiencies and the order of their thresholds (rules U40, U41).
  EfficiencyCurve(std::string name, std::vector<Step> steps)
      : name_(std::move(name)), steps_(std::move(steps)) {}

  // Throws InputError if no step covers `size` (rule U71). Sizes of 0 are looked up, too, so a
  // curve has to end with a threshold of 0.
  double efficiency(double size) const {
    for (const Step& step : steps_) {
      if (size >= step.threshold) {
        return step.efficiency;
      }
    }
    fail(size);
  }

  friend auto operator<=>(const EfficiencyCurve&, const EfficiencyCurve&) = default;

 private:
  [[noreturn]] void fail(double size) const;

  std::string name_;
  std::vector<Step> steps_;
};

}  // namespace calculon
