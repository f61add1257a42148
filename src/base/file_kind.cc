#include "base/file_kind.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>
#include <utility>

namespace calculon {
namespace {

struct KindRow {
  FileKind kind;
  std::string_view name;
  std::array<std::string_view, 3> keys;  // one of them is enough; "": no further one
};

// No kind of file has a key that stands here for another one.
constexpr std::array<KindRow, 8> kKinds = {{
    {FileKind::kModel, "a model file", {"hidden", "attn_heads", "model_type"}},
    {FileKind::kExecution, "an execution file", {"tensor_par", "microbatch_size"}},
    {FileKind::kSystem, "a system file", {"networks", "mem1"}},
    {FileKind::kStudy, "a study file", {"calculon_study", "axes"}},
    {FileKind::kResults, "a file of results", {"block_fw_flops", "0", "calculon_run"}},
    {FileKind::kProfile, "a layer profile", {"execution_time", "execution_memory"}},
    {FileKind::kCluster, "a clusterfile", {}},
    {FileKind::kChips, "a file of chips", {}},
}};

std::string_view name_of(FileKind kind) {
  const auto row = std::find_if(kKinds.begin(), kKinds.end(),
                                [&](const KindRow& each) { return each.kind == kind; });
  return row == kKinds.end() ? "a file" : row->name;
}

}  // namespace

WrongKindOfFile::WrongKindOfFile(std::string file, std::string_view found,
                                 std::string_view expected)
    : InputError(fmt::format("{} is {}, expected {}", file, found, expected)),
      file_(std::move(file)),
      found_(found) {}

FileKind kind_of_file(const JsonReader& file) {
  for (const KindRow& row : kKinds) {
    if (std::any_of(row.keys.begin(), row.keys.end(),
                    [&](std::string_view key) { return !key.empty() && file.has(key); })) {
      return row.kind;
    }
  }
  return FileKind::kUnknown;
}

void require_kind(const JsonReader& file, FileKind expected) {
  const FileKind found = kind_of_file(file);
  if (found != expected && found != FileKind::kUnknown) {
    std::string what(name_of(found));
    if (expected == FileKind::kExecution && file.has("0")) {  // results of a search
      what += fmt::format(", of which {}#0 is the first", file.place());
    }
    throw WrongKindOfFile(file.place(), what, name_of(expected));
  }
}

}  // namespace calculon
