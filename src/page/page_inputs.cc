#include "page/page_inputs.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <vector>

#include "calculon/base/enum_names.h"
#include "calculon/base/quantity_text.h"
#include "calculon/strategy/preset.h"
#include "page/column.h"

namespace calculon {
namespace {

std::string spoken(const Cell& value) {
  return value.is_whole() ? grouped_digits(value.whole()) : value_label(value);
}

// A member of a record: its words, "" if it is none.
std::string member_text(const Json& record, const char* key) {
  const auto found = record.find(key);
  if (found == record.end() || found->is_null() || found->is_structured()) {
    return "";
  }
  return found->is_number_integer() ? grouped_digits(found->get<std::int64_t>())
         : found->is_string()       ? found->get<std::string>()
                                    : "";
}

// What pages call a methodology: the published model by this name, whichever of its presets it is.
std::string methodology_word(std::string_view name) {
  const auto preset = enum_from_name<Preset>(name);
  return std::string(preset && is_published(*preset) ? "published" : name);
}

void add_value(const Table& table, std::size_t row, std::string_view column,
               DistinctValues& values) {
  if (const Cell& value = table.value(row, column); !value.is_missing()) {
    values.add(value);
  }
}

// The program of one or several versions; "" of none.
std::string program_name(const std::string& versions) {
  return (versions.empty() ? "" : "calculon ") + versions;
}

// The value of a member where all have the same, else "".
std::string common(std::span<const PageInputs> all, std::string PageInputs::*member) {
  const bool same = !all.empty() && std::all_of(all.begin(), all.end(), [&](const PageInputs& one) {
    return one.*member == all.front().*member;
  });
  return same ? all.front().*member : "";
}

}  // namespace

PageInputs page_inputs_of(const Json& record) {
  PageInputs inputs;
  if (!record.is_object()) {
    return inputs;
  }
  const auto text = [&](const char* key) { return member_text(record, key); };
  inputs.model = text("model");
  inputs.system = text("system");
  inputs.methodology = methodology_word(text("methodology"));
  inputs.processors = text("num_procs");
  inputs.batch = text("batch_size");
  if (const std::string most = text("max_batch_size"); !most.empty()) {
    inputs.batch = "up to " + most;
  }
  inputs.datatype = text("datatype");
  inputs.program = program_name(text("calculon"));
  inputs.date = text("date");
  for (const char letter : text("pareto")) {
    inputs.pareto += letter == ',' ? ", " : std::string(1, letter);
  }
  return inputs;
}

void RowInputs::add(const Table& table, std::size_t row) {
  add_value(table, row, "model", models_);
  add_value(table, row, "system", systems_);
  if (const Cell& methodology = table.value(row, "methodology"); methodology.is_text()) {
    methodologies_.add(methodology_word(methodology.text()));
  }
  add_value(table, row, "num_procs", processors_);
  add_value(table, row, "batch_size", batches_);
  add_value(table, row, "datatype", datatypes_);
  add_value(table, row, "gemm_datatype", datatypes_);
  add_value(table, row, "calculon", versions_);
  add_value(table, row, "date", dates_);
}

void RowInputs::complete(PageInputs& inputs) const {
  const auto fill = [](std::string& words, const DistinctValues& values) {
    words = words.empty() ? spoken_values(values) : words;
  };
  fill(inputs.model, models_);
  fill(inputs.system, systems_);
  fill(inputs.methodology, methodologies_);
  fill(inputs.processors, processors_);
  fill(inputs.batch, batches_);
  fill(inputs.datatype, datatypes_);
  if (inputs.program.empty()) {
    inputs.program = program_name(spoken_values(versions_));
  }
  fill(inputs.date, dates_);
}

void complete_inputs(const Table& table, PageInputs& inputs) {
  RowInputs of_rows;
  for (std::size_t row = 0; row < table.size(); ++row) {
    of_rows.add(table, row);
  }
  of_rows.complete(inputs);
}

std::string spoken_values(const DistinctValues& values) {
  constexpr std::size_t kMostListed = 5;
  const std::vector<Cell> sorted = values.sorted();
  const bool numbers = std::all_of(sorted.begin(), sorted.end(),
                                   [](const Cell& value) { return value.is_number(); });
  if (numbers && sorted.size() > kMostListed) {
    return fmt::format("{} to {}", spoken(sorted.front()), spoken(sorted.back()));
  }
  std::vector<std::string> words;
  for (const Cell& value : sorted) {
    words.push_back(spoken(value));
  }
  const std::size_t more = words.size() > kMostListed ? words.size() - (kMostListed - 1) : 0;
  words.resize(words.size() - more);
  return fmt::format("{}", fmt::join(words, ", ")) +
         (more > 0 ? fmt::format(" and {} more", more) : "");
}

std::string common_inputs(std::span<const PageInputs> all) {
  const std::string model = common(all, &PageInputs::model);
  const std::string system = common(all, &PageInputs::system);
  const std::string processors = common(all, &PageInputs::processors);
  const std::string batch = common(all, &PageInputs::batch);
  const std::string datatype = common(all, &PageInputs::datatype);
  const std::string methodology = common(all, &PageInputs::methodology);
  std::string text = model;
  const auto append = [&](const std::string& words) { text += (text.empty() ? "" : ", ") + words; };
  if (!system.empty()) {
    text += (text.empty() ? "" : " ") + ("on " + system);
  }
  if (!processors.empty()) {
    append(processors + (processors == "1" ? " processor" : " processors"));
  }
  if (!batch.empty()) {
    append("batch " + batch);
  }
  if (!datatype.empty()) {
    append(datatype);
  }
  if (!methodology.empty()) {
    append(methodology + " methodology");
  }
  return text;
}

}  // namespace calculon
