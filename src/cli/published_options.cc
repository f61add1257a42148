#include "cli/published_options.h"

#include <fmt/format.h>

#include <algorithm>

#include "calculon/base/input_error.h"

namespace calculon {
namespace {

constexpr std::string_view kDashes = "--";

bool is_long_option(std::string_view argument) {
  return argument.starts_with(kDashes) && argument.size() > kDashes.size();
}

// The options that `text` is or begins; one if it is exact.
std::vector<const PublishedOption*> options_meant(std::span<const PublishedOption> options,
                                                  std::string_view text) {
  std::vector<const PublishedOption*> meant;
  for (const PublishedOption& option : options) {
    if (option.name == text) {
      return {&option};
    }
    if (option.name.starts_with(text)) {
      meant.push_back(&option);
    }
  }
  return meant;
}

[[noreturn]] void reject_ambiguous(std::string_view text,
                                   const std::vector<const PublishedOption*>& meant) {
  std::vector<std::string> names;
  names.reserve(meant.size());
  for (const PublishedOption* option : meant) {
    names.push_back(fmt::format("--{}", option->name));
  }
  const std::vector<std::string_view> views(names.begin(), names.end());
  throw InputError(fmt::format("--{} is ambiguous: it can mean {}", text, list_of_names(views)));
}

// The published option that `text` means in a version of the model; null if it means none.
const PublishedOption* resolve(std::span<const PublishedOption> options, std::string_view text,
                               ModelVersion version) {
  std::vector<const PublishedOption*> meant = options_meant(options, text);
  const auto all = meant;
  std::erase_if(meant, [&](const PublishedOption* option) {
    return option->head_only && version == ModelVersion::kSeed;
  });
  if (meant.empty() && all.size() == 1) {
    throw InputError(fmt::format("--{} needs {} head: the seed version does not have it",
                                 all[0]->name, kVersionOption));
  }
  if (meant.size() > 1) {
    reject_ambiguous(text, meant);
  }
  return meant.empty() ? nullptr : meant[0];
}

void check_value(const PublishedOption& option, bool has_equals, std::string_view value,
                 bool value_follows) {
  if (option.is_flag && has_equals) {
    throw InputError(
        fmt::format("--{} is a flag and takes no value, got '{}'", option.name, value));
  }
  if (!option.is_flag && (has_equals ? value.empty() : !value_follows)) {
    throw InputError(fmt::format("--{} needs a value", option.name));
  }
}

}  // namespace

ModelVersion requested_version(std::span<const std::string> arguments) {
  ModelVersion version = ModelVersion::kSeed;
  const std::string with_equals = fmt::format("{}=", kVersionOption);
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    std::string_view value;
    if (arguments[i] == kVersionOption && i + 1 < arguments.size()) {
      value = arguments[i + 1];
    } else if (arguments[i].starts_with(with_equals)) {
      value = std::string_view(arguments[i]).substr(with_equals.size());
    }
    version = enum_from_name<ModelVersion>(value).value_or(version);
  }
  return version;
}

std::vector<std::string> with_full_names(std::span<const PublishedOption> options,
                                         std::span<const std::string> arguments) {
  const ModelVersion version = requested_version(arguments);
  std::vector<std::string> full;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const std::string_view argument = arguments[i];
    const auto equals = argument.find('=');
    const bool has_equals = equals != std::string_view::npos;
    const std::string_view written = argument.substr(0, equals);
    const PublishedOption* option = is_long_option(written)
                                        ? resolve(options, written.substr(kDashes.size()), version)
                                        : nullptr;
    if (!option) {
      full.emplace_back(argument);
      continue;
    }
    const std::string_view value = has_equals ? argument.substr(equals + 1) : "";
    const bool value_follows = i + 1 < arguments.size() && !is_long_option(arguments[i + 1]);
    check_value(*option, has_equals, value, value_follows);
    full.push_back(fmt::format("--{}{}", option->name, has_equals ? argument.substr(equals) : ""));
    if (!option->is_flag && !has_equals) {
      full.push_back(arguments[++i]);  // its value, whatever it looks like
    }
  }
  return full;
}

}  // namespace calculon
