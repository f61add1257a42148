// Calls of every command in this process, most of them with something wrong.
#include <fmt/format.h>

#include <algorithm>
#include <fstream>

#include "torture/attack.h"
#include "torture/judge.h"
#include "torture/scenario.h"

namespace calculon::torture {
namespace {

Scenario scenario_of(std::uint64_t number) {
  constexpr std::size_t kUnchangedEvery = 20;
  constexpr std::size_t kUnchangedOfVaried = 2;
  Dice dice(number);
  const ScenarioKind& kind = dice.one_of(scenario_kinds());
  Scenario scenario = kind.make(dice);
  scenario.kind = kind.name;
  if (!dice.one_in(scenario.varied ? kUnchangedOfVaried : kUnchangedEvery)) {
    change(scenario, dice);
  }
  return scenario;
}

class CommandAttack : public Attack {
 public:
  std::string_view name() const override { return "commands"; }

  void prepare() override {
    sample_results();
    sample_folders();
  }

  std::vector<std::string> attempt(std::uint64_t number, const std::string& folder,
                                   Tally& tally) override {
    const Scenario scenario = scenario_of(number);
    write_files(scenario.files, folder);
    const Ended ended = run_here(scenario.arguments);
    tally.add_status(ended.status);
    return faults_of(scenario, ended, folder);
  }

  void keep(std::uint64_t number, const std::string& folder) const override {
    const Scenario scenario = scenario_of(number);
    write_files(scenario.files, folder + "/files");
    std::ofstream(folder + "/repeat.sh") << fmt::format(
        "# {}, attempt {} of 'commands'\ncd \"$(dirname \"$0\")/files\" && calculon {}\n",
        scenario.kind, number, shell_line(scenario.arguments));
  }

  double patience() const override { return 5; }
};

}  // namespace

Attack& command_attack() {
  static CommandAttack attack;
  return attack;
}

}  // namespace calculon::torture
