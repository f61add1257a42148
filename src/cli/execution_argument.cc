#include "cli/execution_argument.h"

#include <array>

#include "calculon/base/files.h"
#include "cli/bundled_files.h"
#include "cli/options.h"
#include "strategy/result_execution.h"
#include "strategy/strategy_json.h"

namespace calculon {

std::string execution_path(const std::string& argument, const Console& console) {
  constexpr std::array<std::string_view, 2> kResults = {".json", ".csv"};
  if (const auto reference = result_reference(argument)) {
    require_extension(reference->file, kResults);
    return argument;
  }
  std::string path = input_path(BundledKind::kExecution, argument, console);
  require_extension(path, kJsonOnly);
  return path;
}

StrategyFile read_execution(const std::string& path) {
  const Json json = load_execution(path);
  return to_strategy(JsonReader(path, json));
}

}  // namespace calculon
