#include "text/peers_report.h"

#include <fmt/format.h>

#include <iterator>

namespace calculon {
namespace {

// `"name": [id(0), id(1), ...], `, `count` ids.
template <class Id>
void append_group(std::string& text, std::string_view name, std::int64_t count, const Id& id) {
  fmt::format_to(std::back_inserter(text), "\"{}\": [", name);
  for (std::int64_t i = 0; i < count; ++i) {
    fmt::format_to(std::back_inserter(text), "{}{}", i == 0 ? "" : ", ", id(i));
  }
  text += "], ";
}

// The groups of processor number `rank` of a stage among the experts: slices of an expert stand
// together, then the experts, then their replicas.
void append_expert_groups(std::string& text, const Strategy& s, std::int64_t stage,
                          std::int64_t rank) {
  const auto id_of = [&](std::int64_t other) {
    return other / s.tensor_par * s.tensor_par * s.pipeline_par + stage * s.tensor_par +
           other % s.tensor_par;
  };
  const std::int64_t slices = s.expert_slice;
  const std::int64_t group = s.expert_par * slices;
  if (slices > 1) {
    append_group(text, "expert_slice", slices,
                 [&](std::int64_t i) { return id_of(rank - rank % slices + i); });
  }
  if (s.expert_par > 1) {
    append_group(text, "expert", s.expert_par, [&](std::int64_t i) {
      return id_of(rank / group * group + i * slices + rank % slices);
    });
  }
  if (s.data_par_exp > 1) {
    append_group(text, "data_exp", s.data_par_exp,
                 [&](std::int64_t i) { return id_of(i * group + rank % group); });
  }
}

}  // namespace

void write_peers(const Strategy& s, OutputFile& file) {
  const std::int64_t t = s.tensor_par;
  const std::int64_t p = s.pipeline_par;
  for (std::int64_t id = 0; id < s.num_procs; ++id) {
    const std::int64_t tensor = id % t;
    const std::int64_t stage = id / t % p;
    const std::int64_t replica = id / (t * p);
    std::string members;
    if (t > 1) {
      append_group(members, "tensor", t, [&](std::int64_t i) { return id - tensor + i; });
    }
    if (p > 1) {
      members += fmt::format("\"pipeline\": {}, ", replica * t * p + (stage + 1) % p * t + tensor);
    }
    if (s.data_par > 1) {
      append_group(members, "data", s.data_par,
                   [&](std::int64_t i) { return i * t * p + stage * t + tensor; });
    }
    if (s.model_MoE) {
      append_expert_groups(members, s, stage, replica * t + tensor);
    }
    if (!members.empty()) {
      members.resize(members.size() - 2);
    }
    file.write(fmt::format("{}\n  \"{}\": {{{}}}", id == 0 ? "{" : ",", id, members));
  }
  file.write("\n}");
}

}  // namespace calculon
