#include "cli/shell/word_lists.h"

#include <algorithm>
#include <string_view>

#include "calculon/calibrated/calibrated_execution.h"
#include "calculon/statistics/stats.h"
#include "calculon/strategy/strategy.h"
#include "calibrated/search/calibrated_statistic.h"
#include "cli/bundled_files.h"
#include "fit/fit_constants.h"
#include "study/points/load_study.h"

namespace calculon {
namespace {

void add_word(std::vector<std::string>& words, std::string_view word) {
  if (std::find(words.begin(), words.end(), word) == words.end()) {
    words.emplace_back(word);
  }
}

// Of both methodologies.
std::vector<std::string> statistics_words() {
  std::vector<std::string> words;
  for (const StatField& field : kStatsFields) {
    add_word(words, field.name);
  }
  for (const CalibratedStatistic& statistic : calibrated_statistics()) {
    add_word(words, statistic.name);
  }
  return words;
}

// Settings, then statistics.
std::vector<std::string> column_words() {
  std::vector<std::string> words;
  const auto add = [&](const auto& field) { add_word(words, field.name); };
  for_each_field(kStrategyFields, add);
  for_each_field(kCalibratedExecutionFields, add);
  for (const std::string& word : statistics_words()) {
    add_word(words, word);
  }
  return words;
}

}  // namespace

std::map<std::string, std::vector<std::string>> word_lists(const Console& console) {
  std::vector<std::string> constants;
  for (const FitConstant& constant : kFitConstants) {
    constants.emplace_back(constant.name);
  }
  return {{"models", bundled_names(BundledKind::kModel, console)},
          {"systems", bundled_names(BundledKind::kSystem, console)},
          {"executions", bundled_names(BundledKind::kExecution, console)},
          {"studies", bundled_studies(bundled_data_folder(console))},
          {"statistics", statistics_words()},
          {"columns", column_words()},
          {"constants", constants}};
}

}  // namespace calculon
