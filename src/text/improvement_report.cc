#include "text/improvement_report.h"

#include <fmt/format.h>

#include "calculon/base/enum_names.h"
#include "text/json_report.h"

namespace calculon {

std::string improvements_text(const std::vector<BetterExecution>& better, double total_time) {
  std::string text = "What would be faster\n";
  if (better.empty()) {
    return text + "  no setting, and no two of them\n";
  }
  for (const BetterExecution& each : better) {
    text += fmt::format("  {:.4f} s {:>+6.1f}%  {}: {}\n", each.total_time,
                        100 * (each.total_time / total_time - 1), enum_name(each.verdict),
                        changes_text(each.changes));
  }
  return text;
}

Json improvements_json(const std::vector<BetterExecution>& better) {
  Json list = Json::array();
  for (const BetterExecution& each : better) {
    Json changes = Json::array();
    for (const SettingChange& change : each.changes) {
      changes.push_back({{"setting", change.setting}, {"from", change.from}, {"to", change.to}});
    }
    list.push_back({{"changes", std::move(changes)},
                    {"total_time", to_json(each.total_time)},
                    {"verdict", enum_name(each.verdict)}});
  }
  return list;
}

}  // namespace calculon
