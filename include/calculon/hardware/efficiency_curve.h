#pragma once

#include <string>
#include <vector>

namespace calculon {

// The efficiency that an operation reaches as a step function of its size (flops or bytes): the
// first step, in file order, whose threshold does not exceed the size. No interpolation
// (docs/model.md, "Hardware laws").
class EfficiencyCurve {
 public:
  struct Step {
    double threshold;   // smallest size, flops or bytes
    double efficiency;  // 0 < x <= 1
  };

  EfficiencyCurve() = default;
  // `name` says where the curve stands, for messages.
  EfficiencyCurve(std::string name, std::vector<Step> steps)
      : name_(std::move(name)), steps_(std::move(steps)) {}

  // Throws InputError if no step covers `size`; size 0 is looked up too, so a curve has to end
  // with a threshold of 0.
  double efficiency(double size) const {
    for (const Step& step : steps_) {
      if (size >= step.threshold) {
        return step.efficiency;
      }
    }
    fail(size);
  }

 private:
  [[noreturn]] void fail(double size) const;

  std::string name_;
  std::vector<Step> steps_;
};

}  // namespace calculon
