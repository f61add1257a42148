#include "launch/megatron_arguments.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "base/json_reader.h"
#include "base/text.h"

namespace calculon {
namespace {

bool is_same_name(std::string_view a, std::string_view b) {
  const auto plain = [](char c) { return c == '_' ? '-' : c; };
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [&](char x, char y) { return plain(x) == plain(y); });
}

}  // namespace

MegatronArguments::MegatronArguments(std::string file, const std::vector<std::string>& words)
    : file_(std::move(file)) {
  for (const std::string& word : words) {
    if (!word.starts_with("--")) {
      if (!arguments_.empty()) {
        arguments_.back().values.push_back(word);
      }
      continue;
    }
    const auto setting = name_and_value(word);
    arguments_.push_back({std::string(setting ? setting->first : word), {}});
    if (setting) {
      arguments_.back().values.emplace_back(setting->second);
    }
  }
}

bool MegatronArguments::stands(std::string_view name) const {
  return find(name) != nullptr;
}

std::string_view MegatronArguments::first_word(std::string_view name) const {
  const Argument* argument = find(name);
  return argument == nullptr || argument->values.empty() ? std::string_view()
                                                         : argument->values.front();
}

const MegatronArguments::Argument* MegatronArguments::find(std::string_view name) const {
  const auto last = std::find_if(arguments_.rbegin(), arguments_.rend(), [&](const Argument& each) {
    return is_same_name(each.name, name);
  });
  return last == arguments_.rend() ? nullptr : &*last;
}

const MegatronArguments::Argument* MegatronArguments::use(std::string_view name) {
  for (Argument& argument : arguments_) {
    argument.used = argument.used || is_same_name(argument.name, name);
  }
  return find(name);
}

bool MegatronArguments::has(std::string_view name) {
  return use(name) != nullptr;
}

std::optional<std::string> MegatronArguments::value(std::string_view name) {
  const Argument* argument = use(name);
  if (argument == nullptr) {
    return std::nullopt;
  }
  if (argument->values.empty()) {
    throw InputError(fmt::format("{}: {} has no value", file_, argument->name));
  }
  return argument->values.front();
}

std::optional<std::int64_t> MegatronArguments::count(std::string_view name) {
  const auto text = value(name);
  if (!text) {
    return std::nullopt;
  }
  const auto number = parse_number<std::int64_t>(*text);
  if (!number || *number < 0 || *number > kLargestCount) {
    reject(name, fmt::format("an integer from 0 to {}{}", kLargestCount,
                             text->find('$') == std::string::npos
                                 ? ""
                                 : ", and the script does not say what it is"));
  }
  return number;
}

std::vector<std::string> MegatronArguments::values(std::string_view name) {
  const Argument* argument = use(name);
  return argument == nullptr ? std::vector<std::string>() : argument->values;
}

void MegatronArguments::reject(std::string_view name, std::string_view expected) const {
  const Argument* argument = find(name);
  throw InputError(fmt::format(
      "{}: {} is {}, expected {}", file_, name,
      argument == nullptr ? "absent" : fmt::format("{}", fmt::join(argument->values, " ")),
      expected));
}

std::vector<std::string> MegatronArguments::unused() const {
  std::vector<std::string> names;
  for (const Argument& argument : arguments_) {
    if (!argument.used) {
      names.push_back(argument.name);
    }
  }
  return names;
}

}  // namespace calculon
