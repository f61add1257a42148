#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "calculon/base/enum_names.h"
#include "calculon/base/field.h"

namespace calculon {

// Whose model answers. The two published tools share one model and differ in a few places for the
// same execution; a preset decides which keys an execution has, which names its statistics have,
// and which rules hold. The names are those of the tools.
enum class Preset : std::uint8_t { kCalculon, kCalculonMoe };

template <>
struct EnumNames<Preset> {
  static constexpr std::array<std::string_view, 2> kNames = {"calculon", "calculon-moe"};
};

// The audience of a row (base/field.h) that these presets have.
template <class... Presets>
constexpr Audience audience_of(Presets... presets) {
  return static_cast<Audience>(((1U << static_cast<unsigned>(presets)) | ...));
}
inline constexpr Audience kCalculonOnly = audience_of(Preset::kCalculon);
inline constexpr Audience kCalculonMoeOnly = audience_of(Preset::kCalculonMoe);

// What the published tools do differently from each other, or from what one would expect and what
// another model may therefore leave out. Each is a choice with a name, and what a preset does is
// rules_of() it; code asks for the rule it means, never for the preset.
struct PublishedRules {
  // Quirk C1: recomputation counters add the block's running totals, not the layer's own values.
  bool running_recompute_totals = true;
  // Activations are held for every microbatch in flight. Quirk M8: without it those of one are
  // held, and on a single stage those of one block beside the one at work.
  bool holds_microbatches_in_flight = true;
  // num_procs is compared with the degrees of parallelism before anything else is looked at.
  // Quirk M36: without it only a mixture of experts is, and after its networks.
  bool checks_degrees_first = true;
  // A pipeline of more stages than blocks is wrong input; without it some stages are empty.
  bool refuses_empty_stages = false;
  // A mixture of experts scatters activations over the tensor group whatever the execution says.
  bool experts_always_scatter = true;
  // Quirk M23: tensor parallelism of a mixture of experts need not divide the attention heads.
  bool experts_round_heads_down = true;

  bool operator==(const PublishedRules&) const = default;
};

constexpr PublishedRules rules_of(Preset preset) {
  if (preset == Preset::kCalculonMoe) {
    return {.running_recompute_totals = false,
            .holds_microbatches_in_flight = false,
            .checks_degrees_first = false,
            .refuses_empty_stages = true};
  }
  return {};
}

}  // namespace calculon
