// The published programs' command lines, which the planner's commands take as they are.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>

#include "calculon/base/input_error.h"
#include "cli/commands.h"

namespace calculon {
namespace {

struct PublishedName {
  std::string_view published;
  std::string_view ours;  // "": read, and has no effect
};

constexpr std::array<PublishedName, 19> kPlanNames = {{
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
    {"--max_profiled_batch_size", "--max-microbatch"},
    {"--min_group_scale_variance", "--group-scale-variance"},
    {"--max_permute_len", "--max-permute-length"},
    {"--use_strat", "--search=improved"},
    {"--no-use_strat", "--search=naive"},
}};

constexpr std::array<PublishedName, 1> kProfileNames = {{{"--profile_dir", "--output-dir"}}};

template <class Names>
std::vector<std::string> renamed(const Names& names, std::span<const std::string> arguments,
                                 bool& any_published) {
  std::vector<std::string> result;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const std::string& argument = arguments[i];
    const auto equals = argument.find('=');
    const auto found = std::find_if(names.begin(), names.end(), [&](const PublishedName& name) {
      return name.published == std::string_view(argument).substr(0, equals);
    });
    if (found == names.end()) {
      result.push_back(argument);
      continue;
    }
    any_published = true;
    const bool is_flag = found->ours.find('=') != std::string_view::npos;
    if (is_flag && equals != std::string::npos) {
      throw InputError(fmt::format("{} is a flag and takes no value, got '{}'", found->published,
                                   argument.substr(equals + 1)));
    }
    const bool value_follows = !is_flag && equals == std::string::npos;
    if (value_follows && i + 1 == arguments.size()) {
      throw InputError(fmt::format("{} needs a value", found->published));
    }
    if (found->ours.empty()) {
      i += value_follows ? 1 : 0;
      continue;
    }
    result.push_back(std::string(found->ours) +
                     (equals == std::string::npos ? "" : argument.substr(equals)));
    if (value_follows) {
      result.push_back(arguments[++i]);
    }
  }
  return result;
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

// A published line plans naively unless it says --use_strat.
std::vector<std::string> spell_out_hetero_plan(std::span<const std::string> arguments) {
  bool published = false;
  std::vector<std::string> result = renamed(kPlanNames, arguments, published);
  const bool says_search = std::any_of(result.begin(), result.end(), [](const std::string& text) {
    return text.starts_with("--search");
  });
  if (published && !says_search) {
    result.emplace_back("--search=naive");
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
