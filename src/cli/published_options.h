#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "calculon/bandwidth/model_version.h"

namespace calculon {

// Options of a published command line, which may be shortened to any prefix that only one of them
// begins with. Our own options beside them have to be written out, so that they make no published
// prefix ambiguous.
struct PublishedOption {
  std::string_view name;  // without dashes
  bool is_flag = false;
  bool head_only = false;  // there is no such option in the seed version
};

inline constexpr std::string_view kVersionOption = "--model-version";

template <class Fields>
std::vector<PublishedOption> published_options(const Fields& fields) {
  std::vector<PublishedOption> options = {{"help", true, false}};
  for (const auto& field : fields) {
    options.push_back({field.name, field.kind() == decltype(field.kind())::kFlag, field.head_only});
  }
  return options;
}

// The version that `arguments` ask for, without checking its name.
ModelVersion requested_version(std::span<const std::string> arguments);

// `arguments`, what follows the command's name, with published options by their full names and own
// options as they are. Throws InputError for an ambiguous prefix, an option of another version, a
// value given to a flag and one that is missing.
std::vector<std::string> with_full_names(std::span<const PublishedOption> options,
                                         std::span<const std::string> arguments);

}  // namespace calculon
