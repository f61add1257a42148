#pragma once

#include <fmt/format.h>

#include <span>
#include <string>
#include <vector>

#include "bandwidth/training_run_sweep.h"
#include "text/training_run_report.h"

namespace calculon {

// The lines of a sweep: values of the axes, results, and why there are none.
template <class Model>
class SweepLines {
 public:
  using Result = typename Model::Result;

  SweepLines(const TrainingRunSweep<Model>& sweep, const Columns<Result>& columns)
      : columns_(columns) {
    for (const auto& axis : sweep.axes()) {
      header_ += fmt::format("{},", axis.field->name);
      std::vector<std::string>& texts = axis_texts_.emplace_back();
      for (const InputValue& value : axis.values) {
        texts.push_back(input_text(value) + ",");
      }
    }
    header_ += csv_header(columns_) + ",reason\n";
    no_results_.assign(columns_.size(), ',');
  }

  const std::string& header() const { return header_; }

  void append(std::string& text, std::span<const std::size_t> positions,
              const TrainingRunRule* rule, const Result& result) const {
    for (std::size_t i = 0; i < positions.size(); ++i) {
      text += axis_texts_[i][positions[i]];
    }
    if (rule) {
      text.append(no_results_).append(rule->id).append(": ").append(rule->requirement);
    } else {
      append_csv(text, columns_, result);
      text += ',';
    }
    text += '\n';
  }

 private:
  Columns<Result> columns_;
  std::vector<std::vector<std::string>> axis_texts_;
  std::string header_;
  std::string no_results_;
};

}  // namespace calculon
