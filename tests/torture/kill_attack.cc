// Runs that are killed at any moment. Under its final name an output is absent, old or whole; a run
// that is told to stop takes its temporary files with it; the run made again gives what an
// undisturbed one gives.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <memory>
#include <stdexcept>
#include <thread>

#include "calculon/planner/profiles/layer_profile.h"
#include "support/background_program.h"
#include "support/source_tree.h"
#include "support/temp_folder.h"
#include "torture/attack.h"
#include "torture/judge.h"
#include "torture/process.h"
#include "torture/scenario.h"
#include "torture/work.h"

namespace calculon::torture {
namespace {

using test::Arguments;
using Faults = std::vector<std::string>;

// What an undisturbed run gives.
struct Undisturbed {
  Work work;
  Files outputs;
  double seconds = 0;
};

// Of a folder of profiles what counts: the new ones, once all of them are there.
Files counting_profiles(const Files& files, const std::string& folder) {
  const std::string fresh = fmt::format("{}{}/", folder, kNewProfiles);
  const bool replaced = std::any_of(
      files.begin(), files.end(), [&](const auto& file) { return file.first.starts_with(fresh); });
  const std::string& place = replaced ? fresh : folder;
  Files counting;
  for (const auto& [name, bytes] : files) {
    const bool directly =
        name.starts_with(place) && name.find('/', place.size()) == std::string::npos;
    if (directly && !name.ends_with(".tmp")) {
      counting[folder + name.substr(place.size())] = bytes;
    }
  }
  return counting;
}

// Those of the outputs that are there. An output that ends in "/" is a folder of profiles.
Files outputs_of(const Work& work, const std::string& folder) {
  const Files files = read_files(folder);
  Files found;
  for (const std::string& output : work.outputs) {
    if (output.ends_with('/')) {
      found.merge(counting_profiles(files, output));
    } else if (files.contains(output)) {
      found[output] = files.at(output);
    }
  }
  return found;
}

std::vector<Undisturbed>& undisturbed_runs() {
  static std::vector<Undisturbed> all = [] {
    std::vector<Undisturbed> runs;
    for (Work& work : killed_work()) {
      const test::TempFolder folder;
      write_files(work.files, folder.path());
      Undisturbed run;
      run.seconds = test::seconds_of([&] {
        for (const Arguments& call : work.calls) {
          test::run_built_program(call, folder.path());
        }
        const test::ProgramResult last = test::run_built_program(work.last, folder.path());
        if (last.status != 0) {
          throw std::runtime_error(work.name + ": " + last.err);
        }
      });
      run.outputs = outputs_of(work, folder.path());
      run.work = std::move(work);
      runs.push_back(std::move(run));
    }
    return runs;
  }();
  return all;
}

class Killing {
 public:
  Killing(const Undisturbed& run, Dice& dice, const std::string& folder, Tally& tally)
      : run_(run), dice_(dice), folder_(folder), tally_(tally) {}

  Faults attempt() {
    Files before = run_.work.files;
    if (dice_.one_in(2)) {
      for (const std::string& output : run_.work.outputs) {
        if (!output.ends_with('/') && output.find('/') == std::string::npos) {
          before[output] = "precious\n";
        }
      }
    }
    write_files(before, folder_);
    old_ = outputs_of(run_.work, folder_);
    disturb();
    check_outputs();
    run_again();
    return faults_;
  }

 private:
  // All calls at once, each with a signal of its own.
  void disturb() {
    std::vector<std::unique_ptr<test::BackgroundProgram>> programs;
    const std::vector<Arguments>& calls =
        run_.work.calls.empty() ? std::vector<Arguments>{run_.work.last} : run_.work.calls;
    for (const Arguments& call : calls) {
      programs.push_back(std::make_unique<test::BackgroundProgram>(call));
    }
    bool killed = false;
    for (auto& program : programs) {
      const double share = static_cast<double>(dice_.below(1100)) / 1000;
      std::this_thread::sleep_for(std::chrono::duration<double>(
          share * run_.seconds / static_cast<double>(programs.size())));
      const int signal = std::vector<int>{SIGKILL, SIGTERM, SIGINT}[dice_.below(3)];
      killed = killed || signal == SIGKILL;
      end(*program, signal);
    }
    if (!killed) {
      check_temporary_files("after the signal", "");
    }
  }

  void end(test::BackgroundProgram& program, int signal) {
    tally_.add(kKills);
    const StopResult stop = stop_program(program, signal);
    tally_.add_status(stop.status);
    if (stop.seconds > kLongestStop) {
      faults_.push_back(fmt::format("signal {} is heard after {:.1f} s", signal, stop.seconds));
    }
    const bool expected = stop.status == 0 || stop.status == -signal || stop.status == 130 ||
                          (stop.status == 3 && run_.work.calls.size() > 1);
    if (!expected) {
      faults_.push_back(
          fmt::format("status {} after signal {}: {}", stop.status, signal, stop.err));
    }
  }

  void check_outputs() {
    const Files now = outputs_of(run_.work, folder_);
    for (const std::string& output : run_.work.outputs) {
      const auto part_of = [&](const Files& files) {
        Files part = files;
        std::erase_if(part, [&](const auto& file) { return !file.first.starts_with(output); });
        return part;
      };
      const Files part = part_of(now);
      if (part != part_of(old_) && part != part_of(run_.outputs)) {
        faults_.push_back(fmt::format("{} is neither the old nor the new one", output));
      }
    }
  }

  void run_again() {
    for (const Arguments& call : run_.work.calls) {
      test::run_built_program(call, folder_);
    }
    const test::ProgramResult again = test::run_built_program(run_.work.last, folder_);
    tally_.add_status(again.status);
    if (again.status != 0) {
      faults_.push_back(fmt::format("made again: status {}, {}", again.status, again.err));
    } else if (outputs_of(run_.work, folder_) != run_.outputs) {
      faults_.emplace_back("made again: other bytes than of an undisturbed run");
    }
    if (!run_.work.results.empty()) {
      check_temporary_files("after the next run", run_.work.results);
    }
  }

  void check_temporary_files(const char* when, const std::string& below) {
    for (const std::string& name : temporary_files(folder_)) {
      if (name.starts_with(below)) {
        faults_.push_back(fmt::format("a temporary file is left {}: {}", when, name));
      }
    }
  }

  const Undisturbed& run_;
  Dice& dice_;
  std::string folder_;
  Tally& tally_;
  Files old_;
  Faults faults_;
};

class KillAttack : public Attack {
 public:
  std::string_view name() const override { return "kills"; }
  void prepare() override { undisturbed_runs(); }

  std::vector<std::string> attempt(std::uint64_t number, const std::string& folder,
                                   Tally& tally) override {
    Dice dice(number);
    const Undisturbed& run = undisturbed_runs()[number % undisturbed_runs().size()];
    Faults faults = Killing(run, dice, folder, tally).attempt();
    for (std::string& fault : faults) {
      fault = fmt::format("{}: {}", run.work.name, fault);
    }
    return faults;
  }
};

}  // namespace

Attack& kill_attack() {
  static KillAttack attack;
  return attack;
}

}  // namespace calculon::torture
