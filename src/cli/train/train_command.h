#pragma once

#include <cmath>
#include <string>
#include <vector>

#include "bandwidth/run_sweep.h"
#include "bandwidth/violation_text.h"
#include "calculon/base/top_n.h"
#include "cli/train/train_options.h"
#include "text/run_report.h"

namespace calculon {

// What a command for training runs does once its inputs are known.

// The lines of a sweep: values of the axes, results, and why there are none.
template <class Model>
class SweepLines {
 public:
  using Result = typename Model::Result;

  SweepLines(const RunSweep<Model>& sweep, const Columns<Result>& columns) : columns_(columns) {
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

  void append(std::string& text, std::span<const std::size_t> positions, const RunRule* rule,
              const Result& result) const {
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

template <class Model>
int print_sweep(const RunSweep<Model>& sweep, const SweepLines<Model>& lines, Console& console) {
  constexpr std::size_t kBlock = 1 << 16;
  std::string text = lines.header();
  bool any_valid = false;
  sweep.for_each([&](std::int64_t, auto positions, const RunRule* rule, const auto& result) {
    any_valid = any_valid || !rule;
    lines.append(text, positions, rule, result);
    if (text.size() >= kBlock) {
      console.out << text;
      text.clear();
    }
    return static_cast<bool>(console.out);
  });
  console.out << text;
  if (!any_valid && console.out) {
    console.err << "calculon: no combination is valid; the last column says why\n";
  }
  return any_valid ? kExitSuccess : kExitNoAnswer;
}

struct RankedCombination {
  double score;
  std::int64_t index;
};

template <class Model>
int print_best(const RunSweep<Model>& sweep, const SweepLines<Model>& lines,
               const OutputField<typename Model::Result>& by, std::size_t count, Console& console) {
  TopN<RankedCombination> best(count);
  const double sign = by.more_is_better ? 1 : -1;
  std::int64_t num_valid = 0;
  sweep.for_each([&](std::int64_t index, auto, const RunRule* rule, const auto& result) {
    num_valid += rule ? 0 : 1;
    if (!rule && !std::isnan(result.*by.member)) {
      best.offer({sign * result.*by.member, index});
    }
    return true;
  });
  const auto ranked = best.sorted();
  if (ranked.empty()) {
    console.err << fmt::format("calculon: of {} combinations {} are valid, and none has a {}\n",
                               sweep.size(), num_valid, by.name);
    return kExitNoAnswer;
  }
  std::string text = lines.header();
  for (const RankedCombination& item : ranked) {
    const auto positions = sweep.positions(item.index);
    typename Model::Result result;
    const RunRule* rule = Model::evaluate(sweep.at(positions), result);
    lines.append(text, positions, rule, result);
  }
  console.out << text;
  return kExitSuccess;
}

template <class Model>
int run_sweep(const TrainOptions& options, const typename Model::Inputs& inputs,
              const std::vector<Chip>& chips, Console& console) {
  std::vector<SweepAxis<Model>> axes;
  for (const std::string& text : options.sweeps) {
    axes.push_back(parse_sweep_axis<Model>(text, chips));
    for (std::size_t i = 0; i + 1 < axes.size(); ++i) {
      if (axes[i].field == axes.back().field) {
        throw InputError(fmt::format("--sweep: {} is swept twice", axes[i].field->name));
      }
    }
    if (axes.back().field->head_only && options.model_version() == ModelVersion::kSeed) {
      throw InputError(
          fmt::format("--sweep: {} needs --model-version head", axes.back().field->name));
    }
  }
  auto columns = parse_columns<Model>(options.columns, options.model_version());
  const RunSweep<Model> sweep(inputs, std::move(axes));
  if (options.best.empty()) {
    return print_sweep<Model>(sweep, {sweep, columns}, console);
  }
  const auto all = all_columns<Model>(options.model_version());
  std::vector<std::string_view> names;
  for (const auto* field : all) {
    names.push_back(field->name);
  }
  const auto* by = all[named_field("result", options.best, names)];
  if (std::find(columns.begin(), columns.end(), by) == columns.end()) {
    columns.push_back(by);
  }
  return print_best<Model>(sweep, {sweep, columns}, *by, static_cast<std::size_t>(options.top),
                           console);
}

template <class Model>
int run_train(const TrainOptions& options, const typename Model::Inputs& inputs,
              const std::vector<Chip>& chips, Console& console) {
  if (!options.columns.empty() && !options.csv && options.sweeps.empty()) {
    throw InputError("--columns needs --csv or --sweep");
  }
  if (!options.sweeps.empty()) {
    return run_sweep<Model>(options, inputs, chips, console);
  }
  const ModelVersion version = options.model_version();
  const auto columns =
      parse_columns<Model>(options.columns.empty() ? "all" : options.columns, version);
  typename Model::Result result;
  if (const RunRule* rule = Model::evaluate(inputs, result)) {
    console.err << "calculon: " << violation_text<Model>(inputs, *rule) << "\n";
    return kExitNoAnswer;
  }
  std::string text;
  if (options.json) {
    text = values_json<Model>(inputs, result, version).dump(2) + "\n";
  } else if (options.csv) {
    text = csv_header(columns) + "\n";
    append_csv(text, columns, result);
    text += "\n";
  } else {
    text = text_report(inputs, result);
  }
  console.out << text;
  return kExitSuccess;
}

}  // namespace calculon
