#include "cli/execution_argument.h"

#include <fmt/format.h>

#include <array>
#include <cmath>

#include "calculon/base/files.h"
#include "cli/bundled_files.h"
#include "cli/message.h"
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

void tell_other_rate(const std::string& path, const std::optional<double>& found,
                     double sample_rate, Console& console) {
  constexpr double kSame = 1e-6;
  if (found && std::abs(sample_rate - *found) > kSame * *found) {
    note(console, fmt::format("{} was found at {:.6g} samples/s, this is {:.6g}: another model, "
                              "system, methodology or length of sequences",
                              path, *found, sample_rate));
  }
}

bool tell_other_length(const std::string& path, const std::optional<double>& found,
                       std::int64_t seq_size, Console& console) {
  if (!found || *found == static_cast<double>(seq_size)) {
    return false;
  }
  note(console, fmt::format("{} was found with sequences of {} tokens, here they are of {}", path,
                            *found, seq_size));
  return true;
}

}  // namespace calculon
