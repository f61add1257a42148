#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace calculon::torture {

// What is counted.
enum Count : std::size_t {
  kAttempts,
  kCalls,  // of the program, in this process or as one of its own
  kSuccesses,
  kInfeasible,
  kRefusals,
  kLocked,
  kInterrupted,
  kStopped,  // calls that took too long and ended when told to
  kKills,    // signals of either attack that sends them
  kSignals,
  kFlips,
  kRefusedFlips,
  kFindings,
  kNumCounts
};

inline constexpr std::array<std::string_view, kNumCounts> kCountNames = {
    "attempts", "calls", "status 0", "status 1", "status 2",        "status 3", "status 130",
    "stopped",  "kills", "signals",  "damages",  "damages refused", "findings"};

// Counts of all processes; lives in memory that they share.
struct Tally {
  std::array<std::atomic<std::uint64_t>, kNumCounts> counts{};

  void add(Count count, std::uint64_t number = 1) { counts[count] += number; }
  void add_status(int status);
};

// One way of attacking the program, in attempts that depend on nothing but their number.
class Attack {
 public:
  virtual ~Attack() = default;

  virtual std::string_view name() const = 0;
  // What all attempts share; called once, before the processes start.
  virtual void prepare() {}
  // In `folder`, which is empty and the current one. A sentence for each thing that must not
  // happen.
  virtual std::vector<std::string> attempt(std::uint64_t number, const std::string& folder,
                                           Tally& tally) = 0;
  // Writes the inputs of an attempt into `folder`, and `repeat.sh` if a command repeats it.
  virtual void keep(std::uint64_t number, const std::string& folder) const;
  // Seconds after which an attempt is told to stop, by SIGTERM to its process. Attacks that start
  // processes of their own see to those themselves.
  virtual double patience() const { return 120; }
};

// Every kind of command in process, on changed inputs.
Attack& command_attack();
// Finished folders of results with one damage each: what is read from them is refused or equal.
Attack& damage_attack();
// Runs that are killed at any moment, and made again.
Attack& kill_attack();
// Long work that is told to stop.
Attack& signal_attack();

// "commands", "damages", "kills", "signals".
std::vector<Attack*> all_attacks();

// A line for /bin/sh.
std::string shell_line(const std::vector<std::string>& arguments);

}  // namespace calculon::torture
