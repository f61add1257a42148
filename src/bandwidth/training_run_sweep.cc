#include "bandwidth/training_run_sweep.h"

#include <fmt/format.h>

#include "bandwidth/exact.h"
#include "base/text.h"
#include "calculon/base/input_error.h"

namespace calculon {
namespace {

constexpr std::size_t kMostValues = 1'000'000;  // of an axis: they are stored

[[noreturn]] void reject(std::string_view option, std::string_view found,
                         std::string_view accepted) {
  throw InputError(fmt::format("--sweep: {} is '{}', expected {}", option, found, accepted));
}

InputValue parse_value(std::string_view option, InputKind kind, std::string_view text,
                       std::span<const Chip> chips) {
  if (kind == InputKind::kChip) {
    std::vector<std::string_view> names;
    for (const Chip& chip : chips) {
      if (chip.name == text) {
        return &chip;
      }
      names.push_back(chip.name);
    }
    reject(option, text, list_of_names(names));
  }
  const auto value = parse_input(kind, text);
  if (!value) {
    reject(option, text, accepted_input(kind));
  }
  return *value;
}

void add_range(std::string_view option, std::string_view text, std::vector<InputValue>& values) {
  const auto range = parse_range(text, parse_integer);
  if (!range || range->first > range->last) {
    reject(option, text, "a range of integers such as 1..16");
  }
  if (static_cast<std::uint64_t>(range->last) - static_cast<std::uint64_t>(range->first) >=
      kMostValues) {
    reject(option, text, fmt::format("at most {} values", kMostValues));
  }
  for (std::int64_t value = range->first; value < range->last; ++value) {
    values.push_back(value);
  }
  values.push_back(range->last);
}

}  // namespace

std::vector<InputValue> parse_sweep_values(std::string_view option, InputKind kind,
                                           std::string_view text, std::span<const Chip> chips) {
  std::vector<InputValue> values;
  for (const std::string_view piece : split(text, ',')) {
    if (kind == InputKind::kInteger && piece.find("..") != std::string_view::npos) {
      add_range(option, piece, values);
    } else {
      values.push_back(parse_value(option, kind, piece, chips));
    }
    if (values.size() > kMostValues) {
      reject(option, text, fmt::format("at most {} values", kMostValues));
    }
  }
  return values;
}

std::pair<std::string_view, std::string_view> split_sweep(std::string_view text) {
  const auto axis = name_and_value(text);
  if (!axis) {
    throw InputError(fmt::format(
        "--sweep is '{}', expected an option and its values as in p_data=1,2,4 or p_pipe=1..16",
        text));
  }
  return *axis;
}

std::int64_t count_combinations(std::span<const std::size_t> sizes) {
  std::vector<std::int64_t> factors(sizes.begin(), sizes.end());
  const auto count = product_of(std::span<const std::int64_t>(factors));
  if (!count || *count > kLargestExactCount) {
    throw InputError("--sweep: more than 2^53 combinations");
  }
  return *count;
}

}  // namespace calculon
