#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "calculon/base/parallel.h"
#include "calculon/search/row_writer.h"
#include "calculon/search/stat_rule.h"
#include "calculon/search/tally.h"
#include "search/degrees.h"
#include "search/profile_cache.h"
#include "search/search_plan.h"
#include "search/system_parts.h"

namespace calculon {

// One thread's part of a row stream: evaluates the strategies of a range in their order, with all
// their statistics. What it is given has to outlive it. One thread at a time.
class RowMaker {
 public:
  // Takes a part of the finished text; false if the rest is not wanted.
  using Sink = std::function<bool(std::string)>;

  RowMaker(const Transformer& transformer, const System& system, const StrategySpace& space,
           const std::vector<StatFilter>& where, std::unique_ptr<RowWriter> writer,
           const StopToken& stop)
      : transformer_(transformer),
        system_(system),
        parts_(SystemParts().number(system)),
        space_(space),
        where_(where),
        writer_(std::move(writer)),
        stop_(stop) {}

  // The finished text of the good strategies of a range that satisfy `where`: the last part of it,
  // after a long text has gone to `sink` in parts. Nothing if it was stopped. Throws InputError if
  // a curve of the system does not cover a size, or if a statistic of a row is past the range of a
  // double.
  std::optional<std::string> make(const SettingRange& range, const Sink& sink);

  const Tally& tally() const { return tally_; }
  std::int64_t rows() const { return rows_; }

 private:
  using BlockDegrees = std::array<std::int64_t, 3>;  // those that block profiles depend on

  // The functions below return false if they were stopped.
  bool make_setting(const Degrees& degrees, const Interleaving& interleaving, std::size_t setting,
                    const Sink& sink);
  bool make_placements(ProfileCache& profiles, const OptimizerProfile& optimizer,
                       Strategy& strategy, std::int64_t first_index, const Sink& sink);
  bool add_row(const Strategy& strategy, const Stats& stats, const Sink& sink);
  ProfileCache& profiles_for(const Strategy& strategy, const SettingValues& values);

  const Transformer& transformer_;
  const System& system_;
  const NumberedSystem parts_;
  const StrategySpace& space_;
  const std::vector<StatFilter>& where_;
  std::unique_ptr<RowWriter> writer_;
  const StopToken& stop_;
  std::string text_;  // of the range at hand
  Tally tally_;
  std::int64_t rows_ = 0;
  std::optional<std::size_t> placed_degrees_;  // whose placements are the next
  PlacementPlan placements_;
  BlockDegrees block_degrees_{};                   // that the profiles below are for
  std::map<std::int64_t, ProfileCache> profiles_;  // by block_key()
};

}  // namespace calculon
