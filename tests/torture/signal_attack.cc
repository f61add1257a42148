// Work that takes very long is told to stop: it does so soon, and leaves no temporary file.
#include <fmt/format.h>

#include <chrono>
#include <csignal>
#include <thread>

#include "support/background_program.h"
#include "torture/attack.h"
#include "torture/judge.h"
#include "torture/process.h"
#include "torture/work.h"

namespace calculon::torture {
namespace {

const std::vector<Work>& all_endless_work() {
  static const std::vector<Work> kAll = endless_work();
  return kAll;
}

class SignalAttack : public Attack {
 public:
  std::string_view name() const override { return "signals"; }
  void prepare() override { all_endless_work(); }

  std::vector<std::string> attempt(std::uint64_t number, const std::string& folder,
                                   Tally& tally) override {
    constexpr std::size_t kLongestWait = 2000;  // ms
    Dice dice(number);
    const Work& work = all_endless_work()[number % all_endless_work().size()];
    const int signal = dice.one_in(2) ? SIGTERM : SIGINT;
    write_files(work.files, folder);
    test::BackgroundProgram program(work.last);
    std::this_thread::sleep_for(std::chrono::milliseconds(dice.below(kLongestWait)));
    const StopResult stop = stop_program(program, signal);
    tally.add(kSignals);
    tally.add_status(stop.status);

    std::vector<std::string> faults;
    if (stop.seconds > kLongestStop) {
      faults.push_back(
          fmt::format("{}: signal {} is heard after {:.1f} s", work.name, signal, stop.seconds));
    }
    const bool expected = stop.status == 130 || stop.status == -signal ||
                          (stop.status >= 0 && stop.status <= 2);  // ended before it, or refused
    if (!expected) {
      faults.push_back(
          fmt::format("{}: status {} after signal {}", work.name, stop.status, signal));
    }
    for (const std::string& name : temporary_files(folder)) {
      faults.push_back(fmt::format("{}: a temporary file is left: {}", work.name, name));
    }
    return faults;
  }
};

}  // namespace

Attack& signal_attack() {
  static SignalAttack attack;
  return attack;
}

}  // namespace calculon::torture
