#include "torture/campaign.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <memory>
#include <new>
#include <stdexcept>
#include <thread>

#include "support/temp_folder.h"
#include "torture/judge.h"

namespace calculon::torture {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

constexpr std::size_t kMostProcesses = 256;
// Of a process that heard a stop: another one goes on, in which nothing of it is left.
constexpr int kHeard = 99;
// After this long a stop counts as not heard.
constexpr double kReaction = 3;

double now_seconds() {
  return std::chrono::duration<double>(Clock::now().time_since_epoch()).count();
}

// What one process is doing.
struct Slot {
  std::atomic<std::uint64_t> number{0};
  std::atomic<double> since{0};   // 0: between attempts
  std::atomic<bool> told{false};  // to stop
};

struct SharedState {
  Tally tally;
  std::atomic<std::uint64_t> next{0};
  std::array<Slot, kMostProcesses> slots;
};

// In memory that children share with their parent.
class SharedMemory {
 public:
  SharedMemory() {
    void* memory = mmap(nullptr, sizeof(SharedState), PROT_READ | PROT_WRITE,
                        MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) {
      throw std::runtime_error("no memory can be shared");
    }
    state_ = new (memory) SharedState;
  }
  ~SharedMemory() { munmap(state_, sizeof(SharedState)); }
  SharedMemory(const SharedMemory&) = delete;
  SharedMemory& operator=(const SharedMemory&) = delete;
  SharedState& operator*() const { return *state_; }

 private:
  SharedState* state_;
};

void keep_finding(const CampaignOptions& options, std::uint64_t number,
                  const std::vector<std::string>& faults) {
  const std::string folder =
      fmt::format("{}/{}-{}", options.findings, options.attack->name(), number);
  fs::create_directories(folder);
  std::ofstream what(folder + "/what.txt", std::ios::app);
  for (const std::string& fault : faults) {
    constexpr std::size_t kLongest = 400;
    what << fault.substr(0, kLongest) << "\n";
  }
  options.attack->keep(number, folder);
}

void clear_folder(const std::string& folder) {
  fs::current_path("/");
  fs::remove_all(folder);
  fs::create_directories(folder);
  fs::current_path(folder);
}

// What a process does until there is nothing left to do.
void work(const CampaignOptions& options, SharedState& state, Slot& slot, pid_t parent, double end,
          const std::string& folder) {
  dup2(open("/dev/null", O_RDONLY | O_CLOEXEC), STDIN_FILENO);
  while (getppid() == parent && (options.seconds == 0 || now_seconds() < end)) {
    const std::uint64_t index = state.next++;
    if (options.attempts > 0 && index >= options.attempts) {
      return;
    }
    const std::uint64_t number = options.first + index;
    clear_folder(folder);
    slot.number = number;
    slot.since = now_seconds();
    state.tally.add(kAttempts);
    const auto faults = options.attack->attempt(number, folder, state.tally);
    slot.since = 0;
    if (!faults.empty()) {
      state.tally.add(kFindings);
      keep_finding(options, number, faults);
    }
    if (slot.told) {
      _exit(kHeard);
    }
  }
}

class Campaign {
 public:
  explicit Campaign(const CampaignOptions& options)
      : options_(options), end_(now_seconds() + options.seconds) {
    options_.processes = std::clamp(options_.processes, 1, static_cast<int>(kMostProcesses));
  }

  CampaignResult run() {
    options_.attack->prepare();
    workers_.resize(static_cast<std::size_t>(options_.processes));
    for (std::size_t i = 0; i < workers_.size(); ++i) {
      start(i);
    }
    while (
        std::any_of(workers_.begin(), workers_.end(), [](const Worker& w) { return w.pid > 0; })) {
      for (std::size_t i = 0; i < workers_.size(); ++i) {
        watch(i);
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    return result();
  }

 private:
  struct Worker {
    pid_t pid = 0;
    double told = 0;  // when it was sent SIGTERM; 0: it was not
  };

  std::string folder_of(std::size_t i) const {
    return scratch_.file(fmt::format("{}", i)) + "/folder";
  }

  void start(std::size_t i) {
    const pid_t parent = getpid();
    fflush(nullptr);
    workers_[i] = {};
    slot(i).since = 0;
    slot(i).told = false;
    const pid_t pid = fork();
    if (pid == 0) {
      work(options_, *shared_, slot(i), parent, end_, folder_of(i));
      _exit(0);
    }
    workers_[i].pid = pid;
  }

  Slot& slot(std::size_t i) { return (*shared_).slots[i]; }

  void watch(std::size_t i) {
    Worker& worker = workers_[i];
    int status = 0;
    if (worker.pid > 0 && waitpid(worker.pid, &status, WNOHANG) == worker.pid) {
      ended(i, status);
      return;
    }
    const double since = slot(i).since;
    const double now = now_seconds();
    if (worker.told > 0 && now - worker.told > kReaction) {
      unheard(i);
    } else if (worker.told == 0 && since > 0 && now - since > options_.attack->patience()) {
      worker.told = now;
      slot(i).told = true;
      kill(worker.pid, SIGTERM);
    }
  }

  void unheard(std::size_t i) {
    kill(workers_[i].pid, SIGKILL);
    waitpid(workers_[i].pid, nullptr, 0);
    tell(slot(i).number, fmt::format("SIGTERM is not heard within {} s", kReaction));
    start(i);
  }

  void ended(std::size_t i, int status) {
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0) {
      workers_[i].pid = 0;
      return;
    }
    if (WIFEXITED(status) && WEXITSTATUS(status) == kHeard) {
      (*shared_).tally.add(kStopped);
      start(i);
      return;
    }
    const bool by_us = workers_[i].told > 0 && WIFSIGNALED(status) && WTERMSIG(status) == SIGTERM;
    if (!by_us) {
      tell(slot(i).number, WIFSIGNALED(status)
                               ? fmt::format("died of signal {}", WTERMSIG(status))
                               : fmt::format("left with status {}", WEXITSTATUS(status)));
    } else {
      (*shared_).tally.add(kStopped);
      for (const std::string& name : temporary_files(folder_of(i))) {
        tell(slot(i).number, "a temporary file is left after SIGTERM: " + name);
      }
    }
    start(i);
  }

  void tell(std::uint64_t number, const std::string& fault) {
    (*shared_).tally.add(kFindings);
    keep_finding(options_, number, {fault});
  }

  CampaignResult result() const {
    CampaignResult result;
    for (std::size_t i = 0; i < kNumCounts; ++i) {
      result.counts[i] = (*shared_).tally.counts[i];
    }
    const std::string prefix = fmt::format("{}-", options_.attack->name());
    for (const auto& entry : fs::directory_iterator(options_.findings)) {
      const std::string name = entry.path().filename().string();
      if (name.starts_with(prefix)) {
        result.findings.push_back(
            fmt::format("{}: {}", name, test::raw_bytes(entry.path().string() + "/what.txt")));
      }
    }
    std::sort(result.findings.begin(), result.findings.end());
    return result;
  }

  CampaignOptions options_;
  double end_;
  test::TempFolder scratch_;
  SharedMemory shared_;
  std::vector<Worker> workers_;
};

}  // namespace

void Tally::add_status(int status) {
  add(kCalls);
  switch (status) {
    case 0:
      add(kSuccesses);
      break;
    case 1:
      add(kInfeasible);
      break;
    case 2:
      add(kRefusals);
      break;
    case 3:
      add(kLocked);
      break;
    case 130:
      add(kInterrupted);
      break;
    default:
      break;
  }
}

void Attack::keep(std::uint64_t number, const std::string& folder) const {
  std::ofstream(folder + "/repeat.sh")
      << fmt::format("calculon_torture --first {} --attempts 1 {}\n", number, name());
}

std::vector<Attack*> all_attacks() {
  return {&command_attack(), &damage_attack(), &kill_attack(), &signal_attack()};
}

std::string shell_line(const std::vector<std::string>& arguments) {
  std::string line;
  for (const std::string& word : arguments) {
    line += line.empty() ? "'" : " '";
    for (const char c : word) {
      line += c == '\'' ? "'\\''" : std::string(1, c);
    }
    line += "'";
  }
  return line;
}

CampaignResult run_campaign(const CampaignOptions& options) {
  return Campaign(options).run();
}

}  // namespace calculon::torture
