#pragma once

#include <string>
#include <vector>

#include "torture/attack.h"

namespace calculon::torture {

// Many attempts of one attack in several processes. The death of a process is a finding as any
// other, and another process goes on.
struct CampaignOptions {
  Attack* attack = nullptr;
  std::uint64_t first = 0;     // number of the first attempt
  std::uint64_t attempts = 0;  // 0: until the time is over
  double seconds = 0;          // 0: until all attempts are made
  int processes = 1;
  std::string findings;  // a folder that is there; each finding becomes a folder in it
};

struct CampaignResult {
  std::array<std::uint64_t, kNumCounts> counts{};
  std::vector<std::string> findings;  // "commands-17: an exception came out: ..."
};

CampaignResult run_campaign(const CampaignOptions& options);

}  // namespace calculon::torture
