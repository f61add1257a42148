#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "bandwidth/field_names.h"
#include "calculon/bandwidth/chip.h"
#include "calculon/bandwidth/input_field.h"
#include "calculon/bandwidth/run_rule.h"

namespace calculon {

// "1,2,4,8", "1..16" or both, "H100,A100_40GB", "true,false": the values of an axis of a sweep.
// Throws InputError naming `option`, the value and what is accepted.
std::vector<InputValue> parse_sweep_values(std::string_view option, InputKind kind,
                                           std::string_view text, std::span<const Chip> chips);

// "p_data=1,2" -> "p_data" and "1,2". Throws InputError.
std::pair<std::string_view, std::string_view> split_sweep(std::string_view text);

// The number of combinations of axes of these sizes; throws InputError beyond 2^53.
std::int64_t count_combinations(std::span<const std::size_t> sizes);

template <class Model>
struct SweepAxis {
  const InputField<typename Model::Inputs>* field;
  std::vector<InputValue> values;
};

template <class Model>
SweepAxis<Model> parse_sweep_axis(std::string_view text, std::span<const Chip> chips) {
  const auto [name, values] = split_sweep(text);
  const auto& field =
      Model::kInputFields[named_field("option", name, names_of(Model::kInputFields))];
  return {&field, parse_sweep_values(field.name, field.kind(), values, chips)};
}

// Every combination of the axes' values, the last axis fastest. Nothing is stored but the axes.
template <class Model>
class RunSweep {
 public:
  using Inputs = typename Model::Inputs;
  using Result = typename Model::Result;

  RunSweep(const Inputs& base, std::vector<SweepAxis<Model>> axes)
      : base_(base), axes_(std::move(axes)) {
    std::vector<std::size_t> sizes;
    for (const auto& axis : axes_) {
      sizes.push_back(axis.values.size());
    }
    size_ = count_combinations(sizes);
  }

  const std::vector<SweepAxis<Model>>& axes() const { return axes_; }
  std::int64_t size() const { return size_; }

  // The position on each axis of a combination.
  std::vector<std::size_t> positions(std::int64_t index) const {
    std::vector<std::size_t> positions(axes_.size());
    for (std::size_t i = axes_.size(); i-- > 0;) {
      const auto values = static_cast<std::int64_t>(axes_[i].values.size());
      positions[i] = static_cast<std::size_t>(index % values);
      index /= values;
    }
    return positions;
  }

  Inputs at(std::span<const std::size_t> positions) const {
    Inputs inputs = base_;
    for (std::size_t i = 0; i < axes_.size(); ++i) {
      set_input(inputs, *axes_[i].field, axes_[i].values[positions[i]]);
    }
    return inputs;
  }

  // Calls visit(index, positions, rule, result) until it returns false; `rule` is null for a valid
  // combination, and only then is there a result.
  template <class Visit>
  void for_each(Visit visit) const {
    std::vector<std::size_t> positions(axes_.size());
    Inputs inputs = at(positions);
    Result result;
    for (std::int64_t index = 0; index < size_; ++index) {
      const RunRule* rule = Model::evaluate(inputs, result);
      if (!visit(index, std::span<const std::size_t>(positions), rule, result)) {
        return;
      }
      advance(positions, inputs);
    }
  }

 private:
  void advance(std::vector<std::size_t>& positions, Inputs& inputs) const {
    for (std::size_t i = axes_.size(); i-- > 0;) {
      positions[i] = positions[i] + 1 < axes_[i].values.size() ? positions[i] + 1 : 0;
      set_input(inputs, *axes_[i].field, axes_[i].values[positions[i]]);
      if (positions[i] != 0) {
        return;
      }
    }
  }

  Inputs base_;
  std::vector<SweepAxis<Model>> axes_;
  std::int64_t size_ = 0;
};

}  // namespace calculon
