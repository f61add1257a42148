#pragma once

#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/json_reader.h"
#include "calibrated/calibrated_evaluate.h"
#include "calibrated/search/calibrated_search.h"
#include "text/csv.h"
#include "text/input_columns.h"
#include "text/run_cost_report.h"

namespace calculon {

// What a search over executions of the calibrated methodology has to show.
struct CalibratedSearchReport {
  const Transformer& model;
  const System& system;
  const CalibratedSpace& space;
  std::span<const RankedExecution> best;
  AnswerCosts costs;  // of whole runs with the best
};

double best_sample_rate(std::span<const RankedExecution> best);

// Why an execution is no answer: it does not suit, or does not fit.
std::string rejection_text(const std::variant<CalibratedStats, Unsuitable>& outcome);
// The same for one that a rule of the model, of the memory or of the search's framework rejects.
std::string rejection_text(const CalibratedSearchReport& report,
                           const CalibratedExecution& execution, std::string_view rule);

// Why executions were bad: a line per rule with its count, and the one that came closest.
std::string calibrated_reasons_text(const CalibratedSearchReport& report, const RuleTally& tally);

// The best, a line each of no more than `width` characters, as far as they are shown, and how far
// their times can be trusted.
std::string calibrated_best_text(const CalibratedSearchReport& report, std::size_t width,
                                 bool color);

// {"0": {"execution": {...}, "stats": {...}}, ...}, best first.
Json calibrated_best_json(const CalibratedSearchReport& report);

// Results as lines of CSV: settings by their keys, then statistics by their dotted names. Lists are
// as in JSON.
class CalibratedCsv {
 public:
  // "tensor_par,time.bubble", any settings and statistics; if empty, `keys` and all statistics.
  // Throws InputError naming the nearest column.
  CalibratedCsv(std::span<const std::string_view> keys, std::string_view columns);

  // Adds what the results are of, behind all others and as far as it is no column yet.
  void add_inputs(const ResultInputs& inputs) { inputs_ = input_columns(inputs, header()); }

  // Lines without their ends.
  std::string header() const;
  void append(std::string& text, const CalibratedExecution& execution,
              const CalibratedStats& stats) const;

 private:
  struct Column {
    std::string name;
    void (*write_setting)(CsvWriter& writer, const CalibratedExecution& execution) = nullptr;  // or
    const CalibratedStatistic* statistic = nullptr;  // a figure, or else the verdict
  };
  std::vector<Column> columns_;
  InputColumns inputs_;
};

// A line per result behind its rank, with what all are of.
std::string calibrated_best_csv(const CalibratedSearchReport& report, const ResultInputs& inputs);

}  // namespace calculon
