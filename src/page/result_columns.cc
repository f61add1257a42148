#include "page/result_columns.h"

#include <algorithm>
#include <unordered_set>

#include "page/column.h"

namespace calculon {

std::vector<std::string> result_columns(const PageContent& content) {
  const std::vector<std::string>& settings = setting_columns();
  const std::vector<std::string> present = content.rows.columns();
  const auto contains = [](const std::vector<std::string>& names, const std::string& name) {
    return std::find(names.begin(), names.end(), name) != names.end();
  };

  std::vector<std::string> names = content.axes;
  names.insert(names.end(), content.varied.begin(), content.varied.end());
  for (const std::string& name : present) {
    if (!is_statistic(name) && !contains(settings, name) && name != "summary" &&
        name != "reason_kind") {
      names.push_back(name);
    }
  }
  names.insert(names.end(), main_statistics().begin(), main_statistics().end());
  names.insert(names.end(), settings.begin(), settings.end());
  std::unordered_set<std::string> known;
  std::erase_if(names, [&](const std::string& name) {
    return !contains(present, name) || !known.insert(name).second;
  });
  return names;
}

}  // namespace calculon
