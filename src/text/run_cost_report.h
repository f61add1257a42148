#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/json_reader.h"
#include "calculon/statistics/run_cost.h"

namespace calculon {

// The cost of a whole training run beside the answer of a step, as far as it is asked for. What
// never ends is null in JSON and missing in CSV.

// A few lines below a summary.
std::string run_cost_text(const RunCostOptions& options, const RunCost& cost);

// {"tokens": ..., "days": ..., ...}.
Json run_cost_json(const RunCostOptions& options, const RunCost& cost);

// The costs of several answers, in their order.
struct AnswerCosts {
  RunCostOptions options;
  std::vector<RunCost> of;

  bool asked() const { return options.asked(); }
};

// A line for each of the first `most` answers, below their table.
std::string run_cost_table(const AnswerCosts& costs, std::size_t most);

// Columns behind those of a CSV: ",run_cost.days,run_cost.gpu_hours", and the cells of one line;
// nothing if no cost is asked for.
std::string run_cost_header(const AnswerCosts& costs);
std::string run_cost_cells(const AnswerCosts& costs, std::size_t answer);
bool is_run_cost_column(std::string_view name);

}  // namespace calculon
