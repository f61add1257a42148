#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/csv_reader.h"
#include "base/json_reader.h"
#include "measured/measured_run.h"

namespace calculon {

// Makes runs of the rows of a table. Safe on any thread.
class RowReader {
 public:
  // `table` is the name of the table in messages. Throws InputError if its header lacks a required
  // column or has one twice.
  RowReader(const std::string& table, const CsvRow& header);

  // A row that breaks a rule is rejected by it. Its own columns come first (KC1 if there is no id
  // or system, KC2), then the rules of models, then those of executions.
  std::variant<MeasuredRun, RejectedRow> read(const CsvRow& row) const;

 private:
  struct Column {
    std::string name;   // as in the header
    std::string key;    // of a model or an execution, without what stands before it
    std::size_t place;  // in a row
  };
  // The columns of a model or an execution.
  struct Part {
    std::string_view kind;    // "a model"
    std::string_view prefix;  // what stands before their keys
    std::vector<std::string_view> keys;
    std::vector<std::string_view> required;
    std::vector<Column> known;
    std::vector<Column> unknown;

    Json json(const CsvRow& row) const;
    void check_keys(const CsvRow& row, const Json& json, const std::string& place) const;
  };

  // Fills in the columns of a part that has all else.
  static Part with_columns(Part part, const CsvRow& header);
  void read_own_columns(const CsvRow& row, const std::string& place, MeasuredRun& run) const;

  std::size_t columns_;  // of each row
  std::vector<Column> own_;
  Part model_;
  Part execution_;
};

// What the text of a cell stands for: a number, a flag (as spreadsheets and scripts write them,
// too), a list, or the text itself.
Json cell_value(std::string_view value);

}  // namespace calculon
