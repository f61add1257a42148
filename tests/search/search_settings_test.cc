#include "search/search_settings.h"

#include <catch2/catch.hpp>
#include <set>

#include "search/degrees.h"
#include "support/tiny_search.h"

namespace calculon::test {
namespace {

// The keys of the settings in which two strategies differ.
std::set<std::string_view> difference(const Strategy& a, const Strategy& b) {
  std::set<std::string_view> keys;
  for_each_field(kStrategyFields, [&](const auto& field) {
    if (a.*field.member != b.*field.member) {
      keys.insert(field.name);
    }
  });
  return keys;
}

bool same_block(const BlockChoices& a, const BlockChoices& b) {
  return a == b;
}

}  // namespace

TEST_CASE("a row of a search sets what its key says, on the level it says", "[search]") {
  for_each_free_setting([&](const auto& row, std::size_t i) {
    INFO(row.key);
    SettingValues values{};
    Strategy before;
    set_all(values, before);
    values[i] = 1;
    Strategy after;
    set_all(values, after);
    CHECK(difference(before, after) == std::set{row.key});
    CHECK(same_block(before, after) == (row.level != Level::kBlock));
    set_data_parallel(values, before);
    CHECK((before == after) == (row.level == Level::kDataParallel));
  });
  for (std::size_t i = 0; i < kTierSettings.size(); ++i) {
    const TierSetting& row = kTierSettings[i];
    INFO(row.key);
    Tiers tiers{};
    tiers[i] = 1;
    Strategy before;
    Strategy after;
    set_all(tiers, after);
    CHECK(difference(before, after) == std::set{row.key});
    CHECK(same_block(before, after) == (row.level != Level::kBlock));
    set_data_parallel(tiers, before);
    CHECK((before == after) == (row.level == Level::kDataParallel));
    Strategy with_degree;
    with_degree.*row.degree = 2;
    CHECK(std::string(*difference(Strategy{}, with_degree).begin()) + "_net" == row.key);
  }
}

TEST_CASE("settings with one block key have one block, and others another", "[search]") {
  for (const TinySearch* tiny : every_tiny_search()) {
    const std::vector<SettingValues>& all = *tiny->space.degrees().back().settings;
    for (const SettingValues& a : all) {
      Strategy first;
      set_all(a, first);
      Strategy second;
      set_all(all.front(), second);
      CHECK((block_key(a) == block_key(all.front())) == same_block(first, second));
    }
  }
}

TEST_CASE("what a search chooses is a setting of an execution, once", "[search]") {
  const std::vector<SearchedSetting> settings = searched_settings();
  std::set<std::string_view> keys;
  std::set<std::string_view> short_names;
  for (const SearchedSetting& setting : settings) {
    CHECK(keys.insert(setting.key).second);
    if (!setting.short_name.empty()) {
      CHECK(short_names.insert(setting.short_name).second);
    }
  }
  CHECK(settings.size() ==
        kDegreeSettings.size() + std::tuple_size_v<SettingValues> + std::tuple_size_v<Tiers>);
  // The others are what a search is asked for or follow from that.
  std::set<std::string_view> others;
  for_each_field(kStrategyFields, [&](const auto& field) {
    if (!keys.contains(field.name)) {
      others.insert(field.name);
    }
  });
  CHECK(others == std::set<std::string_view>{"methodology", "num_procs", "num_experts",
                                             "top_k_experts", "datatype", "attention_type",
                                             "training", "model_MoE", "activation_function"});
}

}  // namespace calculon::test
