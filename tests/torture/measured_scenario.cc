// Calls that compare a table of measured runs with predictions.
#include <vector>

#include "support/source_tree.h"
#include "torture/scenario.h"

namespace calculon::torture {
namespace {

// The lines of both bundled tables.
const std::vector<std::vector<std::string>>& bundled_tables() {
  static const std::vector<std::vector<std::string>> kTables = {
      test::lines_of(test::source_text("examples/measured/calibration.csv.gz")),
      test::lines_of(test::source_text("examples/measured/nanotron.csv.gz"))};
  return kTables;
}

// A row with another system, which stands in the second cell. No bundled row has quotation marks
// before it.
std::string on_system(const std::string& line, const std::string& system) {
  const auto start = line.find(',') + 1;
  const auto end = line.find(',', start);
  return line.substr(0, start) + system + line.substr(end);
}

}  // namespace

Scenario lv_measured(Dice& dice) {
  const std::vector<std::string>& lines = dice.one_of(bundled_tables());
  std::string table = lines[0] + "\n";
  for (std::size_t i = 1 + dice.below(8); i > 0; --i) {
    const std::string& line = lines[1 + dice.below(lines.size() - 1)];
    table += on_system(line, dice.one_of({"system.json", "mine", "h100"})) + "\n";
  }
  Scenario scenario;
  const std::string system = dice.one_of({"h100-80g-nemo", "a100", "b200", "v100-16g-oneflow"});
  const std::string text = test::source_text("systems/" + system + ".json");
  scenario.files = {{"runs.csv", table}, {"system.json", text}, {"systems/mine.json", text}};
  scenario.arguments = {"lv", "--measured", "runs.csv"};
  const std::vector<test::Arguments> all = {
      {},
      {"--rows"},
      {"--systems", "systems"},
      {"--max-error", "20"},
      {"-o", dice.one_of({"out.json", "out.csv", "out.html", "out.json.gz", "-"})}};
  for (int i = 0; i < 2; ++i) {
    const test::Arguments& more = dice.one_of(all);
    scenario.arguments.insert(scenario.arguments.end(), more.begin(), more.end());
  }
  return scenario;
}

}  // namespace calculon::torture
