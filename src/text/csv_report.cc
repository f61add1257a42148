#include "text/csv_report.h"

#include <fmt/compile.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstring>
#include <iterator>
#include <utility>

#include "base/gzip_member.h"
#include "base/text.h"
#include "calculon/base/input_error.h"
#include "calculon/statistics/unknown_statistic.h"
#include "text/csv.h"

namespace calculon {
namespace {

constexpr std::size_t kNumSettings = std::tuple_size_v<decltype(kStrategyFields)>;

void append_value(std::string& text, std::int64_t value) {
  fmt::format_to(std::back_inserter(text), FMT_COMPILE("{}"), value);
}
void append_value(std::string& text, bool value) {
  text += kPublishedCsv.of(value);
}
template <class Enum>
void append_value(std::string& text, Enum value) {
  text += enum_name(value);
}

template <std::size_t kSetting>
void append_setting(std::string& text, const Strategy& strategy) {
  append_value(text, strategy.*std::get<kSetting>(kStrategyFields).member);
}

using AppendSetting = void (*)(std::string&, const Strategy&);

template <std::size_t... kSettings>
constexpr std::array<AppendSetting, kNumSettings> setting_writers(
    std::index_sequence<kSettings...>) {
  return {&append_setting<kSettings>...};
}
constexpr auto kSettingWriters = setting_writers(std::make_index_sequence<kNumSettings>());

// Writes a statistic's text to `text` (room for any double) and returns its size.
unsigned write_number(char* text, double value) {
  if (!std::isfinite(value)) {
    constexpr std::string_view kMissing = kPublishedCsv.missing;
    std::memcpy(text, kMissing.data(), kMissing.size());
    return kMissing.size();
  }
  return static_cast<unsigned>(fmt::format_to(text, FMT_COMPILE("{}"), value) - text);
}

}  // namespace

CsvColumns CsvColumns::all(Preset preset) {
  CsvColumns columns;
  std::size_t setting = 0;
  for_each_field(kStrategyFields, [&](const auto& field) {
    if (field.belongs_to(preset)) {
      columns.columns_.push_back({field.name, kSettingWriters[setting], nullptr});
    }
    ++setting;
  });
  for (const auto& field : kStatsFields) {
    if (field.belongs_to(preset)) {
      columns.columns_.push_back({field.name, nullptr, field.member});
    }
  }
  return columns;
}

CsvColumns CsvColumns::parse(std::string_view names, Preset preset) {
  const CsvColumns known = all(preset);
  std::vector<std::string_view> known_names;
  for (const Column& column : known.columns_) {
    known_names.push_back(column.name);
  }
  CsvColumns columns;
  for (const std::string_view name : split(names, ',')) {
    const auto found = std::find(known_names.begin(), known_names.end(), name);
    if (found == known_names.end()) {
      throw UnknownStatistic(
          fmt::format("there is no column '{}'{}", name, did_you_mean(name, known_names)));
    }
    columns.columns_.push_back(
        known.columns_[static_cast<std::size_t>(found - known_names.begin())]);
  }
  return columns;
}

std::string CsvColumns::header() const {
  std::string line;
  CsvWriter writer(line);
  for (const Column& column : columns_) {
    writer.cell(column.name);
  }
  return line + inputs_.header;
}

void CsvRows::append(std::string& text, const Strategy& strategy, const Stats& stats) {
  for (std::size_t i = 0; i < last_.size(); ++i) {
    const CsvColumns::Column& column = columns_->columns_[i];
    if (i > 0) {
      text += ',';
    }
    if (column.append_setting) {
      column.append_setting(text, strategy);
      continue;
    }
    const double value = stats.*column.statistic;
    LastText& last = last_[i];
    // Compared bit by bit, so that NaN equals itself.
    if (last.size == 0 ||
        std::bit_cast<std::uint64_t>(last.value) != std::bit_cast<std::uint64_t>(value)) {
      last.value = value;
      last.size = write_number(last.text, value);
    }
    text.append(last.text, last.size);
  }
  text += columns_->inputs_.cells;
  text += '\n';
}

std::string CsvRowWriter::finish(std::string text) {
  return compress_ && !text.empty() ? gzip_part(text) : text;
}

}  // namespace calculon
