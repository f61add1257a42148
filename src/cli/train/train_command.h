#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "bandwidth/training_run_sweep.h"
#include "bandwidth/violation_text.h"
#include "base/json_text.h"
#include "calculon/bandwidth/bandwidth.h"
#include "calculon/bandwidth/estimate.h"
#include "cli/message.h"
#include "cli/train/train_options.h"
#include "text/notes.h"
#include "text/training_run_report.h"
#include "text/training_run_table.h"

namespace calculon {

// What a command for training runs does once its inputs are known.

template <class Model>
int print_sweep(const TrainingRunSweep<Model>& sweep, const SweepLines<Model>& lines,
                Console& console) {
  constexpr std::size_t kBlock = 1 << 16;
  std::string text = lines.header();
  bool any_valid = false;
  sweep.for_each(
      [&](std::int64_t, auto positions, const TrainingRunRule* rule, const auto& result) {
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

template <class Model>
int print_best(const TrainingRunSweep<Model>& sweep, const SweepLines<Model>& lines,
               const OutputField<typename Model::Result>& by, std::size_t count, Console& console) {
  const BestCombinations best = best_combinations<Model>(sweep, by, count);
  if (best.ranked.empty()) {
    console.err << fmt::format("calculon: of {} combinations {} are valid, and none has a {}\n",
                               sweep.size(), best.num_valid, by.name);
    return kExitNoAnswer;
  }
  std::string text = lines.header();
  for (const RankedCombination& item : best.ranked) {
    const auto positions = sweep.positions(item.index);
    typename Model::Result result;
    const TrainingRunRule* rule = Model::evaluate(sweep.at(positions), result);
    lines.append(text, positions, rule, result);
  }
  console.out << text;
  return kExitSuccess;
}

template <class Model>
int run_sweep(const TrainOptions& options, const typename Model::Inputs& inputs,
              const std::vector<Chip>& chips, Console& console) {
  const ModelVersion version = options.model_version();
  auto axes = parse_sweep_axes<Model>(options.sweeps, chips, version);
  auto columns = parse_columns<Model>(options.columns, version);
  const TrainingRunSweep<Model> sweep(inputs, std::move(axes));
  if (options.best.empty()) {
    return print_sweep<Model>(sweep, {sweep, columns}, console);
  }
  const auto* by = column_named<Model>(options.best, version);
  if (std::find(columns.begin(), columns.end(), by) == columns.end()) {
    columns.push_back(by);
  }
  return print_best<Model>(sweep, {sweep, columns}, *by, static_cast<std::size_t>(options.top),
                           console);
}

// A run is at best at the peak of its workers or chips. That of the bandwidth model always is.
inline void tell_impossible(const BandwidthResult& /*result*/, Console& /*console*/) {}
inline void tell_impossible(const EstimateResult& result, Console& console) {
  const double needed = result.flop_per_batch / result.batch_time / result.p;
  const NeededRate rate{needed, needed / result.utilization};
  if (rate.impossible()) {
    note(console, "impossible: " + impossible_effect(rate));
  }
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
  if (const TrainingRunRule* rule = Model::evaluate(inputs, result)) {
    if (rule == &kOutOfRange) {
      throw InputError(std::string(rule->requirement));
    }
    console.err << "calculon: " << violation_text<Model>(inputs, *rule) << "\n";
    return kExitNoAnswer;
  }
  tell_impossible(result, console);
  std::string text;
  if (options.json) {
    text = json_text(values_json<Model>(inputs, result, version), 2) + "\n";
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
