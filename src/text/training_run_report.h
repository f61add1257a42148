#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "bandwidth/field_names.h"
#include "base/json_reader.h"
#include "base/text.h"
#include "calculon/bandwidth/bandwidth.h"
#include "calculon/bandwidth/estimate.h"
#include "text/csv.h"

namespace calculon {

// Results of the two models of a training run. The texts are the published ones, to the character.
std::string text_report(const BandwidthInputs& inputs, const BandwidthResult& result);
std::string text_report(const EstimateInputs& inputs, const EstimateResult& result);

// Puts `value` into `json`; a dot in the name leads into an object.
void put_value(Json& json, std::string_view name, double value);

// What has no row: lists.
void put_lists(Json& json, const BandwidthInputs& inputs);
inline void put_lists(Json&, const EstimateInputs&) {}

template <class Result>
using Columns = std::vector<const OutputField<Result>*>;

// The rows of a version of the model.
template <class Model>
Columns<typename Model::Result> all_columns(ModelVersion version) {
  Columns<typename Model::Result> columns;
  for (const auto& field : Model::kOutputFields) {
    if (!field.head_only || version == ModelVersion::kHead) {
      columns.push_back(&field);
    }
  }
  return columns;
}

// The column that "runtime" means. Throws InputError.
template <class Model>
const OutputField<typename Model::Result>* column_named(std::string_view name,
                                                        ModelVersion version) {
  const auto all = all_columns<Model>(version);
  std::vector<std::string_view> names;
  for (const auto* field : all) {
    names.push_back(field->name);
  }
  return all[named_field("result", name, names)];
}

// The columns that "P,Tx.total" names; "all" are all, and "" are those of a summary.
template <class Model>
Columns<typename Model::Result> parse_columns(std::string_view text, ModelVersion version) {
  auto columns = all_columns<Model>(version);
  if (text == "all") {
    return columns;
  }
  if (text.empty()) {
    std::erase_if(columns, [](const auto* field) { return !field->summary; });
    return columns;
  }
  columns.clear();
  for (const std::string_view name : split_list(text, ',')) {
    columns.push_back(column_named<Model>(name, version));
  }
  return columns;
}

template <class Model>
Json values_json(const typename Model::Inputs& inputs, const typename Model::Result& result,
                 ModelVersion version) {
  Json json = Json::object();
  for (const auto* field : all_columns<Model>(version)) {
    put_value(json, field->name, result.*field->member);
  }
  put_lists(json, inputs);
  return json;
}

// "P,runtime_sec": the names of columns.
template <class Result>
std::string csv_header(const Columns<Result>& columns) {
  std::string text;
  CsvWriter writer(text);
  for (const auto* column : columns) {
    writer.cell(column->name);
  }
  return text;
}

template <class Result>
void append_csv(std::string& text, const Columns<Result>& columns, const Result& result) {
  CsvWriter writer(text);
  for (const auto* column : columns) {
    writer.cell(result.*column->member);
  }
}

}  // namespace calculon
