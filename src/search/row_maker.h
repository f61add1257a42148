#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "calculon/search/row_writer.h"
#include "calculon/search/stat_rule.h"
#include "calculon/search/tally.h"
#include "search/degrees.h"
#include "search/profile_cache.h"
#include "search/search_plan.h"

namespace calculon {

// One thread's part of a row stream: evaluates the strategies of a range in their order, with all
// their statistics. What it is given has to outlive it. One thread at a time.
class RowMaker {
 public:
  RowMaker(const Transformer& transformer, const System& system, const StrategySpace& space,
           const std::vector<PlacementPlan>& placements, const std::vector<StatFilter>& where,
           std::unique_ptr<RowWriter> writer)
      : transformer_(transformer),
        system_(system),
        space_(space),
        placements_(placements),
        where_(where),
        writer_(std::move(writer)) {}

  // The finished text of the good strategies of a range that satisfy `where`. Throws InputError if
  // a curve of the system does not cover a size.
  std::string make(const SettingRange& range);

  const Tally& tally() const { return tally_; }
  std::int64_t rows() const { return rows_; }

 private:
  using BlockDegrees = std::array<std::int64_t, 3>;  // those that block profiles depend on

  void make_setting(const Degrees& degrees, const Interleaving& interleaving,
                    const PlacementPlan& placements, std::size_t setting, std::string& text);
  void make_placements(const PlacementPlan& placements, ProfileCache& profiles,
                       const OptimizerStats& optimizer, Strategy& strategy,
                       std::int64_t first_index, std::string& text);
  ProfileCache& profiles_for(const Strategy& strategy, const SettingValues& values);

  const Transformer& transformer_;
  const System& system_;
  const StrategySpace& space_;
  const std::vector<PlacementPlan>& placements_;  // by degrees
  const std::vector<StatFilter>& where_;
  std::unique_ptr<RowWriter> writer_;
  Tally tally_;
  std::int64_t rows_ = 0;
  BlockDegrees block_degrees_{};                   // that the profiles below are for
  std::map<std::int64_t, ProfileCache> profiles_;  // by block_key()
};

}  // namespace calculon
