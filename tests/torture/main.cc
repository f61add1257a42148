// Attacks the program for as long as one likes (README.md in this folder).
#include <fmt/chrono.h>
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <ctime>
#include <filesystem>
#include <map>
#include <string>
#include <thread>
#include <vector>

#include "torture/campaign.h"

namespace calculon::torture {
namespace {

struct TortureOptions {
  double minutes = 60;
  std::uint64_t first = 1;
  std::uint64_t attempts = 0;
  int processes = static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
  std::string findings = "torture-findings";
  std::vector<std::string> attacks;
};

// Shares of the time: calls in process are thousands a minute, kills a few dozen.
double share_of(std::string_view attack) {
  const std::map<std::string_view, double> shares = {
      {"commands", 0.6}, {"damages", 0.1}, {"kills", 0.2}, {"signals", 0.1}};
  return shares.at(attack);
}

void print_result(std::string_view name, const CampaignResult& result) {
  fmt::print("{}:", name);
  const char* separator = " ";
  for (std::size_t i = 0; i < kNumCounts; ++i) {
    if (result.counts[i] > 0 || i == kFindings) {
      fmt::print("{}{} {}", separator, result.counts[i], kCountNames[i]);
      separator = ", ";
    }
  }
  fmt::print("\n");
  for (const std::string& finding : result.findings) {
    fmt::print("  {}", finding);
  }
  std::fflush(stdout);
}

// The number of findings.
std::uint64_t torture(const TortureOptions& options) {
  std::vector<Attack*> chosen;
  double shares = 0;
  for (Attack* attack : all_attacks()) {
    const auto& names = options.attacks;
    if (names.empty() || std::find(names.begin(), names.end(), attack->name()) != names.end()) {
      chosen.push_back(attack);
      shares += share_of(attack->name());
    }
  }
  std::uint64_t findings = 0;
  for (Attack* attack : chosen) {
    CampaignOptions campaign;
    campaign.attack = attack;
    campaign.first = options.first;
    campaign.attempts = options.attempts;
    campaign.seconds =
        options.attempts > 0 ? 0 : options.minutes * 60 * share_of(attack->name()) / shares;
    campaign.processes = options.processes;
    campaign.findings = options.findings;
    const CampaignResult result = run_campaign(campaign);
    print_result(attack->name(), result);
    findings += result.counts[kFindings];
  }
  return findings;
}

}  // namespace
}  // namespace calculon::torture

int main(int argc, char** argv) {
  using calculon::torture::TortureOptions;
  TortureOptions options;
  CLI::App app("Attacks calculon: changed inputs, damaged results, kills and signals.");
  app.add_option("--minutes", options.minutes, "how long altogether")->capture_default_str();
  app.add_option("--attempts", options.attempts, "of each attack, instead of minutes");
  app.add_option("--first", options.first, "number of the first attempt")->capture_default_str();
  app.add_option("--processes", options.processes, "how many at once")->capture_default_str();
  app.add_option("--findings", options.findings, "a folder")->capture_default_str();
  app.add_option("attacks", options.attacks, "commands, damages, kills, signals (default: all)");
  CLI11_PARSE(app, argc, argv);
  // Of each run in a folder of its own.
  options.findings = (std::filesystem::absolute(options.findings) /
                      fmt::format("{:%Y%m%d-%H%M%S}", fmt::localtime(std::time(nullptr))))
                         .string();
  std::filesystem::create_directories(options.findings);
  const std::uint64_t findings = calculon::torture::torture(options);
  fmt::print("{} findings{}\n", findings,
             findings > 0 ? fmt::format("; what repeats them is in {}", options.findings) : "");
  return findings > 0 ? 1 : 0;
}
