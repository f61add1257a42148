#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "bandwidth/field_names.h"
#include "calculon/bandwidth/chip.h"
#include "calculon/bandwidth/input_field.h"
#include "calculon/bandwidth/model_version.h"
#include "calculon/bandwidth/output_field.h"
#include "calculon/bandwidth/training_run_rule.h"
#include "calculon/base/input_error.h"
#include "calculon/base/top_n.h"

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

// Whether one of the texts makes an option an axis. Throws InputError for one that names none.
template <class Model>
bool is_swept(std::span<const std::string> texts, std::string_view option) {
  const auto names = names_of(Model::kInputFields);
  return std::any_of(texts.begin(), texts.end(), [&](const std::string& text) {
    return names[named_field("option", split_sweep(text).first, names)] == option;
  });
}

// An axis for each text. Throws InputError for an option that is there twice, or that the version
// does not have.
template <class Model>
std::vector<SweepAxis<Model>> parse_sweep_axes(std::span<const std::string> texts,
                                               std::span<const Chip> chips, ModelVersion version) {
  std::vector<SweepAxis<Model>> axes;
  for (const std::string& text : texts) {
    const SweepAxis<Model> axis = parse_sweep_axis<Model>(text, chips);
    for (const SweepAxis<Model>& earlier : axes) {
      if (earlier.field == axis.field) {
        throw InputError(fmt::format("--sweep: {} is swept twice", axis.field->name));
      }
    }
    if (axis.field->head_only && version == ModelVersion::kSeed) {
      throw InputError(fmt::format("--sweep: {} needs --model-version head", axis.field->name));
    }
    axes.push_back(axis);
  }
  return axes;
}

// Every combination of the axes' values, the last axis fastest. Nothing is stored but the axes.
template <class Model>
class TrainingRunSweep {
 public:
  using Inputs = typename Model::Inputs;
  using Result = typename Model::Result;

  TrainingRunSweep(const Inputs& base, std::vector<SweepAxis<Model>> axes)
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
      const TrainingRunRule* rule = Model::evaluate(inputs, result);
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

struct RankedCombination {
  double score;
  std::int64_t index;
};

struct BestCombinations {
  std::vector<RankedCombination> ranked;  // best first
  std::int64_t num_valid = 0;             // of all combinations
};

// The `count` best combinations by a result, of those that are valid and have it.
template <class Model>
BestCombinations best_combinations(const TrainingRunSweep<Model>& sweep,
                                   const OutputField<typename Model::Result>& by,
                                   std::size_t count) {
  TopN<RankedCombination> best(count);
  BestCombinations found;
  const double sign = by.more_is_better ? 1 : -1;
  sweep.for_each([&](std::int64_t index, auto, const TrainingRunRule* rule, const auto& result) {
    found.num_valid += rule ? 0 : 1;
    if (!rule && !std::isnan(result.*by.member)) {
      best.offer({sign * result.*by.member, index});
    }
    return true;
  });
  found.ranked = best.sorted();
  return found;
}

}  // namespace calculon
