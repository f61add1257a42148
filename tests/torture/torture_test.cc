// The short form of the attacks, with the same attempts every time: `make torture` makes others.
#include <catch2/catch.hpp>
#include <csignal>

#include "support/temp_folder.h"
#include "torture/campaign.h"

namespace calculon::torture {
namespace {

void check_attack(Attack& attack, std::uint64_t attempts) {
  const test::TempFolder findings;
  CampaignOptions options;
  options.attack = &attack;
  options.attempts = attempts;
  options.processes = 2;
  options.findings = findings.path();
  const CampaignResult result = run_campaign(options);
  CHECK(result.counts[kAttempts] == attempts);
  for (const std::string& finding : result.findings) {
    FAIL_CHECK(finding);
  }
}

// Of which the second attempt kills its process.
class DeadlyAttack : public Attack {
 public:
  std::string_view name() const override { return "deadly"; }
  std::vector<std::string> attempt(std::uint64_t number, const std::string&, Tally&) override {
    if (number == 1) {
      std::raise(SIGKILL);
    }
    return {};
  }
};

}  // namespace

TEST_CASE("the death of an attempt is told, and others go on", "[torture]") {
  const test::TempFolder findings;
  DeadlyAttack attack;
  CampaignOptions options;
  options.attack = &attack;
  options.attempts = 5;
  options.findings = findings.path();
  const CampaignResult result = run_campaign(options);
  CHECK(result.counts[kAttempts] == 5);
  CHECK(result.findings == std::vector<std::string>{"deadly-1: died of signal 9\n"});
}

TEST_CASE("changed inputs of all commands are read or refused in a line", "[torture]") {
  check_attack(command_attack(), 1000);
}

TEST_CASE("damaged results give the same table or none", "[torture]") {
  check_attack(damage_attack(), 300);
}

TEST_CASE("runs that are killed leave old files or whole ones", "[torture]") {
  check_attack(kill_attack(), 33);
}

TEST_CASE("endless work hears that it has to stop", "[torture]") {
  check_attack(signal_attack(), 13);
}

}  // namespace calculon::torture
