#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <cmath>

#include "calibrated/calibrated_evaluate.h"
#include "support/calibrated_golden.h"
#include "support/findings.h"

namespace calculon::test {
namespace {

struct Answer {
  std::string error;  // "usage" or "infeasible"
  std::string words;
  std::string rule;
  CalibratedStats stats;
};

Answer answer_of(const CalibratedGolden& golden, const Json& each) {
  try {
    const PublishedExecution inputs = golden.inputs(each);
    const System system = golden.machine(each);
    auto outcome = evaluate_calibrated(inputs.model, system, inputs.execution);
    if (const auto* unsuitable = std::get_if<Unsuitable>(&outcome)) {
      return {"infeasible", unsuitable->words, std::string(unsuitable->rule), {}};
    }
    auto& stats = std::get<CalibratedStats>(outcome);
    if (stats.memory.verdict == MemoryVerdict::kDoesNotFit) {
      return {"infeasible", "does not fit", "KD7", {}};
    }
    return {"", "", "", std::move(stats)};
  } catch (const InputError& error) {
    return {"usage", error.what(), "", {}};
  }
}

// 1e-9 of the figure or of what it is a part of.
bool near(double got, const Json& expected, double whole) {
  const double value = expected.get<double>();
  return std::fabs(got - value) <= 1e-9 * std::max(std::fabs(value), whole);
}

template <class Record, class Fields>
void compare(const std::string& where, const Record& record, const Fields& fields,
             const Json& expected, double whole, Findings& findings) {
  for (std::size_t i = 0; i < fields.size(); ++i) {
    const double got = record.*fields[i].member;
    findings.add_unless(
        near(got, expected[i], whole),
        fmt::format("{} {}: got {}, expected {}", where, fields[i].name, got, expected[i].dump()));
  }
}

void compare(const std::string& id, const CalibratedStats& stats, const Json& expected,
             Findings& findings) {
  compare(id, stats, kCalibratedFields, expected[0], 0, findings);
  findings.add_unless(Json(stats.stage_blocks) == expected[1], id + " stage_blocks");
  compare(id, stats.time, kStepTimeFields, expected[2], stats.total_time, findings);
  REQUIRE(stats.stages.size() == expected[3].size());
  for (std::size_t i = 0; i < stats.stages.size(); ++i) {
    compare(id, stats.stages[i], kStageMemoryFields, expected[3][i], stats.stages[i].peak,
            findings);
  }
  compare(id, stats.memory, kDeviceNeedFields, expected[4], stats.memory.peak, findings);
  findings.add_unless(enum_name(stats.memory.verdict) == expected[5].get<std::string>(),
                      id + " verdict");
  findings.add_unless(near(stats.stages[static_cast<std::size_t>(stats.memory.peak_stage)].peak,
                           stats.memory.peak, 0),
                      id + " peak_stage");
}

template <class Fields>
void check_names(const Json& names, const Fields& fields) {
  REQUIRE(names.size() == fields.size());
  for (std::size_t i = 0; i < fields.size(); ++i) {
    CHECK(names[i].get<std::string>() == fields[i].name);
  }
}

}  // namespace

TEST_CASE("the rows of the calibrated methodology are those of its specification",
          "[calibrated][golden]") {
  const Json& files = calibrated_golden().files;
  check_names(files["statistics"], kCalibratedFields);
  check_names(files["time"], kStepTimeFields);
  check_names(files["stage"], kStageMemoryFields);
  check_names(files["memory"], kDeviceNeedFields);
}

TEST_CASE("every golden case of the calibrated methodology is met", "[calibrated][golden]") {
  const CalibratedGolden& golden = calibrated_golden();
  Findings findings;
  std::size_t feasible = 0;
  for (const Json& each : golden.cases) {
    const std::string id = each["id"];
    const Answer answer = answer_of(golden, each);
    if (each.contains("stats")) {
      ++feasible;
      findings.add_unless(answer.error.empty(), fmt::format("{}: {}", id, answer.words));
      if (answer.error.empty()) {
        compare(id, answer.stats, each["stats"], findings);
      }
      continue;
    }
    const std::string rule = "K" + each["rule"].get<std::string>();
    findings.add_unless(answer.error == each["error"].get<std::string>(),
                        fmt::format("{}: {} '{}', expected {} by {}", id, answer.error,
                                    answer.words, each["error"].get<std::string>(), rule));
    findings.add_unless(answer.rule.empty() || answer.rule == rule,
                        fmt::format("{}: rule {}, expected {}", id, answer.rule, rule));
    const std::size_t at = answer.words.find("(rule ");
    findings.add_unless(at == std::string::npos || answer.words.find(rule + ")", at) == at + 6,
                        fmt::format("{}: '{}', expected {}", id, answer.words, rule));
  }
  CHECK(golden.cases.size() == 1445);
  CHECK(feasible == 1050);
  INFO(findings.text());
  CHECK(findings.empty());
}

}  // namespace calculon::test
