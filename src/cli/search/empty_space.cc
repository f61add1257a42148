#include "cli/search/empty_space.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "base/text.h"
#include "calculon/base/divisors.h"
#include "calibrated/calibrated_execution_json.h"
#include "cli/message.h"
#include "cli/search/calibrated_search.h"
#include "cli/search/setting_words.h"
#include "search/degrees.h"
#include "search/search_settings.h"

namespace calculon {
namespace {

constexpr std::string_view kTierList = "--nets";

// Texts of values, each once: numbers by size, then words as they came.
class ValueTexts {
 public:
  void add(std::int64_t number) { numbers_.insert(number); }
  void add(const std::string& text) {
    if (const auto number = parse_number<std::int64_t>(text)) {
      add(*number);
    } else if (std::find(words_.begin(), words_.end(), text) == words_.end()) {
      words_.push_back(text);
    }
  }
  std::vector<std::string> texts() const {
    std::vector<std::string> all;
    for (const std::int64_t number : numbers_) {
      all.push_back(std::to_string(number));
    }
    all.insert(all.end(), words_.begin(), words_.end());
    return all;
  }

 private:
  std::set<std::int64_t> numbers_;
  std::vector<std::string> words_;
};

bool is_free_setting(std::string_view key) {
  bool found = false;
  for_each_free_setting([&](const auto& row, std::size_t) { found = found || row.key == key; });
  return found;
}

// "1, 2, 4, 8", with the middle of a long list left out.
std::string list_text(const std::vector<std::string>& values) {
  constexpr std::size_t kMostListed = 12;
  if (values.size() <= kMostListed) {
    return fmt::format("{}", fmt::join(values, ", "));
  }
  const auto begin = values.begin();
  return fmt::format("{}, ... {}", fmt::join(begin, begin + kMostListed - 1, ", "), values.back());
}

// What is asked of each setting that narrows the space.
std::vector<std::pair<std::string, std::string>> narrowings(const SearchArguments& arguments) {
  std::vector<std::pair<std::string, std::string>> all;
  for (const auto& [key, lists] : arguments.wanted) {
    if (!lists.empty()) {
      all.emplace_back(key, fmt::format("{}", fmt::join(lists, ",")));
    }
  }
  if (!arguments.nets.empty()) {
    all.emplace_back(kTierList, arguments.nets);
  }
  return all;
}

// Any value of a setting. Numbers are named, which opens those that are not tried otherwise.
void open(SearchArguments& arguments, const std::string& key) {
  if (key == kTierList) {
    arguments.nets.clear();
  } else if (setting_words(key).empty()) {
    arguments.wanted[key] = {fmt::format("0..{}", arguments.num_procs)};
  } else {
    arguments.wanted[key].clear();
  }
}

SearchArguments without_narrowings(SearchArguments arguments) {
  arguments.wanted.clear();
  arguments.nets.clear();
  return arguments;
}

SearchArguments only(const SearchArguments& arguments, const std::string& key) {
  SearchArguments alone = without_narrowings(arguments);
  if (key == kTierList) {
    alone.nets = arguments.nets;
  } else {
    alone.wanted[key] = arguments.wanted.at(key);
  }
  return alone;
}

std::string_view listed_key(const std::string& key) {
  return key == kTierList ? "tensor_par_net" : std::string_view(key);
}

// That a setting has none of the values that are asked for, whatever the others are; "" if all
// settings have some.
std::string lonely_mistake(const SearchArguments& arguments, const ValuesOf& values_of) {
  for (const auto& [key, asked] : narrowings(arguments)) {
    if (!values_of(only(arguments, key), listed_key(key)).empty()) {
      continue;
    }
    SearchArguments any = without_narrowings(arguments);
    open(any, key);
    return fmt::format("{} is {}, expected one of {}", key, asked,
                       list_text(values_of(any, listed_key(key))));
  }
  return "";
}

// Which setting would have to have another value beside the others.
std::string mistake_among_others(const SearchArguments& arguments, const ValuesOf& values_of) {
  const auto all = narrowings(arguments);
  std::vector<std::string> together;
  for (const auto& [key, asked] : all) {
    together.push_back(fmt::format("{} {}", key, asked));
  }
  for (const auto& [key, asked] : all) {
    SearchArguments others = arguments;
    open(others, key);
    if (const auto values = values_of(others, listed_key(key)); !values.empty()) {
      std::erase(together, fmt::format("{} {}", key, asked));
      return fmt::format("{} is {} beside {}, expected one of {}", key, asked,
                         fmt::join(together, " and "), list_text(values));
    }
  }
  return fmt::format("no execution has {}", fmt::join(together, " and "));
}

std::string published_batches(const std::vector<std::string>& data_par) {
  return fmt::format("no less than {}, the smallest data parallelism", data_par.front());
}
std::string calibrated_batches(const std::vector<std::string>& data_par) {
  return data_par.size() == 1
             ? fmt::format("a multiple of {}, the only data parallelism", data_par.front())
             : fmt::format("a multiple of one of the data parallelisms {}", list_text(data_par));
}

// What is to be told of a number of processors that cannot be split; "" of others.
std::string prime_text(std::int64_t num_procs) {
  constexpr std::int64_t kLargestSmallPrime = 7;
  if (num_procs <= kLargestSmallPrime || divisors(num_procs).size() != 2) {
    return "";
  }
  return fmt::format(
      "{} is a prime number of processors, so that degrees are 1 or {}; {} and {} "
      "can be split in more ways",
      num_procs, num_procs, num_procs - 1, num_procs + 1);
}

void tell(const SearchArguments& arguments, bool empty, const ValuesOf& values_of,
          BatchRule batch_rule, Console& console) {
  if (!empty) {
    if (const std::string prime = prime_text(arguments.num_procs); !prime.empty()) {
      note(console, prime);
    }
    return;
  }
  const std::string why = "the space is empty: " + why_empty(arguments, values_of, batch_rule);
  if (arguments.none_ok || arguments.count_only) {
    note(console, why);
  } else {
    complain(console, why);
  }
}

}  // namespace

std::vector<std::string> values_in(const StrategySpace& space, std::string_view key) {
  ValueTexts values;
  const auto add = [&](const Strategy& strategy) {
    for_each_field(kStrategyFields, [&](const auto& field) {
      if (field.name == key) {
        values.add(setting_text(strategy.*field.member));
      }
    });
  };
  for (const Degrees& degrees : space.degrees()) {
    for (const Interleaving& interleaving : degrees.interleavings) {
      Strategy strategy = degrees.with(interleaving);
      if (key == "microbatch_size") {
        for (const std::int64_t size : degrees.microbatches) {
          values.add(size);
        }
      } else if (is_free_setting(key)) {
        for (const SettingValues& settings : *degrees.settings) {
          set_all(settings, strategy);
          add(strategy);
        }
      } else if (!key.ends_with("_net")) {
        add(strategy);
      }
    }
    for (std::size_t i = 0; i < kTierSettings.size(); ++i) {
      if (kTierSettings[i].key == key) {
        for (const std::int64_t tier : degrees.tiers[i]) {
          values.add(tier);
        }
      }
    }
  }
  return values.texts();
}

std::vector<std::string> values_in(const CalibratedSpace& space, std::string_view key) {
  ValueTexts values;
  for (const CalibratedDegrees& degrees : space.degrees()) {
    for (const CalibratedExecution& choice : space.choices(degrees).executions) {
      for (const std::int64_t interleaving : degrees.interleavings) {
        CalibratedExecution execution = choice;
        set_degrees(execution, degrees, interleaving);
        values.add(setting_text(execution, key));
      }
    }
  }
  return values.texts();
}

std::string why_empty(const SearchArguments& arguments, const ValuesOf& values_of,
                      BatchRule batch_rule) {
  constexpr std::string_view kReplicas = "data_par";
  SearchArguments any_batch = without_narrowings(arguments);
  if (values_of(any_batch, kReplicas).empty()) {
    any_batch.max_batch_size = arguments.num_procs;  // which all degrees divide
    const std::string prime = prime_text(arguments.num_procs);
    return fmt::format("max_batch_size is {}, expected {}{}", arguments.max_batch_size,
                       batch_rule(values_of(any_batch, kReplicas)),
                       prime.empty() ? "" : "; " + prime);
  }
  std::string mistake = lonely_mistake(arguments, values_of);
  if (mistake.empty()) {
    mistake = mistake_among_others(arguments, values_of);
  }
  const std::string prime = prime_text(arguments.num_procs);
  return mistake + (prime.empty() ? "" : "; " + prime);
}

void tell_space(const SearchArguments& arguments, const StrategySpace& space,
                const Transformer& model, const System& system, Console& console) {
  const auto values_of = [&](const SearchArguments& other, std::string_view key) {
    return values_in(StrategySpace(model, system, space_options(other)), key);
  };
  tell(arguments, space.size() == 0, values_of, published_batches, console);
}

void tell_space(const SearchArguments& arguments, const CalibratedSpace& space,
                const Transformer& model, const System& system, Console& console) {
  const auto values_of = [&](const SearchArguments& other, std::string_view key) {
    return values_in(CalibratedSpace(model, system, calibrated_space_options(other)), key);
  };
  tell(arguments, space.size() == 0, values_of, calibrated_batches, console);
}

}  // namespace calculon
