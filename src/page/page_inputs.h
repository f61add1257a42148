#pragma once

#include <array>
#include <span>
#include <string>
#include <string_view>

#include "base/json_reader.h"
#include "page/row_groups.h"

namespace calculon {

// What the results of a page, or of one of its files, were computed from, in words; "" for what is
// not known.
struct PageInputs {
  std::string of;  // the file
  std::string model;
  std::string system;
  std::string methodology;
  std::string processors;
  std::string batch;
  std::string datatype;
  std::string program;
  std::string date;
  std::string pareto;  // the statistics of a front, with commas
};

// The columns of the table of inputs.
struct InputColumn {
  std::string_view heading;
  std::string PageInputs::*member;
};
inline constexpr std::array kInputColumns = {
    InputColumn{"results", &PageInputs::of},
    InputColumn{"model", &PageInputs::model},
    InputColumn{"system", &PageInputs::system},
    InputColumn{"methodology", &PageInputs::methodology},
    InputColumn{"processors", &PageInputs::processors},
    InputColumn{"batch", &PageInputs::batch},
    InputColumn{"datatype", &PageInputs::datatype},
    InputColumn{"computed by", &PageInputs::program},
    InputColumn{"inputs of", &PageInputs::date},
    InputColumn{"front of", &PageInputs::pareto},
};

// From the record that a file of results has (text/result_inputs.h); what is no such record says
// nothing.
PageInputs page_inputs_of(const Json& record);

// Collects what rows of results tell of their inputs.
class RowInputs {
 public:
  void add(const Table& table, std::size_t row);
  // Fills in what is still "".
  void complete(PageInputs& inputs) const;

 private:
  DistinctValues models_;
  DistinctValues systems_;
  DistinctValues methodologies_;
  DistinctValues processors_;
  DistinctValues batches_;
  DistinctValues datatypes_;
  DistinctValues versions_;
  DistinctValues dates_;
};

// The same from all rows of a table.
void complete_inputs(const Table& table, PageInputs& inputs);

// Values as words: "64", "8, 16, 32", "8 to 4,096", or some names "and 3 more"; "" for none.
std::string spoken_values(const DistinctValues& values);

// What all have in common, as a title says it: "gpt3-175B on a100_80g, 64 processors, batch 128,
// float16, calibrated methodology"; "" if that is nothing.
std::string common_inputs(std::span<const PageInputs> all);

}  // namespace calculon
