#include "page/wanted_scatter.h"

#include <fmt/format.h>

#include <string>
#include <vector>

#include "base/text.h"
#include "calculon/base/input_error.h"
#include "page/plot_types.h"

namespace calculon {
namespace {

bool has_numbers(const Table& table, std::string_view column) {
  for (std::size_t row = 0; row < table.size(); ++row) {
    if (table.number(row, column)) {
      return true;
    }
  }
  return false;
}

}  // namespace

void add_scatter(PageContent& content, std::string_view columns) {
  const std::vector<std::string_view> names = split(columns, ',');
  if (names.size() != 2) {
    throw InputError(fmt::format(
        "--scatter is \"{}\", expected two columns with a comma between them", columns));
  }
  std::vector<std::string> numbers;
  for (std::string& column : content.rows.columns()) {
    if (has_numbers(content.rows, column)) {
      numbers.push_back(std::move(column));
    }
  }
  const std::vector<std::string_view> known(numbers.begin(), numbers.end());
  for (const std::string_view name : names) {
    if (!has_numbers(content.rows, name)) {
      throw InputError(fmt::format("--scatter names '{}', which is no column with numbers here{}",
                                   name, did_you_mean(name, known)));
    }
  }
  Json plots = Json::array();
  plots.push_back({{"type", "scatter"}, {"x", names[0]}, {"y", names[1]}, {"front", true}});
  for (const Json& plot : content.plots.empty() ? default_plots(content) : content.plots) {
    plots.push_back(plot);
  }
  content.plots = std::move(plots);
}

}  // namespace calculon
