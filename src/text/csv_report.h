#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "calculon/search/row_writer.h"
#include "calculon/statistics/stats.h"
#include "calculon/strategy/strategy.h"
#include "text/input_columns.h"

namespace calculon {

// The columns of a table of results: settings of the strategy and statistics, by their names.
class CsvColumns {
 public:
  // All settings of a preset, then all its statistics, as published.
  static CsvColumns all(Preset preset);
  // "tensor_par,batch_size,sample_rate". Throws InputError naming the nearest column.
  static CsvColumns parse(std::string_view names, Preset preset);

  // Adds what the results are of, behind all others and as far as it is no column yet.
  void add_inputs(const ResultInputs& inputs) { inputs_ = input_columns(inputs, header()); }

  std::string header() const;

 private:
  friend class CsvRows;
  struct Column {
    std::string_view name;
    void (*append_setting)(std::string& text, const Strategy& strategy);  // null: a statistic
    double Stats::*statistic;
  };
  std::vector<Column> columns_;
  InputColumns inputs_;
};

// Turns results into lines of CSV: numbers in their shortest form that reads back the same, flags
// as True and False, missing values as None, nothing of them quoted. Neighbouring results of a
// search share most numbers, so the text of each column's last value is kept.
class CsvRows {
 public:
  explicit CsvRows(const CsvColumns& columns)
      : columns_(&columns), last_(columns.columns_.size()) {}

  void append(std::string& text, const Strategy& strategy, const Stats& stats);

 private:
  struct LastText {
    double value = 0;
    unsigned size = 0;  // 0: nothing yet
    char text[28];
  };

  const CsvColumns* columns_;
  std::vector<LastText> last_;
};

// The rows of a stream as CSV lines, each piece compressed where it was made.
class CsvRowWriter : public RowWriter {
 public:
  CsvRowWriter(const CsvColumns& columns, bool compress) : rows_(columns), compress_(compress) {}

  void append(std::string& text, const Strategy& strategy, const Stats& stats) override {
    rows_.append(text, strategy, stats);
  }
  std::string finish(std::string text) override;

 private:
  CsvRows rows_;
  bool compress_;
};

}  // namespace calculon
