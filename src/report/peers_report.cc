#include "report/peers_report.h"

#include <fmt/format.h>

#include <iterator>

#include "calculon/base/files.h"

namespace calculon {
namespace {

// `"name": [first, first + stride, ...]`, `count` ids.
void append_group(std::string& text, std::string_view name, std::int64_t first, std::int64_t stride,
                  std::int64_t count) {
  fmt::format_to(std::back_inserter(text), "\"{}\": [", name);
  for (std::int64_t i = 0; i < count; ++i) {
    fmt::format_to(std::back_inserter(text), "{}{}", i == 0 ? "" : ", ", first + i * stride);
  }
  text += "], ";
}

}  // namespace

void write_peers(const Strategy& s, const std::string& path) {
  const std::int64_t t = s.tensor_par;
  const std::int64_t p = s.pipeline_par;
  OutputFile file(path);
  for (std::int64_t id = 0; id < s.num_procs; ++id) {
    const std::int64_t tensor = id % t;
    const std::int64_t stage = id / t % p;
    const std::int64_t replica = id / (t * p);
    std::string members;
    if (t > 1) {
      append_group(members, "tensor", id - tensor, 1, t);
    }
    if (p > 1) {
      members += fmt::format("\"pipeline\": {}, ", replica * t * p + (stage + 1) % p * t + tensor);
    }
    if (s.data_par > 1) {
      append_group(members, "data", stage * t + tensor, t * p, s.data_par);
    }
    if (!members.empty()) {
      members.resize(members.size() - 2);
    }
    file.write(fmt::format("{}\n  \"{}\": {{{}}}", id == 0 ? "{" : ",", id, members));
  }
  file.write("\n}");
  file.commit();
}

}  // namespace calculon
