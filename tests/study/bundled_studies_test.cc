// What bundled studies show, as docs/studies.md says.
#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "support/study_run.h"

namespace calculon::test {

TEST_CASE("the claims on multi-trillion models hold with fast domains of 32, not of 8",
          "[study][figures]") {
  struct Claim {
    int trillions;
    int hbm;
    std::string ddr;
  };
  const std::vector<Claim> claims = {{11, 80, "512 GiB"}, {128, 120, "2048 GiB"}};
  for (const Claim& claim : claims) {
    const StudyRun run(bundled_study(
        "multi-trillion", {{"trillions", {std::to_string(claim.trillions)}},
                           {"hbm", {std::to_string(claim.hbm)}},
                           {"ddr", {claim.ddr + " at 100 GB/s", claim.ddr + " at 450 GB/s"}},
                           {"size", {"4096", "8192"}}}));
    REQUIRE(run.rows().size() == 8);
    for (const Json& row : run.rows()) {
      const bool claimed = row["domain"] == 32;
      const double mfu = row["total_efficiency"].get<double>();
      INFO(row.dump());
      CHECK((claimed ? mfu >= 0.75 : 0.53 < mfu && mfu < 0.69));
      CHECK(row["is_largest_trillions"] == claimed);
      CHECK(row["largest_trillions"] == (claimed ? Json(claim.trillions) : Json()));
    }
  }
}

TEST_CASE("no data center of two tiers beats FullFlat, and corrected experts lose no work",
          "[study][figures]") {
  const StudyRun run(bundled_study("moe-systems", {}, {}, true));
  constexpr double kTokens = 10e12;
  constexpr double kSecondsPerDay = 86400;
  std::size_t corrected = 0;
  for (const Json& row : run.rows()) {
    INFO(row.dump());
    REQUIRE(row["status"] == "ok");
    CHECK(row["relative_to_Fullflat"].get<double>() <= 1);
    if (row["system"] != "TwoTiered_HBD64") {
      CHECK(row["relative_to_TwoTiered_HBD64"].get<double>() > 1);
    }
    const double rate = row["sample_rate"].get<double>();
    const double sequence = row["model"] == "gpt-1.8T" ? 4096 : 2048;
    CHECK(row["days"].get<double>() == Approx(kTokens / (rate * sequence * kSecondsPerDay)));
    // The published search finds what computes half of the experts' work or less (M1).
    if (row["methodology"] == "corrected" && row["model"] == "gpt-1.8T") {
      CHECK(row["relative_to_published"].get<double>() < 0.6);
      CHECK(row["expert_slice"].get<double>() <= row["tensor_par"].get<double>());
      ++corrected;
    }
  }
  CHECK(corrected == 6);
}

}  // namespace calculon::test
