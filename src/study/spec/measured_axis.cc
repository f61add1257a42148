#include "study/spec/measured_axis.h"

#include <fmt/format.h>

#include <array>
#include <utility>

namespace calculon {
namespace {

// The kinds of models that a row may have.
constexpr std::array<std::string_view, 2> kRunKinds = {"dense", "mixture"};

std::string wanted_kind(const JsonReader& axis) {
  if (!axis.has("kind")) {
    return "";
  }
  std::string kind = axis["kind"].string();
  if (kind != kRunKinds[0] && kind != kRunKinds[1]) {
    axis["kind"].reject(list_of_names(kRunKinds) + did_you_mean(kind, kRunKinds));
  }
  return kind;
}

}  // namespace

bool is_measured_axis(const JsonReader& axis) {
  return axis.has(kMeasuredPath);
}

Axis parse_measured_axis(const JsonReader& reader, const std::optional<JsonReader>& quick,
                         Documents& documents) {
  static constexpr std::array<std::string_view, 2> kRequired = {"name", "measured"};
  static constexpr std::array<std::string_view, 1> kOptional = {"kind"};
  reader.require_keys(kRequired, kOptional);
  Axis axis;
  axis.name = reader["name"].string();
  if (axis.name.empty()) {
    reader["name"].reject("a name");
  }
  const std::string kind = wanted_kind(reader);
  const InputPath path{std::string(kMeasuredPath)};
  for (const Json& row : documents.load(kMeasuredPath, reader["measured"].string())) {
    if (kind.empty() || row.at("kind") == kind) {
      axis.values.push_back({row.at("id"), {{path, row, {}}}});
    }
  }
  if (axis.values.empty()) {
    reader.complain(fmt::format("has no {} runs", kind));
  }
  if (quick) {
    std::vector<std::string> labels;
    for (std::size_t i = 0; i < quick->size(); ++i) {
      labels.push_back((*quick)[i].string());
    }
    axis.keep_only(labels);
  }
  return axis;
}

}  // namespace calculon
