#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "calculon/base/enum_names.h"
#include "calculon/base/field.h"
#include "calculon/strategy/model_rules.h"

namespace calculon {

// Whose model answers. The two published tools share one model and differ in a few places for the
// same execution; the third preset is that model put right. A preset decides which keys an
// execution has, which names its statistics have, and which rules hold. The names of the first two
// are those of the tools.
enum class Preset : std::uint8_t { kCalculon, kCalculonMoe, kCorrected };

template <>
struct EnumNames<Preset> {
  static constexpr std::array<std::string_view, 3> kNames = {"calculon", "calculon-moe",
                                                             "corrected"};
};

// The audience of a row (base/field.h) that these presets have.
template <class... Presets>
constexpr Audience audience_of(Presets... presets) {
  return static_cast<Audience>(((1U << static_cast<unsigned>(presets)) | ...));
}
inline constexpr Audience kDenseToolOnly = audience_of(Preset::kCalculon);
inline constexpr Audience kWithExperts = audience_of(Preset::kCalculonMoe, Preset::kCorrected);
inline constexpr Audience kCorrectedOnly = audience_of(Preset::kCorrected);

// Whether a preset is one of the published tools.
constexpr bool is_published(Preset preset) {
  return preset != Preset::kCorrected;
}

constexpr ModelRules rules_of(Preset preset) {
  ModelRules rules;
  if (preset == Preset::kCalculonMoe) {
    rules.running_recompute_totals = false;
    rules.holds_one_microbatch = true;
    rules.checks_degrees_late = true;
    rules.accepts_empty_stages = false;
  }
  if (preset == Preset::kCorrected) {
    for (const ModelRule& rule : kModelRules) {
      rules.*rule.published = false;
    }
  }
  return rules;
}

}  // namespace calculon
