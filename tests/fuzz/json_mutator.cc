#include "fuzz/json_mutator.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "calculon/calibrated/calibrated_execution.h"

namespace calculon::fuzz {
namespace {

// Values as they stand in a file; some are no JSON, some only look like numbers.
constexpr std::string_view kTokens =
    "0 -0 0.0 -0.0 1 -1 2 3 8 0.5 1.5 1e-5 1e30 1e31 -1e30 1e-30 1e-300 1e308 -1e308 1e-308 "
    "5e-324 1e309 1e-400 999999999 1000000000 1000000001 2147483648 4294967296 "
    "9223372036854775807 9223372036854775808 -9223372036854775808 18446744073709551615 "
    "18446744073709551616 100000000000000000000000000000 NaN -Infinity null true false \"\" "
    "\"float16\" \"\\u0000\\n\" \"\xff\" [] {} [[0,1]]";

// Keys and choices.
constexpr std::string_view kNames =
    "float8 float16 float32 bfloat16 multihead multiquery full attn_only none ar p2p_rs_ag rs_ag "
    "ring pipe roofline no_overlap matrix vector mem1 mem2 networks processing_mode tflops "
    "gflops_efficiency GiB GBps MB_efficiency bandwidth efficiency size latency ops "
    "must_be_filled processor_usage p2p reduce_scatter all_gather all_reduce all_to_all a\nb axes "
    "vary cases path values scale range labels derive plots search only where set keep summary all "
    "type x y series panel color text best rank_by status ok infeasible stats calibrated flash "
    "unfused selective core_attn layernorm mla_up_proj mlp mlp_in mlp_act moe moe_act op zero1 "
    "zero2 zero3 blocks with_embedding deepep hybridep attention router attention_router float4 "
    "fused dynamic row compiled in_place mha mla rope learned layernorm rmsnorm calibration "
    "provenance memory_overhead class stack processor transfer";

std::vector<std::string> split(std::string_view words) {
  std::vector<std::string> all;
  while (!words.empty()) {
    const std::size_t end = words.find(' ');
    all.emplace_back(words.substr(0, end));
    words.remove_prefix(end == std::string_view::npos ? words.size() : end + 1);
  }
  return all;
}

const std::vector<std::string>& tokens() {
  static const std::vector<std::string> kAll = split(kTokens);
  return kAll;
}

const std::vector<std::string>& names() {
  static const std::vector<std::string> kAll = [] {
    std::vector<std::string> all = split(kNames);
    for_each_field(kCalibratedExecutionFields,
                   [&](const auto& field) { all.emplace_back(field.name); });
    return all;
  }();
  return kAll;
}

// Stands for a token while the document is a tree.
std::string placeholder(std::size_t token) {
  return fmt::format("@token {}@", token);
}

std::string with_tokens(std::string text) {
  for (std::size_t token = 0; token < tokens().size(); ++token) {
    const std::string quoted = fmt::format("\"{}\"", placeholder(token));
    for (auto at = text.find(quoted); at != std::string::npos; at = text.find(quoted, at)) {
      text.replace(at, quoted.size(), tokens()[token]);
    }
  }
  return text;
}

void collect(Json& value, std::vector<Json*>& all) {
  constexpr std::size_t kMost = 5000;
  if (all.size() > kMost) {
    return;
  }
  all.push_back(&value);
  if (value.is_structured()) {
    for (Json& item : value) {
      collect(item, all);
    }
  }
}

}  // namespace

std::optional<std::string> JsonMutator::mutate(const std::string& text) {
  try {
    Json document = parse_json("", text);
    const std::size_t changes = 1 + below(2);
    for (std::size_t i = 0; i < changes; ++i) {
      change(document);
    }
    if (document.is_object() && document.contains("num_procs") && !one_in(4)) {
      make_consistent(document);
    }
    const int indent = one_in(2) ? 1 : -1;
    return with_tokens(document.dump(indent, ' ', false, Json::error_handler_t::replace));
  } catch (const InputError&) {
    return std::nullopt;
  }
}

void JsonMutator::change(Json& document) {
  std::vector<Json*> all;
  collect(document, all);
  Json& value = *all[below(all.size())];
  if (value.is_object() && !one_in(8)) {
    change_members(value);
  } else if (value.is_array() && !one_in(4)) {
    change_elements(value);
  } else {
    value = other_value(value, *all[below(all.size())]);
  }
}

Json JsonMutator::other_value(const Json& value, const Json& elsewhere) {
  constexpr std::size_t kRarely = 20;  // most of what these give is refused at once
  switch (below(kRarely)) {
    case 0:
      return placeholder(below(tokens().size()));
    case 1:
      return Json(elsewhere);
    case 2: {
      Json nested = value;
      for (std::size_t depth = one_in(2) ? 1 : below(100); depth > 0; --depth) {
        nested = one_in(2) ? Json::array({std::move(nested)}) : Json{{"", std::move(nested)}};
      }
      return nested;
    }
    default:
      break;
  }
  if (value.is_boolean()) {
    return !value.get<bool>();
  }
  if (value.is_number()) {
    return other_number(value);
  }
  return names()[below(names().size())];
}

Json JsonMutator::other_number(const Json& value) {
  // Within the range of most readers, and at the ends of it.
  constexpr std::array<double, 10> kExtremes = {0,    5e-324, 1e-307, 1e-200, 1e-30,
                                                1e-9, 0.999,  1e12,   1e30,   -1e30};
  if (one_in(4)) {
    return kExtremes[below(kExtremes.size())];
  }
  if (value.is_number_integer() && !one_in(4)) {
    const auto number = std::clamp(value.get<std::int64_t>(), -kLargestCount, kLargestCount);
    constexpr std::array<std::int64_t, 8> kFactors = {2, 2, 2, 3, 5, 8, 64, 1000};
    const std::int64_t factor = kFactors[below(kFactors.size())];
    switch (below(4)) {
      case 0:
        return number / factor;
      case 1:
        return number * factor;
      case 2:
        return static_cast<std::int64_t>(below(10));
      default:
        return number + (one_in(2) ? 1 : -1);
    }
  }
  constexpr std::array<double, 10> kFactors = {-1, 0.5, 2, 0.99, 10, 1e-3, 1e6, 1e-12, 1e-60, 1e20};
  return value.get<double>() * kFactors[below(kFactors.size())];
}

void JsonMutator::change_members(Json& object) {
  const auto any = [&] {
    return std::next(object.begin(), static_cast<std::ptrdiff_t>(below(object.size())));
  };
  if (!object.empty() && one_in(3)) {
    object.erase(any());
    return;
  }
  const std::string name =
      one_in(20) ? std::string(below(1000), 'k') : names()[below(names().size())];
  const Json member =
      object.empty() || one_in(3) ? Json(placeholder(below(tokens().size()))) : Json(any().value());
  object[name] = member;
  for (std::size_t i = one_in(30) ? below(2000) : 0; i > 0; --i) {
    object[fmt::format("{}{}", name, i)] = i;
  }
}

void JsonMutator::change_elements(Json& array) {
  if (array.empty()) {
    array.push_back(placeholder(below(tokens().size())));
    return;
  }
  const auto at = static_cast<std::ptrdiff_t>(below(array.size()));
  if (one_in(3)) {
    array.erase(array.begin() + at);
    return;
  }
  const Json element = array[static_cast<std::size_t>(at)];
  if (one_in(2)) {  // pairs of a curve may come in any order
    std::swap(array[static_cast<std::size_t>(at)], array[below(array.size())]);
    return;
  }
  const std::size_t copies = one_in(10) ? below(300) : 1;
  array.insert(array.begin() + at, copies, element);
}

void JsonMutator::make_consistent(Json& execution) {
  const auto count = [&](std::string_view key) -> std::int64_t {
    const auto found = execution.find(std::string(key));
    if (found == execution.end() || !found->is_number_integer()) {
      return 1;
    }
    const auto value = found->get<std::int64_t>();
    return value > 0 && value <= kLargestCount ? value : 1;
  };
  const std::int64_t model_par =
      std::min(count("tensor_par") * count("pipeline_par"), kLargestCount) * count("context_par");
  if (model_par <= kLargestCount) {
    execution["num_procs"] = model_par * count("data_par");
  }
  const std::int64_t step = count("data_par") * count("microbatch_size");
  execution["batch_size"] = step * std::max<std::int64_t>(1, count("batch_size") / step);
}

}  // namespace calculon::fuzz
