// The published programs' command lines, which the planner's commands take as they are.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>

#include "base/letter_case.h"
#include "calculon/base/input_error.h"
#include "cli/commands.h"

namespace calculon {
namespace {

struct PublishedName {
  std::string_view published;
  std::string_view ours;  // "": read, and has no effect
};

// The flag of the improved search, which published lines also give a value.
constexpr std::string_view kUseStrat = "--use_strat";

// With the two names that only the published shell script has, for its NAME=VALUE words.
constexpr std::array<PublishedName, 21> kPlanNames = {{
    {"--model_name", ""},
    {"--model_size", ""},
    {"--attention_head_size", ""},
    {"--log_path", ""},
    {"--home_dir", ""},
    {"--num_layers", "--num-layers"},
    {"--gbs", "--global-batch-size"},
    {"--hidden_size", "--hidden-size"},
    {"--sequence_length", "--sequence-length"},
    {"--vocab_size", "--vocab-size"},
    {"--hostfile_path", "--hostfile"},
    {"--clusterfile_path", "--clusterfile"},
    {"--profile_data_path", "--profile-dir"},
    {"--max_profiled_tp_degree", "--max-tensor-parallel"},
    {"--max_profiled_tp", "--max-tensor-parallel"},
    {"--max_profiled_batch_size", "--max-microbatch"},
    {"--min_group_scale_variance", "--group-scale-variance"},
    {"--scale_variance", "--group-scale-variance"},
    {"--max_permute_len", "--max-permute-length"},
    {kUseStrat, "--search=improved"},
    {"--no-use_strat", "--search=naive"},
}};

constexpr std::array<PublishedName, 1> kProfileNames = {{{"--profile_dir", "--output-dir"}}};

template <class Names>
const PublishedName* find_name(const Names& names, std::string_view name) {
  const auto found = std::find_if(names.begin(), names.end(), [&](const PublishedName& each) {
    return each.published == name;
  });
  return found == names.end() ? nullptr : &*found;
}

// Whether a word is GBS=128, as the published shell script takes its arguments.
bool is_variable(const std::string& word) {
  const auto equals = word.find('=');
  return equals != std::string::npos && equals > 0 &&
         std::all_of(word.begin(), word.begin() + static_cast<std::ptrdiff_t>(equals),
                     [](unsigned char c) { return std::isupper(c) != 0 || c == '_'; });
}

// Such a word as an option, --gbs=128, if there is one; other words as they are.
std::string word_as_option(const std::string& word) {
  if (!is_variable(word)) {
    return word;
  }
  const auto equals = word.find('=');
  const std::string name = "--" + lower_case(word.substr(0, equals));
  return find_name(kPlanNames, name) ? name + word.substr(equals) : word;
}

[[noreturn]] void reject_variable(const std::string& word) {
  std::vector<std::string> names;
  for (const PublishedName& name : kPlanNames) {
    names.push_back(upper_case(std::string(name.published.substr(2))));
  }
  const std::string given = word.substr(0, word.find('='));
  throw InputError(
      fmt::format("there is no published argument {}{}", given,
                  did_you_mean(given, std::vector<std::string_view>(names.begin(), names.end()))));
}

// --use_strat has a value of its own, or one that follows as a word, or none.
bool wants_improved(const std::optional<std::string>& value) {
  static constexpr std::array<std::string_view, 4> kYes = {"true", "1", "yes", "on"};
  static constexpr std::array<std::string_view, 4> kNo = {"false", "0", "no", "off"};
  const auto is_one_of = [&](const auto& words) {
    return std::find(words.begin(), words.end(), lower_case(*value)) != words.end();
  };
  if (value && !is_one_of(kYes) && !is_one_of(kNo)) {
    throw InputError(fmt::format("{} is '{}', expected True or False", kUseStrat, *value));
  }
  return !value || is_one_of(kYes);
}

// A published command line in our names.
class PublishedLine {
 public:
  explicit PublishedLine(std::span<const std::string> arguments) : arguments_(arguments) {}

  template <class Names>
  std::vector<std::string> renamed(const Names& names, bool& any_published) {
    std::vector<std::string> result;
    for (at_ = 0; at_ < arguments_.size(); ++at_) {
      const std::string argument = word_as_option(arguments_[at_]);
      const std::string_view name = std::string_view(argument).substr(0, argument.find('='));
      const PublishedName* found = find_name(names, name);
      if (!found && is_variable(argument) && !may_be_a_value()) {
        reject_variable(argument);
      }
      if (!found) {
        result.push_back(arguments_[at_]);
        continue;
      }
      any_published = true;
      append(*found, argument, result);
    }
    return result;
  }

 private:
  void append(const PublishedName& name, const std::string& argument,
              std::vector<std::string>& result) {
    std::optional<std::string> value;
    if (const auto equals = argument.find('='); equals != std::string::npos) {
      value = argument.substr(equals + 1);
    }
    const bool is_flag = name.ours.find('=') != std::string_view::npos;
    if (name.published == kUseStrat) {
      if (!value && at_ + 1 < arguments_.size() && is_bare_word(arguments_[at_ + 1])) {
        value = arguments_[++at_];
      }
      result.emplace_back(wants_improved(value) ? name.ours : "--search=naive");
      return;
    }
    if (is_flag && value) {
      throw InputError(
          fmt::format("{} is a flag and takes no value, got '{}'", name.published, *value));
    }
    if (is_flag) {
      result.emplace_back(name.ours);
      return;
    }
    if (!value && at_ + 1 == arguments_.size()) {
      throw InputError(fmt::format("{} needs a value", name.published));
    }
    const std::string& text = value ? *value : arguments_[++at_];
    if (!name.ours.empty()) {
      result.push_back(std::string(name.ours) + "=" + text);
    }
  }

  // Whether the word before this one is an option, whose value it then may be.
  bool may_be_a_value() const {
    return at_ > 0 && arguments_[at_ - 1].starts_with('-') &&
           arguments_[at_ - 1].find('=') == std::string::npos;
  }
  static bool is_bare_word(const std::string& word) {
    return !word.starts_with('-') && word.find('=') == std::string::npos;
  }

  std::span<const std::string> arguments_;
  std::size_t at_ = 0;
};

template <class Names>
std::vector<std::string> renamed(const Names& names, std::span<const std::string> arguments,
                                 bool& any_published) {
  return PublishedLine(arguments).renamed(names, any_published);
}

bool is_number(const std::string& text) {
  return !text.empty() && std::all_of(text.begin(), text.end(),
                                      [](unsigned char c) { return std::isdigit(c) != 0; });
}

// The leading numbers become the values of `options`.
std::vector<std::string> with_named_numbers(std::vector<std::string> arguments,
                                            std::span<const std::string_view> options) {
  for (std::size_t i = 0; i < options.size(); ++i) {
    const std::size_t at = 2 * i;
    if (at >= arguments.size() || !is_number(arguments[at])) {
      break;
    }
    arguments.insert(arguments.begin() + static_cast<std::ptrdiff_t>(at), std::string(options[i]));
  }
  return arguments;
}

}  // namespace

// A published line plans naively unless it says --use_strat, and reports as the published program.
std::vector<std::string> spell_out_hetero_plan(std::span<const std::string> arguments) {
  bool published = false;
  std::vector<std::string> result = renamed(kPlanNames, arguments, published);
  const bool says_search = std::any_of(result.begin(), result.end(), [](const std::string& text) {
    return text.starts_with("--search");
  });
  if (published && !says_search) {
    result.emplace_back("--search=naive");
  }
  if (published) {
    result.emplace_back("--published-log");
  }
  return result;
}

std::vector<std::string> spell_out_hetero_profile(std::span<const std::string> arguments) {
  constexpr std::array<std::string_view, 2> kOptions = {"--layers", "--max-size"};
  bool published = false;
  std::vector<std::string> result =
      with_named_numbers(renamed(kProfileNames, arguments, published), kOptions);
  const bool has_folder = std::any_of(result.begin(), result.end(), [](const std::string& text) {
    return text.starts_with("--output-dir");
  });
  if (!arguments.empty() && is_number(arguments[0]) && !has_folder) {
    result.emplace_back("--output-dir=./profile");
  }
  return result;
}

std::vector<std::string> spell_out_hetero_hostfile(std::span<const std::string> arguments) {
  constexpr std::array<std::string_view, 1> kOptions = {"--gpus-per-type"};
  return with_named_numbers({arguments.begin(), arguments.end()}, kOptions);
}

}  // namespace calculon
