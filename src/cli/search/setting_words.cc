#include "cli/search/setting_words.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "calculon/calibrated/calibrated_execution.h"
#include "calculon/strategy/strategy.h"
#include "calibrated/calibrated_execution_json.h"
#include "cli/options.h"

namespace calculon {
namespace {

// The words for the values of a type, of which the last argument is any value.
std::vector<std::string> words_of(std::string_view, bool) {
  return {"true", "false"};
}
std::vector<std::string> words_of(std::string_view, std::int64_t) {
  return {};
}
std::vector<std::string> words_of(std::string_view, double) {
  return {};
}
std::vector<std::string> words_of(std::string_view, const std::vector<std::int64_t>&) {
  return {};
}
std::vector<std::string> words_of(std::string_view key, RecomputeModules);

template <class Enum>
std::vector<std::string> words_of(std::string_view key, Enum) {
  std::vector<std::string> words;
  for (std::size_t i = 0; i < kEnumSize<Enum>; ++i) {
    const auto value = static_cast<Enum>(i);
    if constexpr (std::is_same_v<Enum, Datatype>) {
      if (!datatypes_instead(key, value).empty()) {
        continue;
      }
    }
    words.emplace_back(enum_name(value));
  }
  return words;
}

std::vector<std::string> words_of(std::string_view key, RecomputeModules) {
  std::vector<std::string> words = words_of(key, RecomputeModule{});
  words.insert(words.begin(), "none");  // others are joined with a +
  return words;
}

template <class Record, class Fields>
void add_words(const Fields& fields, std::string_view key, std::vector<std::string>& words) {
  for_each_field(fields, [&](const auto& field) {
    if (field.name != key) {
      return;
    }
    for (const std::string& word : words_of(key, Record{}.*field.member)) {
      if (std::find(words.begin(), words.end(), word) == words.end()) {
        words.push_back(word);
      }
    }
  });
}

}  // namespace

template <>
std::vector<std::string> setting_words_of<Strategy>(std::string_view key) {
  if (key == "methodology") {
    return {std::string(enum_name(Preset::kCorrected))};  // the only one that a file names
  }
  std::vector<std::string> words;
  add_words<Strategy>(kStrategyFields, key, words);
  return words;
}
template <>
std::vector<std::string> setting_words_of<CalibratedExecution>(std::string_view key) {
  std::vector<std::string> words;
  add_words<CalibratedExecution>(kCalibratedExecutionFields, key, words);
  return words;
}

std::vector<std::string> setting_words(std::string_view key) {
  std::vector<std::string> words = setting_words_of<Strategy>(key);
  add_words<CalibratedExecution>(kCalibratedExecutionFields, key, words);
  return words;
}

std::string setting_list_name(std::string_view key) {
  const std::vector<std::string> words = setting_words(key);
  return words.empty() ? kListValue : fmt::format("{}:{{{}}}", kListValue, fmt::join(words, ","));
}

}  // namespace calculon
