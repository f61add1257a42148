// A finished folder of results with one damage in its records or its study: the table that is made
// of it is refused or the same as before, never another one.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <fstream>

#include "calculon/base/files.h"
#include "support/temp_folder.h"
#include "torture/attack.h"
#include "torture/damage.h"
#include "torture/judge.h"
#include "torture/scenario.h"

namespace calculon::torture {
namespace {

using test::Arguments;

// What each folder gives when nothing is damaged.
struct Undamaged {
  Files folder;
  std::string table;
};

const std::vector<Undamaged>& undamaged_folders() {
  static const std::vector<Undamaged> kAll = [] {
    std::vector<Undamaged> all;
    for (const Files& files : sample_folders()) {
      all.push_back({files, files.at("table.csv")});
    }
    return all;
  }();
  return kAll;
}

std::string swapped_lines(const std::string& text, Dice& dice) {
  const std::size_t middle = text.find('\n', dice.below(text.size()));
  return middle == std::string::npos || middle + 1 >= text.size()
             ? text
             : text.substr(middle + 1) + text.substr(0, middle + 1);
}

struct Damaged {
  Scenario scenario;
  std::string made;   // the table that the call makes
  std::string table;  // what it has to be
};

Damaged damaged_of(std::uint64_t number) {
  constexpr std::size_t kFlipOf = 2;  // a flipped bit is what tells least of itself
  Dice dice(number);
  const Undamaged& whole = dice.one_of(undamaged_folders());
  Damaged damaged;
  damaged.table = whole.table;
  Scenario& scenario = damaged.scenario;
  add_folder(scenario, "run", whole.folder);
  scenario.files.erase("run/table.csv");
  const bool of_study = dice.one_in(8);
  std::string& records =
      scenario.files.at(of_study ? "run/study.json" : "run/results-0-of-1.jsonl");
  if (dice.one_in(kFlipOf)) {
    char& byte = records[dice.below(records.size())];
    byte = static_cast<char>(byte ^ (1 << dice.below(8)));
  } else if (dice.one_in(4)) {
    records = swapped_lines(records, dice);
  } else {
    records = damaged_bytes(records, dice);
  }
  const std::array<Arguments, 4> calls = {{{"study", "merge", "run", "-o", "table.csv"},
                                           {"study", "report", "run", "-o", "page.html"},
                                           {"study", "status", "run"},
                                           {"study", "run", "-o", "run"}}};
  const std::array<const char*, 4> made = {"table.csv", "", "", "run/table.csv"};
  const std::size_t call = dice.one_in(2) ? 0 : dice.below(calls.size());
  scenario.kind = calls[call][1];
  scenario.arguments = calls[call];
  damaged.made = made[call];
  return damaged;
}

class DamageAttack : public Attack {
 public:
  std::string_view name() const override { return "damages"; }
  void prepare() override { undamaged_folders(); }
  double patience() const override { return 5; }

  std::vector<std::string> attempt(std::uint64_t number, const std::string& folder,
                                   Tally& tally) override {
    const Damaged damaged = damaged_of(number);
    write_files(damaged.scenario.files, folder);
    const Ended ended = run_here(damaged.scenario.arguments);
    tally.add(kFlips);
    tally.add(kRefusedFlips, ended.status == 2 ? 1 : 0);
    tally.add_status(ended.status);
    std::vector<std::string> faults = faults_of(damaged.scenario, ended, folder);
    const std::string& made = damaged.made;
    if (faults.empty() && ended.status == 0 && !made.empty() &&
        test::raw_bytes(folder + "/" + made) != damaged.table) {
      faults.emplace_back("another table than before");
    }
    return faults;
  }

  void keep(std::uint64_t number, const std::string& folder) const override {
    const Damaged damaged = damaged_of(number);
    write_files(damaged.scenario.files, folder + "/files");
    std::ofstream(folder + "/expected.csv") << damaged.table;
    std::ofstream(folder + "/repeat.sh")
        << fmt::format("# attempt {} of 'damages'\ncd \"$(dirname \"$0\")/files\" && calculon {}\n",
                       number, shell_line(damaged.scenario.arguments));
  }
};

}  // namespace

Attack& damage_attack() {
  static DamageAttack attack;
  return attack;
}

}  // namespace calculon::torture
