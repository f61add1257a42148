#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "calculon/hardware/system.h"
#include "calculon/statistics/stats.h"
#include "calculon/strategy/strategy.h"
#include "support/findings.h"

namespace calculon::test {

// What a law looks at.
struct Case {
  const Strategy& s;
  const System& system;
  const Stats& stats;
};

// A law returns what of it is broken, or "".
struct Law {
  std::string_view sentence;
  std::string (*check)(const Case& c);
};

// Those that hold for every model and execution.
const std::vector<Law>& laws_of_evaluation();

// Adds what of the laws a case breaks.
void hold_against(const std::vector<Law>& laws, const Case& c, Findings& findings);

// The first of these fields that is not 0.
std::string nonzero(const Stats& stats, std::initializer_list<double Stats::*> members);

// The first field, but for those that are named, that differs in a bit.
std::string first_difference(const Stats& a, const Stats& b,
                             const std::vector<std::string_view>& but = {});

}  // namespace calculon::test
