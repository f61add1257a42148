#include "bandwidth/field_names.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <string>

#include "calculon/base/input_error.h"

namespace calculon {
namespace {

std::string simplified(std::string_view name) {
  std::string text;
  for (const char c : name) {
    if (c != '_') {
      text += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    }
  }
  return text;
}

}  // namespace

std::size_t named_field(std::string_view what, std::string_view text,
                        std::span<const std::string_view> names) {
  const auto exact = std::find(names.begin(), names.end(), text);
  if (exact != names.end()) {
    return static_cast<std::size_t>(exact - names.begin());
  }
  std::vector<std::string_view> meant;
  std::size_t position = 0;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (!text.empty() && simplified(names[i]).starts_with(simplified(text))) {
      meant.push_back(names[i]);
      position = i;
    }
  }
  if (meant.empty()) {
    throw InputError(fmt::format("there is no {} '{}'{}", what, text, did_you_mean(text, names)));
  }
  if (meant.size() > 1) {
    throw InputError(fmt::format("the {} '{}' can mean {}", what, text, list_of_names(meant)));
  }
  return position;
}

}  // namespace calculon
